"""What was seen of a commit, and the look that saw it."""

from dataclasses import replace

from sqlalchemy import Connection

from engine.domain.inspection import Inspection, InspectionState
from engine.domain.job import JobKind
from engine.readiness.facts import NoTrial
from engine.readiness.inspected import FixOffer, Inspected
from engine.store import inspections, jobs
from engine.store.inspections import Wanted
from tests.forge.payloads import INSTALLATION_ID, REPOSITORY_ID, SHA_A

NOTHING = Inspected(
    sha=SHA_A,
    runtime="python",
    framework="flask",
    evidence=(),
    undetected="",
    findings=(),
    passed=(),
    unseen=(),
    paths=(),
    fixes=(),
    scan=None,
    build=None,
    trial=NoTrial("no preview of this commit runs"),
)
#: Of the usual pull request's head.
HEAD = Wanted(INSTALLATION_ID, REPOSITORY_ID, 1, SHA_A)


def seen_of(sha: str, *names: str) -> Inspected:
    """What was seen of a commit for which these fixes can be written."""
    offers = tuple(FixOffer(name, name, "It writes what is missing.", (), ()) for name in names)
    return replace(NOTHING, sha=sha, fixes=offers)


def looked(connection: Connection, *names: str, wanted: Wanted = HEAD) -> Inspection:
    """A commit that was looked at a while ago, with what can be written for it; nothing waits any more."""
    made = inspections.ask(connection, wanted, 1000.0)
    jobs.want_stop(connection, subject=made.id, kind=JobKind.INSPECT, why="cancelled")
    ended(connection, made, InspectionState.DONE, seen_of(wanted.sha, *names).json())
    return inspections.known_by(connection, made.id)


def ended(connection: Connection, inspection: Inspection, state: InspectionState, inspected: str = "") -> None:
    """Its job says that it is over."""
    seen = {"inspected": inspected} if inspected else {}
    inspections.advance(connection, inspection.id, state, "It is over.", 1001.0, seen)
