"""Where every door that is no webhook brings its commands: decided and answered as comments are."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from sqlalchemy import Connection

from engine.commands.parse import Command, Help, Mistake
from engine.commands.spoken import OF_PULL_REQUESTS
from engine.commands.table import Verb
from engine.deploy.asks import DeployAsk
from engine.deploy.carrying import carry_out as carry_out_deploy
from engine.deploy.facts import Facts as DeployFacts
from engine.deploy.facts import gather as gather_deploy
from engine.deploy.known import read_known
from engine.deploy.outcome import Obstacle
from engine.domain.event import Commented, Person, Repository
from engine.domain.permission import Role
from engine.errors import Gone
from engine.forge.commits import Commits
from engine.forge.port import Forge
from engine.front import Front
from engine.intake import coverage, deliveries, deploy_asks, deploys
from engine.intake.actions import Scene, carry_out
from engine.intake.asking import receive_ask, written
from engine.intake.environment_views import views_of
from engine.intake.facts import NAMING, UNCONFIGURED, Facts, gather_asked, ref_of, verb_in
from engine.intake.heads import follow_head
from engine.intake.log_end import read_log
from engine.intake.readiness import with_readiness
from engine.intake.record import known_of, record_pull_request
from engine.planner.comment import plan_comment
from engine.planner.decision import Refuse
from engine.planner.head import refuse
from engine.planner.known import EnvironmentView, LogEnd
from engine.reasons import Reason
from engine.reports.escape import code
from engine.settings import Settings
from engine.store import asks, jobs, pull_requests, repositories
from engine.store.asks import NO_COMMENT, Ask
from engine.store.clock import clock_for
from engine.store.database import Database
from engine.variables.variables import Variables
from engine.wakeups.port import Wakeups

WITHOUT_NUMBER = "This command is about a pull request, and none was named."


@dataclass(frozen=True)
class Said:
    """One command and everything that its door knows beside its words; empty and 0: not said."""

    #: Its id: the same one twice is one ask.
    delivery: str
    repository: Repository
    installation_id: int
    #: Whose permission counts.
    person: Person
    command: Command | Help | Mistake
    #: page | api | cli | slack
    door: str
    #: When it was said, in Unix seconds, where that may be a while ago; 0: now.
    said_at: float = 0.0
    #: The pull request.
    number: int = 0
    #: Of a deploy.
    ref: str = ""
    environment: str = ""
    #: The id of a release or gate, or of a rollback also a release's number.
    release: str = ""
    #: The commit that a button is bound to.
    sha: str = ""


@dataclass(frozen=True)
class OfPullRequest:
    """What GitHub and SQL say of a command that is decided as comments are."""

    facts: Facts
    log: LogEnd | None = None
    environments: tuple[EnvironmentView, ...] = ()


@dataclass(frozen=True)
class OfEnvironment:
    """What GitHub says of an ask that engine.deploy decides."""

    ask: DeployAsk
    facts: DeployFacts


@dataclass(frozen=True)
class Prepared:
    """Everything that has to be asked before a command is decided on."""

    event: Commented
    #: The ask, bound to the head of then (C3).
    ask: Ask
    way: OfPullRequest | OfEnvironment | Refuse


@dataclass(frozen=True)
class Answered:
    """How a command went."""

    ask: Ask
    #: What stands in the way of a deploy, the weightiest first; none where it was asked before.
    obstacles: Sequence[Obstacle] = ()


@dataclass(frozen=True)
class Counter:
    """Answers commands in two steps: `prepare` asks GitHub, `finish` decides and writes."""

    database: Database
    forge: Forge
    commits: Commits
    variables: Variables
    settings: Settings
    #: None: the poke loop alone wakes the workers.
    wakeups: Wakeups | None = None
    #: Unix seconds.
    clock: Callable[[], float] = time.time

    def handle(self, said: Said) -> Answered:
        """Both steps at once, for doors where somebody waits. Raises Unreachable, Denied or Gone."""
        with self.database.read() as connection:
            before = asks.by_delivery(connection, said.delivery)
        if before is not None:
            return Answered(before)
        prepared = self.prepare(said)
        with self.database.write() as connection:
            answered = self.answer(connection, said, prepared)
            wakes = jobs.wake_list(connection, clock_for(connection).now(connection))
        if self.wakeups is not None:
            for queue, job_ids in wakes.items():
                self.wakeups.wake(job_ids, queue)
        return answered

    def prepare(self, said: Said) -> Prepared:
        """Asks what the decision needs. Nothing is written. Raises Unreachable, Denied or Gone."""
        event, now = _event(said), said.said_at or self.clock()
        with self.database.read() as connection:
            ask = _ask(said, _head(connection, said, now), now)
            wanted = _deploy_ask(connection, said, event, ask)
        if wanted is None and said.number == 0 and verb_in(said.command) in OF_PULL_REQUESTS:
            return Prepared(event, ask, refuse(Reason.WHICH_PULL_REQUEST, WITHOUT_NUMBER))
        try:
            return Prepared(event, ask, self._gathered(said, event, wanted))
        except Gone:
            if not said.number:
                raise
            # Raises Gone, where it is the repository that isn't there.
            self.forge.permission(ref_of(event), said.person.login)
            return Prepared(event, ask, _no_such_pull_request(said))

    def finish(self, connection: Connection, said: Said, prepared: Prepared) -> Ask:
        """Decides on fresh rows and writes what follows; the ask with its answer. Call it in a serial transaction."""
        return self.answer(connection, said, prepared).ask

    def answer(self, connection: Connection, said: Said, prepared: Prepared) -> Answered:
        """As `finish`, with what stands in the way."""
        before = asks.by_delivery(connection, said.delivery)
        if before is not None:
            return Answered(before)
        obstacles = self._answered(connection, said, prepared)
        found = asks.by_delivery(connection, said.delivery)
        # It was noted in this very transaction.
        assert found is not None
        return Answered(found, obstacles)

    def _gathered(self, said: Said, event: Commented, wanted: DeployAsk | None) -> OfPullRequest | OfEnvironment:
        if wanted is not None:
            return self._of_environment(said, event, wanted)
        verb, repository_id = verb_in(said.command), said.repository.id
        facts = gather_asked(self.forge, self.commits, event, verb)
        if said.number and facts.current is None and facts.role >= Role.READ and not self._knows(said):
            facts = replace(facts, current=self.forge.pull_request(ref_of(event), said.number))
        with self.database.read() as connection:
            log = read_log(connection, repository_id, said.number, said.command) if verb is Verb.LOGS else None
            views = views_of(connection, repository_id, self.settings) if verb in NAMING else ()
        return OfPullRequest(facts, log, views)

    def _of_environment(self, said: Said, event: Commented, wanted: DeployAsk) -> OfEnvironment:
        with self.database.read() as connection:
            known = read_known(connection, wanted)
        facts = gather_deploy(self.forge, self.commits, wanted, known)
        if said.number and facts.role >= Role.READ and not self._knows(said):
            self.forge.pull_request(ref_of(event), said.number)
        return OfEnvironment(wanted, facts)

    def _knows(self, said: Said) -> bool:
        with self.database.read() as connection:
            return pull_requests.by_number(connection, said.repository.id, said.number) is not None

    def _answered(self, connection: Connection, said: Said, prepared: Prepared) -> Sequence[Obstacle]:
        event, now = prepared.event, self.clock()
        scene = Scene(connection, event, said.number, now, said.door)
        if repositories.by_id(connection, said.repository.id) is None:
            repositories.record(connection, said.installation_id, said.repository, prepared.ask.created_at)
        receive_ask(connection, event, prepared.ask.sha, prepared.ask.created_at, command=said.command)
        if coverage.set_aside(connection, event):
            carry_out(
                scene, refuse(Reason.REPOSITORY_REMOVED, "The GitHub App doesn't cover this repository any more.")
            )
            return ()
        match prepared.way:
            case Refuse():
                carry_out(scene, prepared.way)
                return ()
            case OfEnvironment(ask, facts):
                outcome = carry_out_deploy(connection, ask, facts, self.variables, now, settings=self.settings)
                deploys.settle(connection, event, ask, outcome)
                return deploys.in_the_way(outcome)
            case OfPullRequest():
                self._decide(scene, event, said, prepared.way, prepared.ask.created_at)
                return ()
            case _:
                assert_never(prepared.way)

    def _decide(self, scene: Scene, event: Commented, said: Said, way: OfPullRequest, at: float) -> None:
        if said.number:
            record_pull_request(scene.connection, event, way.facts, at)
            follow_head(scene.connection, event, self.settings, scene.now)
        known = way.facts.added_to(known_of(scene.connection, event))
        known = replace(known, log=way.log, environments=way.environments)
        known = with_readiness(scene.connection, event, verb_in(said.command), known, at)
        carry_out(scene, plan_comment(event, said.command, known))


def counter_of(front: Front) -> Counter:
    """The counter of a door."""
    return Counter(front.database, front.forge, front.commits, front.variables, front.settings, wakeups=front.wakeups)


def _event(said: Said) -> Commented:
    """The command as the words of a comment that nobody can react to."""
    return Commented(
        delivery=said.delivery,
        installation_id=said.installation_id,
        repository=said.repository,
        sender=said.person,
        number=said.number,
        comment_id=NO_COMMENT,
        body="",
        pull_request_open=True,
        told_at=said.said_at,
        door=said.door,
    )


def _head(connection: Connection, said: Said, now: float) -> str:
    if said.sha and verb_in(said.command) in UNCONFIGURED:
        # What was pressed was shown for that commit.
        return said.sha
    if not said.number:
        return ""
    return deliveries.head_received_by(connection, said.repository.id, said.number, now, now)


def _ask(said: Said, sha: str, now: float) -> Ask:
    return Ask(
        delivery=said.delivery,
        installation_id=said.installation_id,
        repository_id=said.repository.id,
        number=said.number,
        comment_id=NO_COMMENT,
        login=said.person.login,
        command=written(said.command),
        sha=sha,
        created_at=now,
        door=said.door,
    )


def _deploy_ask(connection: Connection, said: Said, event: Commented, ask: Ask) -> DeployAsk | None:
    """What is asked of an environment; None when it is about the pull request itself."""
    if not isinstance(said.command, Command):
        return None
    outright = bool(said.environment or said.release)
    if said.command.entry.verb is Verb.CANCEL and not (said.number or said.command.given or outright):
        return None
    wanted = deploy_asks.of_command(connection, event, said.command, ask, outright=outright)
    if wanted is None:
        return None
    return replace(
        wanted,
        environment=said.environment,
        ref=said.ref,
        release=said.release or wanted.release,
        sha=said.sha,
        asked_at=said.said_at,
    )


def _no_such_pull_request(said: Said) -> Refuse:
    return refuse(Reason.NO_SUCH_PULL_REQUEST, f"There is no {code(f'{said.repository.full_name}#{said.number}')}.")
