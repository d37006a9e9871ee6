"""How the outcome of an ask becomes an answer: the status of each reason, and its words without Markdown."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import assert_never

from bot.api.problem import Problem, Refused, ToldObstacle
from bot.api.reach import away
from bot.pages.markdown import as_words
from bot.pages.reception import Asked as Desk
from engine.deploy import outcome
from engine.deploy.asks import DeployAsk
from engine.deploy.outcome import Obstacle, Started, Told
from engine.errors import Gone, OutsideError, Refusal
from engine.reasons import REMEDY, Reason

#: Reasons that aren't 409, the thing being in another state than the ask needs.
STATUS: dict[Reason, int] = {
    Reason.NOT_PERMITTED: 403,
    Reason.NOT_DEPLOYER: 403,
    Reason.OWN_APPROVAL: 403,
    Reason.NO_SUCH_ENVIRONMENT: 404,
    Reason.NO_SUCH_RELEASE: 404,
    Reason.NO_SUCH_VARIABLE: 404,
    Reason.REPOSITORY_REMOVED: 404,
    Reason.NO_SUCH_REPOSITORY: 404,
    Reason.NO_SUCH_PULL_REQUEST: 404,
    Reason.NO_SUCH_STAGE: 422,
    Reason.NO_SUCH_FIX: 422,
    Reason.UNKNOWN_COMMAND: 422,
    Reason.WHICH_REPOSITORY: 422,
    Reason.WHICH_PULL_REQUEST: 422,
    Reason.NO_SUCH_REF: 422,
    Reason.WHICH_ENVIRONMENT: 422,
    Reason.BAD_ARGUMENTS: 422,
    Reason.BAD_CONFIGURATION: 422,
    Reason.REASON_NEEDED: 422,
    Reason.TARGET_UNAVAILABLE: 422,
    Reason.NO_PREVIOUS_RELEASE: 400,
    Reason.UNREACHABLE: 503,
}
NOTHING_BEFORE = "No previous version to rollback to"


def carried_out(desk: Desk, ask: DeployAsk) -> Started | Told:
    """Hands the ask to the desk. Raises Refused."""
    with asked_outside():
        found = desk.handle(ask)
    match found:
        case Started() | Told():
            return found
        case outcome.Refused():
            raise Refused(refusal(found))
        case _:
            assert_never(found)


@contextmanager
def asked_outside() -> Iterator[None]:
    """Turns what GitHub or the rules refuse meanwhile into an answer."""
    try:
        yield
    except Refusal as error:
        raise Refused(problem_of(error.reason, str(error), REMEDY[error.reason])) from error
    except Gone as error:
        raise Refused(problem_of(Reason.REPOSITORY_REMOVED, str(error), REMEDY[Reason.REPOSITORY_REMOVED])) from error
    except OutsideError as error:
        raise Refused(away(error)) from error


def refusal(found: outcome.Refused) -> Problem:
    """A refusal with every obstacle; the weightiest one decides about the status."""
    told = obstacles(found.obstacles)
    first = problem_of(found.reason, told[0].message, told[0].opener)
    return Problem(first.status, first.code, first.message, first.fix, first.retry_after, told)


def obstacles(given: tuple[Obstacle, ...]) -> tuple[ToldObstacle, ...]:
    """Obstacles for programs."""
    return tuple(ToldObstacle(each.reason, in_words(each.sentence), in_words(each.opener)) for each in given)


def in_words(markdown: str) -> str:
    """Our Markdown as plain words, line by line."""
    return "\n".join(as_words(line) for line in markdown.strip().split("\n"))


def problem_of(reason: Reason, message: str, fix: str) -> Problem:
    """The refusal for this reason, with its status."""
    told = NOTHING_BEFORE if reason is Reason.NO_PREVIOUS_RELEASE else message
    return Problem(STATUS.get(reason, 409), reason, told, fix, 30 if reason is Reason.UNREACHABLE else 0)
