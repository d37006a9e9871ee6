"""Answers of the API that are refusals: `{"error": {"code", "message", "fix"}}`."""

from dataclasses import dataclass

from starlette.responses import JSONResponse

from engine.errors import SlipwayError


@dataclass(frozen=True)
class Problem:
    """Why a request is answered with `status`."""

    status: int
    #: Machine name; a reason code of docs/reasons.md where there is one.
    code: str
    #: One sentence.
    message: str
    #: What to do about it.
    fix: str = ""
    retry_after: int = 0

    def answer(self) -> JSONResponse:
        """The answer."""
        headers = {"Cache-Control": "no-store"}
        if self.status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="slipway"'
        if self.retry_after:
            headers["Retry-After"] = str(self.retry_after)
        body = {"error": {"code": self.code, "message": self.message, "fix": self.fix}}
        return JSONResponse(body, self.status, headers)


class Refused(SlipwayError):
    """A call is refused; `problem` is its answer."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


NOT_FOUND = Problem(404, "not_found", "There is no such thing, or you may not read its repository.")
SIGN_IN_FIRST = Problem(
    401,
    "sign_in_first",
    "The request carries no token that is good now.",
    "Send `Authorization: Bearer slp_…`; `slipway admin token LOGIN` makes one.",
)
FORGED = Problem(
    403,
    "csrf",
    "The request comes with a session cookie and without its proof.",
    "Send the session's token as X-Slipway-CSRF, or use an API token.",
)


def bad_arguments(message: str) -> Refused:
    """A parameter can't be read."""
    return Refused(Problem(400, "bad_arguments", message, "docs/api.md says what each call takes."))
