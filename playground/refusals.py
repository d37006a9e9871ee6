"""What the playground refuses, in GitHub's words and with GitHub's status codes."""

from collections.abc import Mapping, Sequence


class Refusal(Exception):
    """A request is refused: the status and the message that GitHub would answer."""

    status = 400

    def __init__(self, message: str, errors: Sequence[Mapping[str, object] | str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.errors = list(errors)
        #: What the answer says beside its body.
        self.headers: dict[str, str] = {}


class Moved(Refusal):
    """The repository has another name: whoever asks must ask again at its id, with the same method."""

    def __init__(self, url: str, method: str) -> None:
        super().__init__("Moved Permanently")
        self.status = 301 if method == "GET" else 307
        self.url = url
        self.headers = {"Location": url}


class NotUnderstood(Refusal):
    """The body can't be read at all."""

    status = 400


class BadCredentials(Refusal):
    """The token or the JSON web token isn't good."""

    status = 401

    def __init__(self, message: str = "Bad credentials") -> None:
        super().__init__(message)


class Forbidden(Refusal):
    """The caller is known and may not do this."""

    status = 403

    def __init__(self, message: str = "Resource not accessible by integration") -> None:
        super().__init__(message)


class NotFound(Refusal):
    """There is no such thing, or none that the caller may see."""

    status = 404

    def __init__(self, message: str = "Not Found") -> None:
        super().__init__(message)


class NotAllowed(Refusal):
    """The thing is in a state that doesn't allow this."""

    status = 405


class Conflict(Refusal):
    """The thing changed meanwhile."""

    status = 409


class Invalid(Refusal):
    """The request is well-formed and its values are not acceptable."""

    status = 422

    @classmethod
    def field(cls, resource: str, field: str, code: str, message: str | None = None) -> "Invalid":
        """GitHub's usual shape: one error about one field."""
        error: dict[str, object] = {"resource": resource, "field": field, "code": code}
        if message is not None:
            error["message"] = message
        return cls("Validation Failed", [error])
