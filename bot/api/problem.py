"""Answers of the API that are refusals: `{"error": {"code", "message", "fix"}}`, with all that stands in the way."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from starlette.responses import JSONResponse

from engine.errors import SlipwayError


@dataclass(frozen=True)
class ToldObstacle:
    """One thing that stands in the way, or that a deployment waits for."""

    #: A reason code of docs/reasons.md.
    code: str
    #: One sentence.
    message: str
    #: Who can change it, or what does.
    opener: str


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
    #: Seconds after which another try may go better; 0: unknown.
    retry_after: int = 0
    #: Everything that stands in the way of a deploy, the weightiest first.
    obstacles: tuple[ToldObstacle, ...] = ()
    #: Everything that is wrong with what was sent.
    problems: tuple[str, ...] = ()

    def answer(self) -> JSONResponse:
        """The answer."""
        headers = {"Cache-Control": "no-store"}
        if self.status == 401:
            headers["WWW-Authenticate"] = 'Bearer realm="slipway"'
        if self.retry_after:
            headers["Retry-After"] = str(self.retry_after)
        error: dict[str, object] = {"code": self.code, "message": self.message, "fix": self.fix}
        if self.obstacles:
            error["obstacles"] = [asdict(each) for each in self.obstacles]
        if self.problems:
            error["problems"] = list(self.problems)
        return JSONResponse({"error": error}, self.status, headers)


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

HELP = "docs/api.md says what each call takes."


def bad_arguments(*problems: str, status: int = 400) -> Refused:
    """What was sent can't be read, for these reasons."""
    return Refused(Problem(status, "bad_arguments", " ".join(problems), HELP, problems=told(problems)))


def told(problems: Sequence[str]) -> tuple[str, ...]:
    """Several problems are listed; one is the message."""
    return tuple(problems) if len(problems) > 1 else ()
