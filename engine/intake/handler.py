"""The intake job: one delivery of the inbox becomes rows, jobs and reports, or a note why not."""

import time
from dataclasses import replace

from sqlalchemy import Connection

from engine.commands.parse import NotACommand
from engine.commands.table import Verb
from engine.domain.event import (
    AccessChanged,
    ButtonPressed,
    Commented,
    CoverageChanged,
    HouseholdEvent,
    Ignored,
    InstallationChanged,
    PullRequestChanged,
    Pushed,
    Rejected,
    RepositoryChanged,
)
from engine.domain.job import Job, JobState
from engine.errors import Denied, Gone, OutsideError
from engine.forge.port import Forge
from engine.intake import buttons, coverage, deliveries
from engine.intake.actions import Scene, carry_out, door_of
from engine.intake.asking import note_ask
from engine.intake.buttons import NotOurs
from engine.intake.deliveries import StoredDelivery
from engine.intake.facts import Deciding, Facts, gather, number_of, verb_of
from engine.intake.log_end import read_log
from engine.intake.record import known_of, record_pull_request
from engine.planner.decision import Nothing, Refuse, Skip
from engine.planner.known import LogEnd
from engine.planner.plan import command_of, plan
from engine.planner.pull_request import BUILDING, contradicts
from engine.reasons import REMEDY, Reason
from engine.settings import Settings
from engine.store import repositories
from engine.store.database import Database
from engine.store.missed import OVERTAKEN
from engine.store.port import Effects
from engine.work.handler import Again, Done, Running

#: Events that ask for work in a repository.
Worked = Pushed | PullRequestChanged | Commented | ButtonPressed

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
        if isinstance(event, Worked) and (left := self._why_left(event)):
            return _settled(delivery, deliveries.IGNORED, left)
        match event:
            case Ignored(why=why):
                return _settled(delivery, deliveries.IGNORED, why)
            case Rejected(why=why):
                return _settled(delivery, deliveries.REJECTED, why)
            case Pushed():
                return _pushed(delivery, event)
            case ButtonPressed():
                return self._press(job, delivery, event, running)
            case InstallationChanged() | CoverageChanged() | RepositoryChanged() | AccessChanged():
                return _household(delivery, event)
            case Commented(sender=sender) if sender.bot:
                return _settled(delivery, deliveries.IGNORED, "the comment is a bot's")
            case Commented() if isinstance(command_of(event), NotACommand):
                return _settled(delivery, deliveries.IGNORED, "the comment holds no command")
            case Commented():
                return self._command(job, delivery, event, running)
            case PullRequestChanged():
                return self._decide(job, delivery, event)

    def bury(self, job: Job, error: str) -> Effects:
        """Says that it couldn't be done: to whoever asked, or on the commit that waits for a word."""

        def write(connection: Connection) -> None:
            delivery = deliveries.read(connection, job.subject)
            event = None if delivery is None else deliveries.read_event(delivery)
            waiting = buttons.placed(connection, event, self._app_id) if isinstance(event, ButtonPressed) else event
            if delivery is not None and isinstance(waiting, Deciding):
                _give_up(connection, delivery, waiting, Reason.UNREACHABLE, error)

        return write

    def _why_left(self, event: Worked) -> str:
        with self.database.read() as connection:
            return coverage.set_aside(connection, event)

    def _command(self, job: Job, delivery: StoredDelivery, event: Commented, running: Running) -> Done | Again:
        """The ask is there and its 👀 is due, before anything slow begins."""
        moment = deliveries.moment_of(event, delivery.received_at)
        with self.database.read() as connection:
            sha = deliveries.head_received_by(
                connection, event.repository.id, event.number, moment, delivery.received_at
            )
        running.note(lambda connection: note_ask(connection, event, sha, moment))
        return self._decide(job, delivery, event)

    @property
    def _app_id(self) -> int:
        github = self.settings.github
        return int(github.app_id) if github is not None and github.app_id.isdigit() else 0

    def _press(self, job: Job, delivery: StoredDelivery, event: ButtonPressed, running: Running) -> Done | Again:
        with self.database.read() as connection:
            placed = buttons.placed(connection, event, self._app_id)
        if isinstance(placed, NotOurs):
            return _settled(delivery, deliveries.IGNORED, placed.why)
        running.note(lambda connection: note_ask(connection, placed, placed.sha, delivery.received_at))
        return self._decide(job, delivery, placed)

    def _decide(self, job: Job, delivery: StoredDelivery, event: Deciding) -> Done | Again:
        with self.database.read() as connection:
            known = known_of(connection, event)
            log = _log_for(connection, event)
        try:
            facts = gather(self.forge, event, known)
        except (Denied, Gone) as error:
            return _impossible(delivery, event, error)
        if job.attempts == FIRST and isinstance(event, PullRequestChanged) and contradicts(event, facts.current):
            return Again(
                self.settings.intervals.retry, "GitHub's answer and its delivery differ; it is asked once more"
            )

        def write(connection: Connection) -> None:
            if _is_left(connection, delivery, event):
                return
            note = _act(connection, delivery, event, facts, log)
            deliveries.settle(connection, delivery.key, deliveries.HANDLED, note)

        return Done(JobState.DONE, write)


