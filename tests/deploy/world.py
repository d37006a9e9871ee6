"""A project with environments, a forge in memory and the desk: asks go in, outcomes come out, deploys are finished."""

from cryptography.fernet import Fernet
from sqlalchemy import Connection

from engine.deploy.asks import Action, DeployAsk
from engine.deploy.carrying import carry_out
from engine.deploy.desk import Desk
from engine.deploy.drift import Drift
from engine.deploy.facts import Facts, gather
from engine.deploy.known import read_known
from engine.deploy.outcome import Obstacle, Outcome, Refused, Started, Told
from engine.deploy.pushes import gather_push, head_moved, pushed, wants_rules
from engine.deploy.recheck import why_not
from engine.deploy.waiting import WaitingReleases
from engine.domain.environment import Environment
from engine.domain.event import Person, PullRequest, Pushed, Repository
from engine.domain.gate import Gate, GateKind
from engine.domain.job import JobKind
from engine.domain.lock import Lock
from engine.domain.permission import Role
from engine.domain.release import DeployState, Release, ReleaseKind
from engine.forge.commits import CheckResult, CheckState
from engine.forge.commits_memory import History, MemoryCommits
from engine.forge.memory import MemoryForge, MemoryRepository
from engine.forge.port import RepositoryRef
from engine.reasons import Reason
from engine.sandboxes.port import Upstream
from engine.settings import Secret, read_settings
from engine.store import environments, gates, jobs, locks, pull_requests, releases, repositories
from engine.store.clock import clock_for
from engine.store.database import Database
from engine.variables.variables import Variables
from engine.variables.vault import Vault
from engine.wakeups.memory import MemoryWakeups

#: A Wednesday, 2023-11-15 10:00 UTC.
NOW = 1_700_042_400.0
SHOP = RepositoryRef(1, 7, "acme/shop")
A, B, C = "a" * 40, "b" * 40, "c" * 40
FORK = 99
PROJECT = b"""\
environments:
  staging:
    auto_deploy_branch: main
  production:
    after: staging
    approvals: 1
"""
ALONE = b"environments: {production: {}}\n"


