"""The intake job: one delivery of the inbox becomes rows, jobs and reports, or a note why not."""

import time
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from engine.commands.parse import NotACommand
from engine.commands.table import Verb
from engine.deploy.asks import DeployAsk
from engine.deploy.carrying import carry_out as carry_out_deploy
from engine.deploy.facts import gather as gather_deploy
from engine.deploy.known import read_known
from engine.deploy.pushes import gather_push, pushed, wants_rules
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
from engine.errors import Denied, Gone
from engine.forge.commits import Commits
from engine.forge.port import Forge
from engine.intake import buttons, coverage, deliveries, deploy_asks, deploys
from engine.intake.actions import carry_out
from engine.intake.asking import note_ask
from engine.intake.buttons import NotOurs, OfEnvironment, Rerun
from engine.intake.deliveries import StoredDelivery
from engine.intake.endings import give_up, impossible, is_left, scene_of, settled
from engine.intake.environment_views import views_of
from engine.intake.facts import NAMING, Deciding, Facts, gather, verb_of
from engine.intake.heads import follow_head
from engine.intake.log_end import read_log
from engine.intake.readiness import with_readiness
from engine.intake.record import known_of, record_pull_request
from engine.planner.decision import Nothing
from engine.planner.known import EnvironmentView, LogEnd
from engine.planner.plan import command_of, plan
from engine.planner.pull_request import contradicts
from engine.reasons import Reason
from engine.settings import Settings
from engine.slack.intake import SLACK, SlackIntake
from engine.store import asks, environments, repositories
from engine.store.database import Database
from engine.store.missed import OVERTAKEN
from engine.store.port import Effects
from engine.variables.variables import Variables
from engine.work.handler import Again, Done, Running

#: Events that ask for work in a repository.
Worked = Pushed | PullRequestChanged | Commented | ButtonPressed

#: The try whose answer may be one that GitHub's reads lag behind in.
FIRST = 1


@dataclass(frozen=True)
class Reading:
    """What was read for an answer alone."""

    log: LogEnd | None = None
    environments: tuple[EnvironmentView, ...] = ()