def _act(connection: Connection, delivery: StoredDelivery, event: Deciding, facts: Facts, log: LogEnd | None) -> str:
    """Under the write lock: another delivery may have landed since the forge was asked."""
    repositories.record(connection, event.installation_id, event.repository, delivery.received_at)
    record_pull_request(connection, event, facts, deliveries.moment_of(event, delivery.received_at))
    known = replace(facts.added_to(known_of(connection, event)), log=log)
    decision = Nothing("it changes nothing that was decided") if facts.moot else plan(event, known)
    return carry_out(_scene(connection, event), decision)


def _scene(connection: Connection, event: Deciding) -> Scene:
    return Scene(connection, event, number_of(event), time.time(), door_of(event))


def _log_for(connection: Connection, event: Deciding) -> LogEnd | None:
    """The end of the log that somebody wants to read."""
    if not isinstance(event, Commented) or verb_of(event) is not Verb.LOGS:
        return None
    return read_log(connection, event.repository.id, event.number, command_of(event))


def _is_left(connection: Connection, delivery: StoredDelivery, event: Worked) -> bool:
    """True, and noted, when the GitHub App was taken away while the delivery was being worked on."""
    left = coverage.set_aside(connection, event)
    if left:
        deliveries.settle(connection, delivery.key, deliveries.IGNORED, left)
    return bool(left)


def _settled(delivery: StoredDelivery, state: str, note: str) -> Done:
    return Done(JobState.DONE, lambda connection: deliveries.settle(connection, delivery.key, state, note))


def _pushed(delivery: StoredDelivery, event: Pushed) -> Done:
    def write(connection: Connection) -> None:
        if _is_left(connection, delivery, event):
            return
        repositories.record(connection, event.installation_id, event.repository, delivery.received_at)
        deliveries.settle(connection, delivery.key, deliveries.HANDLED, "noted")

    return Done(JobState.DONE, write)


def _household(delivery: StoredDelivery, event: HouseholdEvent) -> Done:
    def write(connection: Connection) -> None:
        if delivery.source == OVERTAKEN:
            note = coverage.apply_late(connection, event, time.time())
        else:
            note = coverage.apply(connection, event, time.time())
        deliveries.settle(connection, delivery.key, deliveries.HANDLED, note)

    return Done(JobState.DONE, write)


def _impossible(delivery: StoredDelivery, event: Deciding, error: OutsideError) -> Done:
    reason = Reason.REPOSITORY_REMOVED if isinstance(error, Gone) else Reason.DENIED
    return Done(
        JobState.FAILED,
        lambda connection: _give_up(connection, delivery, event, reason, str(error)),
        error=str(error),
    )


def _give_up(
    connection: Connection,
    delivery: StoredDelivery,
    event: Deciding,
    reason: Reason,
    error: str,
) -> None:
    if _is_left(connection, delivery, event):
        return
    if repositories.by_id(connection, event.repository.id) is None:
        repositories.record(connection, event.installation_id, event.repository, delivery.received_at)
    scene = _scene(connection, event)
    if not isinstance(event, PullRequestChanged):
        note_ask(connection, event, "", delivery.received_at)
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
