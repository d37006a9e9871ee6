"""What `/readiness` and `/fix` need to know of SQL, and what they lead to there."""

from dataclasses import replace

from sqlalchemy import Connection

from engine.commands.table import Verb
from engine.domain.event import ButtonPressed, Commented, Repository
from engine.forge.commits import BRANCH
from engine.intake.facts import number_of
from engine.planner.decision import InspectCommit, MakeFix
from engine.planner.known import Known
from engine.readiness.inspected import Inspected
from engine.reports.ended_asks import end_asks
from engine.reports.escape import code
from engine.reports.words import short
from engine.store import asks, branches, fixes, inspections
from engine.store.fixes import NewFix
from engine.store.inspections import Wanted

#: Seconds for which a look is good enough for whoever may only read.
RECENT = 300.0


def with_readiness(
    connection: Connection, event: Commented | ButtonPressed, verb: Verb | None, known: Known, asked_at: float
) -> Known:
    """What is known with that; `asked_at` in Unix seconds. Read it in the transaction that writes."""
    number = number_of(event)
    if verb is Verb.FIX:
        return replace(known, offers=_offers(connection, event, number, known))
    if verb is not Verb.READINESS:
        return known
    known = replace(known, just_looked_at=_just_looked_at(connection, event.repository, number, asked_at))
    return known if number else _with_branch(connection, event.repository, known, asked_at)


def _just_looked_at(connection: Connection, repository: Repository, number: int, asked_at: float) -> str:
    """A look that ended early counts too: the next would hardly go further."""
    found = inspections.newest(connection, repository.id, number)
    if found is None or not found.state.over or asked_at - (found.finished_at or 0.0) >= RECENT:
        return ""
    return found.sha


def _offers(
    connection: Connection, event: Commented | ButtonPressed, number: int, known: Known
) -> tuple[str, ...] | None:
    """What may be written on the head that is meant. A look that goes on, or failed, leaves what was seen before."""
    head = known.current.head_sha if known.current is not None else ""
    bound = event.sha if isinstance(event, ButtonPressed) else known.bound_sha
    found = inspections.of_commit(connection, event.repository.id, number, bound or head)
    if found is None or not found.inspected:
        return None
    return tuple(offer.name for offer in Inspected.from_json(found.inspected).fixes)


def _with_branch(connection: Connection, repository: Repository, known: Known, asked_at: float) -> Known:
    """A push that we heard of since it was asked: whoever asked meant what was there before."""
    branch = branches.by_ref(connection, repository.id, f"{BRANCH}{repository.default_branch}")
    if branch is None or not branch.before or branch.moved_at <= asked_at:
        return known
    return replace(known, branch_head=branch.sha, branch_then=branch.before)


def inspect(connection: Connection, event: Commented | ButtonPressed, decision: InspectCommit, now: float) -> str:
    """The commit is looked at, or was moments ago, and the ask goes as that goes; the inspection's id."""
    number, sha = number_of(event), decision.sha
    known = None if decision.anew else inspections.of_commit(connection, event.repository.id, number, sha)
    wanted = Wanted(event.installation_id, event.repository.id, number, sha, asked_by=event.sender.login)
    inspection = known or inspections.ask(connection, wanted, now)
    asks.follow_inspection(connection, event.delivery, inspection.id)
    if known is not None:
        end_asks(connection, event.repository.id, number)
    return inspection.id


def fix(connection: Connection, event: Commented | ButtonPressed, decision: MakeFix, now: float) -> str:
    """The fix is written, and the ask goes as that goes; the fix's id."""
    number = number_of(event)
    new = NewFix(
        installation_id=event.installation_id,
        repository_id=event.repository.id,
        number=number,
        sha=decision.sha,
        name=decision.name,
        login=event.sender.login,
        account=event.sender.id,
        delivery=event.delivery,
    )
    made = fixes.ask(connection, new, now)
    said = f"The fix {code(decision.name)} is being written on top of commit {code(short(decision.sha))}."
    asks.settle(connection, event.delivery, asks.WORKING, said)
    offered = inspections.of_commit(connection, event.repository.id, number, decision.sha)
    asks.follow_fix(connection, event.delivery, made.id, offered.id if offered is not None else "")
    return made.id
