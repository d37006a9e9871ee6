"""The intake job: one delivery of the inbox becomes rows, jobs and reports, or a note why not."""

import time

from sqlalchemy import Connection

from engine.commands.parse import Command, Help, Mistake, NotACommand, Parsed
from engine.domain.event import Commented, Ignored, PullRequestChanged, Pushed, Rejected
from engine.domain.job import Job, JobState
from engine.errors import Denied, Gone, OutsideError
from engine.forge.port import Forge
from engine.intake import deliveries
from engine.intake.actions import Scene, carry_out
from engine.intake.deliveries import StoredDelivery
from engine.intake.facts import Facts, gather
from engine.intake.record import known_of, record_pull_request
from engine.planner.decision import Nothing, Refuse, Skip
from engine.planner.plan import command_of, plan
from engine.planner.pull_request import BUILDING, contradicts
from engine.reasons import REMEDY, Reason
from engine.reports.subjects import mark_reaction
from engine.settings import Settings
from engine.store import asks, repositories
from engine.store.asks import Ask
from engine.store.database import Database
from engine.store.port import Effects
from engine.work.handler import Again, Done, Running

#: The try whose answer may be one that GitHub's reads lag behind in.
FIRST = 1


class IntakeHandler:
    """Implements work.handler.Handler for the kind `intake`; a job's subject is the key of a delivery."""

    def __init__(self, database: Database, forge: Forge, settings: Settings) -> None:
        self.database = database
        self.forge = forge
        self.settings = settings

    def run(self, job: Job, running: Running) -> Done | Again:
        """Reads the delivery, asks the forge what it must, and decides on fresh rows inside the last transaction.

        Raises Unreachable: then it is tried again.
        """
        with self.database.read() as connection:
            delivery = deliveries.read(connection, job.subject)
        if delivery is None or delivery.state != deliveries.STORED:
            return Done(JobState.DONE)
        event = deliveries.read_event(delivery)
        match event:
            case Ignored(why=why):
                return _settled(delivery, deliveries.IGNORED, why)
            case Rejected(why=why):
                return _settled(delivery, deliveries.REJECTED, why)
            case Pushed():
                return _pushed(delivery, event)
            case Commented(sender=sender) if sender.bot:
                return _settled(delivery, deliveries.IGNORED, "the comment is a bot's")
            case Commented() if isinstance(command_of(event), NotACommand):
                return _settled(delivery, deliveries.IGNORED, "the comment holds no command")
            case Commented():
                self._receive(delivery, event, running)
                return self._decide(job, delivery, event)
            case PullRequestChanged():
                return self._decide(job, delivery, event)

    def bury(self, job: Job, error: str) -> Effects:
        """Says that it couldn't be done: to whoever asked, or on the commit that waits for a word."""

        def write(connection: Connection) -> None:
            delivery = deliveries.read(connection, job.subject)
            event = None if delivery is None else deliveries.read_event(delivery)
            if delivery is not None and isinstance(event, Commented | PullRequestChanged):
                _give_up(connection, delivery, event, Reason.UNREACHABLE, error)

        return write

    def _receive(self, delivery: StoredDelivery, event: Commented, running: Running) -> None:
        """The ask is there and its 👀 is due, before anything slow begins."""
        with self.database.read() as connection:
            sha = deliveries.head_received_by(connection, event.repository.id, event.number, delivery.received_at)
        running.note(lambda connection: _note_ask(connection, delivery, event, sha))

    def _decide(self, job: Job, delivery: StoredDelivery, event: PullRequestChanged | Commented) -> Done | Again:
        try:
            facts = gather(self.forge, event)
        except (Denied, Gone) as error:
            return _impossible(delivery, event, error)
        if job.attempts == FIRST and isinstance(event, PullRequestChanged) and contradicts(event, facts.current):
            return Again(
                self.settings.intervals.retry, "GitHub's answer and its delivery differ; it is asked once more"
            )

        def write(connection: Connection) -> None:
            note = _act(connection, delivery, event, facts)
            deliveries.settle(connection, delivery.key, deliveries.HANDLED, note)

        return Done(JobState.DONE, write)


def _act(connection: Connection, delivery: StoredDelivery, event: PullRequestChanged | Commented, facts: Facts) -> str:
    """Under the write lock: another delivery may have landed since the forge was asked."""
    repositories.record(connection, event.installation_id, event.repository, delivery.received_at)
    record_pull_request(connection, event, facts, delivery.received_at)
    known = known_of(connection, event, facts)
    scene = Scene(connection, event, _number(event), time.time())
    return carry_out(scene, plan(event, known))


def _settled(delivery: StoredDelivery, state: str, note: str) -> Done:
    return Done(JobState.DONE, lambda connection: deliveries.settle(connection, delivery.key, state, note))


def _pushed(delivery: StoredDelivery, event: Pushed) -> Done:
    def write(connection: Connection) -> None:
        repositories.record(connection, event.installation_id, event.repository, delivery.received_at)
        deliveries.settle(connection, delivery.key, deliveries.HANDLED, "noted")

    return Done(JobState.DONE, write)


def _note_ask(connection: Connection, delivery: StoredDelivery, event: Commented, sha: str) -> None:
    """Noted again, the first note stays."""
    repositories.record(connection, event.installation_id, event.repository, delivery.received_at)
    ask = Ask(
        delivery=event.delivery,
        installation_id=event.installation_id,
        repository_id=event.repository.id,
        number=event.number,
        comment_id=event.comment_id,
        login=event.sender.login,
        command=_as_understood(command_of(event)),
        sha=sha,
        created_at=delivery.received_at,
    )
    asks.receive(connection, ask)
    mark_reaction(
        connection,
        installation_id=event.installation_id,
        repository_id=event.repository.id,
        comment_id=event.comment_id,
    )


def _as_understood(parsed: Parsed) -> str:
    match parsed:
        case Command(entry):
            return f"/{' '.join(entry.words)}"
        case Help():
            return "/help"
        case Mistake(written=written):
            return written
        case NotACommand():
            return ""


def _impossible(delivery: StoredDelivery, event: PullRequestChanged | Commented, error: OutsideError) -> Done:
    reason = Reason.REPOSITORY_REMOVED if isinstance(error, Gone) else Reason.DENIED
    return Done(
        JobState.FAILED,
        lambda connection: _give_up(connection, delivery, event, reason, str(error)),
        error=str(error),
    )


def _give_up(
    connection: Connection,
    delivery: StoredDelivery,
    event: PullRequestChanged | Commented,
    reason: Reason,
    error: str,
) -> None:
    if repositories.by_id(connection, event.repository.id) is None:
        repositories.record(connection, event.installation_id, event.repository, delivery.received_at)
    scene = Scene(connection, event, _number(event), time.time())
    if isinstance(event, Commented):
        _note_ask(connection, delivery, event, sha="")
        carry_out(scene, Refuse(reason, f"{GIVEN_UP[reason]} {REMEDY[reason]}"))
    elif event.action in BUILDING:
        carry_out(scene, Skip(event.pull_request.head_sha, reason))
    else:
        carry_out(scene, Nothing(error))
    deliveries.settle(connection, delivery.key, deliveries.HANDLED, f"given up: {error}")


GIVEN_UP = {
    Reason.REPOSITORY_REMOVED: "The GitHub App can't reach this repository.",
    Reason.DENIED: "GitHub refused what Slipway had to ask, so nothing was done.",
    Reason.UNREACHABLE: "GitHub didn't answer what Slipway had to ask, so nothing was done.",
}


def _number(event: PullRequestChanged | Commented) -> int:
    return event.number if isinstance(event, Commented) else event.pull_request.number