class World:
    """Repository 7 of installation 1: `ada`, `grace` and `bob` may write, `eve` may read. `main` is at A."""

    def __init__(self, database: Database, project: bytes | None = ALONE) -> None:
        self.now = NOW
        self.database = database
        self.forge = MemoryForge()
        roles = {"ada": Role.WRITE, "grace": Role.MAINTAIN, "bob": Role.WRITE, "eve": Role.READ}
        self.at_forge = MemoryRepository("acme/shop", roles=roles)
        self.forge.repositories[7] = self.at_forge
        self.commits = MemoryCommits()
        self.history.add(A, branch="main")
        self.variables = Variables(Vault([Secret(Fernet.generate_key().decode())]))
        self.settings = read_settings({})
        self.wakeups = MemoryWakeups()
        self.desk = Desk(
            database, self.forge, self.commits, self.variables, self.settings, wakeups=self.wakeups, clock=self.time
        )
        self.asked = 0
        intervals = self.settings.intervals
        self.waiting = WaitingReleases(database, self.commits, intervals, wakeups=self.wakeups, clock=self.time)
        self.drift = Drift(database, self.commits, intervals, clock=self.time)
        self.write_project(project)
        with database.write() as connection:
            repositories.record(connection, 1, Repository(7, "acme/shop", "main", False, ""), NOW)

    @property
    def history(self) -> History:
        """The repository's commits."""
        return self.commits.history(7)

    def time(self) -> float:
        """The clock on the wall."""
        return self.now

    def write_project(self, data: bytes | None, *refs: str) -> None:
        """`slipway.yml` at these refs, else on the default branch and at every commit that there is."""
        for ref in refs or ("main", *self.history.commits):
            self.at_forge.files[ref] = {} if data is None else {"slipway.yml": data}

    def commit(self, sha: str, *parents: str, branch: str = "main") -> str:
        """A commit more, with the project file of now."""
        self.history.add(sha, *(parents or (A,)), branch=branch)
        self.at_forge.files[sha] = dict(self.at_forge.files["main"])
        return sha

    def check(self, sha: str, **states: CheckState) -> None:
        """What checks say of a commit."""
        self.history.checks[sha] = tuple(CheckResult(name, state, 1) for name, state in states.items())

    def ask(self, action: Action, *words: str, login: str = "ada", **more: object) -> DeployAsk:
        """An ask through the API, each one another."""
        self.asked += 1
        facts: dict[str, object] = {"door": "api", "ask": f"ask-{self.asked}", "words": words} | more
        return DeployAsk(action=action, repository=SHOP, default_branch="main", login=login, **facts)  # type: ignore[arg-type]

    def do(self, action: Action, *words: str, login: str = "ada", **more: object) -> Outcome:
        """What becomes of an ask."""
        return self.desk.handle(self.ask(action, *words, login=login, **more))

    def start(self, *words: str, login: str = "ada", **more: object) -> Release:
        """The release that a `/deploy` started."""
        return self.release(started(self.do(Action.DEPLOY, *words, login=login, **more)))

    def deployed(self, *words: str, login: str = "ada", **more: object) -> Release:
        """The release that a `/deploy` brought to serve."""
        return self.finish(self.start(*words, login=login, **more))

    def desk_without_keys(self) -> Desk:
        """The desk of a Slipway that has no `SECRET_KEYS`."""
        return Desk(self.database, self.forge, self.commits, Variables(Vault([])), self.settings, clock=self.time)

    def gathered(self, ask: DeployAsk) -> Facts:
        """What GitHub says at this moment."""
        with self.database.read() as connection:
            return gather(self.forge, self.commits, ask, read_known(connection, ask))

    def carried_out(self, ask: DeployAsk, facts: Facts) -> Outcome:
        """What becomes of an ask whose facts were gathered before."""
        with self.database.write() as connection:
            return carry_out(connection, ask, facts, self.variables, self.now, settings=self.settings)

    def push(self, sha: str, before: str = A, *, ref: str = "refs/heads/main", by: str = "ada") -> str:
        """A push, as its delivery tells of it and GitHub shows it."""
        return self.take(self.pushed_event(sha, before, ref=ref, by=by))

    def take(self, event: Pushed) -> str:
        """What becomes of a push's delivery."""
        with self.database.read() as connection:
            wanted, known = wants_rules(connection, event), environments.of_repository(connection, 7)
        facts = gather_push(self.forge, self.commits, event, known) if wanted else None
        with self.database.write() as connection:
            return pushed(connection, event, facts, self.now, settings=self.settings)

    def pushed_event(self, sha: str, before: str = A, *, ref: str = "refs/heads/main", by: str = "ada") -> Pushed:
        """A push's delivery."""
        repository = Repository(7, "acme/shop", "main", False, "")
        deleted = sha == "0" * 40
        return Pushed("d", 1, repository, Person(1, by), ref, before, sha, deleted)

    def open_pull_request(
        self,
        number: int,
        sha: str,
        *,
        head: str = "feature",
        fork: bool = False,
        base: str = "main",
        is_open: bool = True,
    ) -> None:
        """A pull request at GitHub, which we have heard of."""
        repository_id = FORK if fork else 7
        told = PullRequest(number, "T", sha, head, repository_id, base, Person(2, "bob"), False, is_open, False)
        self.at_forge.pull_requests[number] = told
        with self.database.write() as connection:
            pull_requests.record(connection, 7, told, self.now)

    def take_away(self) -> None:
        """The GitHub App no longer covers the repository."""
        with self.database.write() as connection:
            repositories.remove(connection, 7, "removed", self.now)

    def hear_of_head(self, number: int, sha: str, by: str = "bob") -> None:
        """The news of a pull request's new head comes in."""
        with self.database.write() as connection:
            head_moved(connection, 7, number, sha, by, self.now, settings=self.settings)

    def beat(self) -> None:
        """The loop `waiting` looks once; nobody was woken before it."""
        self.due_jobs()
        while self.wakeups.take("work") is not None:
            pass
        self.waiting.beat()

    def why_not(self, release: Release) -> Obstacle | None:
        """What the deploy's job is told when it looks once more."""
        return why_not(self.database, self.forge, self.commits, self.release(release.id))

    def release(self, release_id: str) -> Release:
        """A release as it stands."""
        with self.database.read() as connection:
            return releases.known_by(connection, release_id)

    def releases(self, name: str) -> list[Release]:
        """The releases of an environment, newest first."""
        with self.database.read() as connection:
            return releases.of_environment(connection, self.environment(name).id)

    def environment(self, name: str = "production") -> Environment:
        """An environment as it stands."""
        with self.database.read() as connection:
            found = environments.by_name(connection, 7, name)
        assert found is not None
        return found

    def gate(self, release: Release) -> Gate:
        """The gate before a release."""
        with self.database.read() as connection:
            found = gates.newest_of(connection, GateKind.DEPLOY, release.id)
        assert found is not None
        return found

    def line(self, name: str = "production") -> list[Lock]:
        """Who holds an environment, and who waits."""
        with self.database.read() as connection:
            at = locks.times(connection, self.settings.intervals, self.now)
            return locks.queue(connection, self.environment(name).id, at)

    def due_jobs(self) -> dict[str, list[str]]:
        """Jobs that nobody was woken for yet."""
        with self.database.write() as connection:
            return jobs.wake_list(connection, clock_for(connection).now(connection))

    def begin(self, release: Release) -> None:
        """The deploy's job begins."""
        with self.database.write() as connection:
            self._begin(connection, release)

    def finish(self, release: Release, state: DeployState = DeployState.DEPLOYED) -> Release:
        """What the deploy's job does, told shortly."""
        with self.database.write() as connection:
            begun = self._begin(connection, release)
            found = environments.by_id(connection, release.environment_id)
            assert found is not None
            left = releases.by_id(connection, found.release_id) if found.release_id else None
            if state is DeployState.DEPLOYED:
                environments.serve(connection, found, release.id, Upstream("tcp:127.0.0.1:1"), 1, self.now)
            releases.advance(connection, release.id, state, "Over", self.now)
            if begun is ReleaseKind.ROLLBACK and left is not None and left.state is DeployState.DEPLOYED:
                releases.advance(connection, left.id, DeployState.ROLLED_BACK, "Left", self.now)
            at = locks.times(connection, self.settings.intervals, self.now)
            locks.free_release(connection, releases.known_by(connection, release.id), at)
            jobs.want_stop(connection, subject=release.id, kind=JobKind.DEPLOY, why="superseded")
        return self.release(release.id)

    def _begin(self, connection: Connection, release: Release) -> ReleaseKind:
        if release.kind is ReleaseKind.ROLLBACK:
            releases.advance(connection, release.id, DeployState.ROLLING_BACK, "Going", self.now)
            return release.kind
        for state in (DeployState.SECURITY_SCANNING, DeployState.BUILDING, DeployState.DEPLOYING):
            releases.advance(connection, release.id, state, "Going", self.now)
        return release.kind


def started(outcome: Outcome) -> str:
    """The release that an ask started."""
    assert isinstance(outcome, Started), outcome
    return outcome.release_id


def told(outcome: Outcome) -> str:
    """What an ask was told."""
    assert isinstance(outcome, Told), outcome
    return outcome.markdown


def reasons_of(outcome: Outcome) -> list[Reason]:
    """Why an ask was refused, all of it."""
    assert isinstance(outcome, Refused), outcome
    assert all(each.sentence and each.opener for each in outcome.obstacles)
    return [each.reason for each in outcome.obstacles]


def sentence_of(outcome: Outcome) -> str:
    """The words of a refusal."""
    assert isinstance(outcome, Refused), outcome
    return outcome.markdown