class IntakeHandler:
    """Implements work.handler.Handler for the kind `intake`; a job's subject is the key of a delivery."""

    def __init__(
        self, database: Database, forge: Forge, commits: Commits, variables: Variables, settings: Settings
    ) -> None:
        self.database = database
        self.forge = forge
        self.commits = commits
        self.variables = variables
        self.settings = settings
        self._slack = SlackIntake(database, forge, commits, variables, settings, variables.vault)

    def run(self, job: Job, running: Running) -> Done | Again:
        """Reads the delivery, asks the forge what it must, and decides on fresh rows inside the last transaction.

        Raises Unreachable: then it is tried again.
        """
        with self.database.read() as connection:
            delivery = deliveries.read(connection, job.subject)
        if delivery is None or delivery.state != deliveries.STORED:
            return Done(JobState.DONE)
        if delivery.source == SLACK:
            return self._slack.run(job, delivery, running)
        event = deliveries.read_event(delivery)
        if isinstance(event, Worked) and (left := self._why_left(event)):
            return settled(delivery, deliveries.IGNORED, left)
        match event:
            case Ignored(why=why):
                return settled(delivery, deliveries.IGNORED, why)
            case Rejected(why=why):
                return settled(delivery, deliveries.REJECTED, why)
            case Pushed():
                return self._push(delivery, event)
            case ButtonPressed():
                return self._press(job, delivery, event, running)
            case InstallationChanged() | CoverageChanged() | RepositoryChanged() | AccessChanged():
                return _household(delivery, event)
            case Commented(sender=sender) if sender.bot:
                return settled(delivery, deliveries.IGNORED, "the comment is a bot's")
            case Commented() if isinstance(command_of(event), NotACommand):
                return settled(delivery, deliveries.IGNORED, "the comment holds no command")
            case Commented():
                return self._command(job, delivery, event, running)
            case PullRequestChanged():
                return self._decide(job, delivery, event)

    def bury(self, job: Job, error: str) -> Effects:
        """Says that it couldn't be done: to whoever asked, or on the commit that waits for a word."""

        def write(connection: Connection) -> None:
            delivery = deliveries.read(connection, job.subject)
            if delivery is not None and delivery.source == SLACK:
                self._slack.bury(job, delivery, error)(connection)
                return
            event = None if delivery is None else deliveries.read_event(delivery)
            if delivery is not None and isinstance(event, Pushed):
                self._without_facts(delivery, event, error)(connection)
            waiting = buttons.placed(connection, event, self._app_id) if isinstance(event, ButtonPressed) else event
            waiting = waiting.event if isinstance(waiting, OfEnvironment) else waiting
            if delivery is not None and isinstance(waiting, Deciding):
                give_up(connection, delivery, waiting, Reason.UNREACHABLE, error)

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
        with self.database.read() as connection:
            noted = asks.by_delivery(connection, event.delivery)
            ask = deploy_asks.in_comment(connection, event, noted) if noted is not None else None
        return self._decide(job, delivery, event) if ask is None else self._ask(delivery, event, ask)

    @property
    def _app_id(self) -> int:
        github = self.settings.github
        return int(github.app_id) if github is not None and github.app_id.isdigit() else 0

    def _press(self, job: Job, delivery: StoredDelivery, event: ButtonPressed, running: Running) -> Done | Again:
        with self.database.read() as connection:
            placed = buttons.placed(connection, event, self._app_id)
        match placed:
            case NotOurs(why):
                return settled(delivery, deliveries.IGNORED, why)
            case Rerun():
                return _shown_again(delivery, event, placed)
            case OfEnvironment(pressed, ask):
                running.note(lambda connection: note_ask(connection, pressed, pressed.sha, delivery.received_at))
                return self._ask(delivery, pressed, ask)
            case ButtonPressed():
                running.note(lambda connection: note_ask(connection, placed, placed.sha, delivery.received_at))
                return self._decide(job, delivery, placed)

    def _ask(self, delivery: StoredDelivery, event: Commented | ButtonPressed, ask: DeployAsk) -> Done:
        """Asks GitHub what engine.deploy must know, and has it decide on fresh rows inside the last transaction."""
        with self.database.read() as connection:
            known = read_known(connection, ask)
        try:
            facts = gather_deploy(self.forge, self.commits, ask, known)
        except (Denied, Gone) as error:
            return impossible(delivery, event, error)

        def write(connection: Connection) -> None:
            if is_left(connection, delivery, event):
                return
            repositories.record(connection, event.installation_id, event.repository, delivery.received_at)
            outcome = carry_out_deploy(connection, ask, facts, self.variables, time.time(), settings=self.settings)
            note = deploys.settle(connection, event, ask, outcome)
            deliveries.settle(connection, delivery.key, deliveries.HANDLED, note)

        return Done(JobState.DONE, write)

    def _decide(self, job: Job, delivery: StoredDelivery, event: Deciding) -> Done | Again:
        with self.database.read() as connection:
            known = known_of(connection, event)
            reading = self._read_for(connection, event)
        try:
            facts = gather(self.forge, self.commits, event, known)
        except (Denied, Gone) as error:
            return impossible(delivery, event, error)
        if job.attempts == FIRST and isinstance(event, PullRequestChanged) and contradicts(event, facts.current):
            return Again(
                self.settings.intervals.retry, "GitHub's answer and its delivery differ; it is asked once more"
            )

        def write(connection: Connection) -> None:
            if is_left(connection, delivery, event):
                return
            note = self._act(connection, delivery, event, facts, reading)
            deliveries.settle(connection, delivery.key, deliveries.HANDLED, note)

        return Done(JobState.DONE, write)

    def _act(
        self, connection: Connection, delivery: StoredDelivery, event: Deciding, facts: Facts, reading: Reading
    ) -> str:
        """Under the write lock: another delivery may have landed since the forge was asked."""
        repositories.record(connection, event.installation_id, event.repository, delivery.received_at)
        moment = deliveries.moment_of(event, delivery.received_at)
        record_pull_request(connection, event, facts, moment)
        follow_head(connection, event, self.settings, time.time())
        known = facts.added_to(known_of(connection, event))
        known = replace(known, log=reading.log, environments=reading.environments)
        if not isinstance(event, PullRequestChanged):
            known = with_readiness(connection, event, verb_of(event), known, moment)
        decision = Nothing("it changes nothing that was decided") if facts.moot else plan(event, known)
        return carry_out(scene_of(connection, event), decision)

    def _push(self, delivery: StoredDelivery, event: Pushed) -> Done:
        """Asks GitHub only where the push may deploy, or change who may."""
        with self.database.read() as connection:
            wanted = wants_rules(connection, event)
            known = environments.of_repository(connection, event.repository.id)
        try:
            facts = gather_push(self.forge, self.commits, event, known) if wanted else None
        except (Denied, Gone) as error:
            return Done(JobState.FAILED, self._without_facts(delivery, event, str(error)), error=str(error))

        def write(connection: Connection) -> None:
            if is_left(connection, delivery, event):
                return
            repositories.record(connection, event.installation_id, event.repository, delivery.received_at)
            note = pushed(connection, event, facts, time.time(), settings=self.settings)
            deliveries.settle(connection, delivery.key, deliveries.HANDLED, note)

        return Done(JobState.DONE, write)

    def _without_facts(self, delivery: StoredDelivery, event: Pushed, error: str) -> Effects:
        """Nothing is deployed by it, but what was to be approved is void all the same; the drift will be told."""

        def write(connection: Connection) -> None:
            if is_left(connection, delivery, event):
                return
            repositories.record(connection, event.installation_id, event.repository, delivery.received_at)
            pushed(connection, event, None, time.time(), settings=self.settings)
            deliveries.settle(connection, delivery.key, deliveries.HANDLED, f"given up: {error}")

        return write

    def _read_for(self, connection: Connection, event: Deciding) -> Reading:
        """What answers show: the end of the log, or where the environments stand."""
        if not isinstance(event, Commented):
            return Reading()
        verb, repository_id = verb_of(event), event.repository.id
        if verb is Verb.LOGS:
            return Reading(log=read_log(connection, repository_id, event.number, command_of(event)))
        return Reading(environments=views_of(connection, repository_id, self.settings) if verb in NAMING else ())


def _shown_again(delivery: StoredDelivery, event: ButtonPressed, rerun: Rerun) -> Done:
    def write(connection: Connection) -> None:
        buttons.show_again(connection, event, rerun)
        deliveries.settle(connection, delivery.key, deliveries.HANDLED, "shown again")

    return Done(JobState.DONE, write)


def _household(delivery: StoredDelivery, event: HouseholdEvent) -> Done:
    def write(connection: Connection) -> None:
        if delivery.source == OVERTAKEN:
            note = coverage.apply_late(connection, event, time.time())
        else:
            note = coverage.apply(connection, event, time.time())
        deliveries.settle(connection, delivery.key, deliveries.HANDLED, note)

    return Done(JobState.DONE, write)
