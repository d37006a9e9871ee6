"""A repository, an environment, a gateway that visitors come through: all that a deploy needs, with nobody mocked."""

import shutil
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import Connection, text

from engine.access.permissions import Permissions
from engine.deploy.asks import NewVariable
from engine.deploy.outcome import Obstacle
from engine.domain.environment import Environment
from engine.domain.event import Repository
from engine.domain.job import JobKind
from engine.domain.permission import Role
from engine.domain.release import Release
from engine.forge.memory import MemoryForge, MemoryRepository
from engine.project.environments import RunConfig
from engine.reaper.reaper import Reaper
from engine.rollout.handler import DeployHandler, RestartHandler, RetireHandler, Tools
from engine.rollout.proof import PublicAddress
from engine.rollout.restarts import ask_retirement
from engine.sandboxes.port import Sandboxes
from engine.settings import Secret
from engine.shell.real import RealShell
from engine.source.mirrors import GitMirrors
from engine.store import environments, logs, releases, repositories, timeline
from engine.store.database import Database
from engine.store.environments import Named
from engine.store.releases import NewRelease
from engine.targets.local import LocalTarget
from engine.targets.port import Target
from engine.variables.variables import Variables
from engine.variables.vault import Vault
from engine.wakeups.memory import MemoryWakeups
from engine.work.handler import Handler
from engine.work.heartbeat import Heartbeat
from engine.work.runner import Runner
from tests.gateway.running import RunningGateway
from tests.gateway.wire import Got
from tests.rollout.asks import a_deploy_of, a_rollback_to
from tests.rollout.fuse import FusedStore, Point
from tests.rollout.proofs import unseen
from tests.source.repositories import a_repository, commit
from tests.wakeups.waiting import wait_until

NOW = 1_700_000_000.0
#: Which write of a deploy's job without a release command sends visitors to it.
SWITCH = 7
FAST = {
    "SLIPWAY_HEARTBEAT_SECONDS": "0.1",
    "SLIPWAY_RELEASE_DRAIN_SECONDS": "0.05",
    "PREVIEW_STARTUP_TIMEOUT": "30",
}


@dataclass
class Rig:
    """Repository 7 of installation 1, environment `production`."""

    folder: Path
    template: Path
    sandboxes: Sandboxes
    access: str = "public"
    settings_more: Mapping[str, str] = field(default_factory=dict)
    #: Seconds by which our clock is ahead.
    ahead: float = 0
    #: How often the job of a release may be run until the release is over; a real sandbox host may be busy once.
    attempts: int = 1
    #: What stands in the way when a job runs.
    obstacle: Obstacle | None = None
    #: Ends of leases that a test has seen.
    seen_leases: set[float] = field(default_factory=set)

    def __post_init__(self) -> None:
        path = self.folder / "slipway.sqlite3"
        shutil.copy(self.template, path)
        self.database = Database(f"sqlite:///{path}")
        self.forge = MemoryForge()
        self.origin = self.folder / "origin"
        self.forge.repositories[7] = MemoryRepository(
            "acme/shop", clone_url=f"file://{self.origin}", roles={"ada": Role.WRITE, "eve": Role.NONE}
        )
        self.permissions = Permissions(self.forge, 60.0)
        with self.database.write() as connection:
            repository = Repository(7, "acme/shop", "main", False, f"file://{self.origin}")
            repositories.record(connection, 1, repository, NOW)
        self.gateway = RunningGateway(self, self.folder, None, **(FAST | dict(self.settings_more))).start()
        self.settings = self.gateway.settings
        self.wakeups = MemoryWakeups()
        self.store = FusedStore(self.database, self.settings.intervals, wakeups=self.wakeups)
        self.heartbeat = Heartbeat(self.store, self.settings.intervals)
        self.variables = Variables(Vault([Secret(Fernet.generate_key().decode())]))
        self.environment_id = self.name_environment("production").id
        self.target: Target = LocalTarget(self.sandboxes)
        proof = PublicAddress(self.settings, self.database, patience=30.0)
        self.tools = Tools(
            database=self.database,
            forge=self.forge,
            source=GitMirrors(RealShell(), self.folder / "mirrors", extra_protocols=("file",)),
            targets={"local": self.target},
            variables=self.variables,
            settings=self.settings,
            proof=proof,
            recheck=lambda release: self.obstacle,
            clock=self.time,
        )
        self.use(self.tools)

    def use(self, tools: Tools) -> None:
        """Jobs work with these tools from now on."""
        self.tools = tools
        handlers: dict[JobKind, Handler] = {
            JobKind.DEPLOY: DeployHandler(tools),
            JobKind.RESTART: RestartHandler(tools),
            JobKind.RETIRE: RetireHandler(tools),
        }
        self.handlers = handlers
        self.runner = Runner(self.store, handlers, self.settings.intervals, "test", heartbeat=self.heartbeat)
        self.reaper = Reaper(
            self.database, self.sandboxes, self.wakeups, self.store.clock, self.settings.intervals, self.time
        )

    def time(self) -> float:
        """Our clock."""
        return time.time() + self.ahead

    def name_environment(self, name: str) -> Environment:
        """An environment, as the rules find it in `slipway.yml`."""
        with self.database.write() as connection:
            return environments.ensure(
                connection,
                installation_id=1,
                repository_id=7,
                full_name="acme/shop",
                named=Named(name, "local", self.access, ""),
                now=NOW,
            )

    def push(self, files: dict[str, str]) -> str:
        """A commit of `files`; its id."""
        exists = (self.origin / ".git").exists()
        return commit(self.origin, files) if exists else a_repository(self.origin, files)

    def ask(self, sha: str, config: RunConfig | None = None) -> Release:
        """Asks for a deploy, as the desk does."""
        return self._ask(a_deploy_of(self.environment, sha, config or RunConfig()))

    def ask_rollback(self, to: Release) -> Release:
        """Asks to go back, as the desk does."""
        with self.database.read() as connection:
            plan = releases.plan_of(connection, to.id)
        return self._ask(a_rollback_to(self.environment, to, plan))

    def _ask(self, new: NewRelease) -> Release:
        with self.database.write() as connection:
            release = releases.ask(connection, new, self.time())
            releases.add_job(connection, release, self.time())
            return release

    def set_variable(self, key: str, value: str, *, is_secret: bool = True) -> int:
        """A new value; the version that it makes."""
        with self.database.write() as connection:
            news = [NewVariable(key, Secret(value), is_secret)]
            return self.variables.set(connection, self.environment, news, "ada", self.time())

    def deployed(self, files: dict[str, str], config: RunConfig | None = None) -> Release:
        """Pushes, asks, runs; the release as it ended."""
        return self._over(self.ask(self.push(files), config))

    def deployed_unseen(self, files: dict[str, str], config: RunConfig | None = None) -> Release:
        """As `deployed`, but the public address never answers with it."""
        before = self.tools
        self.use(replace(before, proof=unseen))
        ended = self.deployed(files, config)
        self.use(before)
        return ended

    def stop_after_the_switch(self) -> None:
        """The next job's worker dies right after visitors were sent to its release."""
        self.store.writes, self.store.fuse = 0, Point(SWITCH, after=True)

    def use_reaper_with_variables(self) -> None:
        """The reaper can open the values that its logs must hide."""
        intervals = self.settings.intervals
        self.reaper = Reaper(
            self.database,
            self.sandboxes,
            self.wakeups,
            self.store.clock,
            intervals,
            self.time,
            variables=self.variables,
        )

    def lose_keys(self) -> None:
        """The worker is started without the keys that sealed the values."""
        self.use(replace(self.tools, variables=Variables(Vault([Secret(Fernet.generate_key().decode())]))))

    def ask_retirement(self, connection: Connection) -> None:
        """Asks for the end of everything, as departures do."""
        ask_retirement(connection, self.environment)

    def retire(self, *, named_again: bool = False) -> None:
        """`slipway.yml` no longer names it, and somebody wants its end; runs."""
        with self.database.write() as connection:
            environments.retire(connection, self.environment)
            self.ask_retirement(connection)
        if named_again:
            self.name_environment("production")
        self.run()

    def rolled_back(self, to: Release) -> Release:
        """Asks to go back, runs; the new release as it ended."""
        return self._over(self.ask_rollback(to))

    def _over(self, release: Release) -> Release:
        self.run()
        for _ in range(1, self.attempts):
            if self.release(release.id).state.terminal:
                break
            self.run_delayed()
        return self.release(release.id)

    def run(self) -> None:
        """Runs every job that is due."""
        while self.runner.run_one(["work", "quick"]):
            pass

    def run_delayed(self) -> None:
        """Runs every job, those that are due later too."""
        with self.database.write() as connection:
            connection.execute(text("UPDATE jobs SET due_at = 0 WHERE state = 'pending'"))
        self.run()

    def release(self, release_id: str) -> Release:
        """A release as it is."""
        with self.database.read() as connection:
            return releases.known_by(connection, release_id)

    @property
    def environment(self) -> Environment:
        """The environment as it is."""
        with self.database.read() as connection:
            found = environments.by_id(connection, self.environment_id)
        assert found is not None
        return found

    def page(self) -> str:
        """The state of the environment's route."""
        with self.database.read() as connection:
            return environments.page_of(connection, self.environment)

    def visit(self, path: str = "/", **fields: str) -> Got:
        """What a visitor of the public address gets."""
        return self.gateway.ask(self.environment, path, **fields)

    def kinds(self, subject: str) -> list[str]:
        """What the timeline of a subject tells."""
        with self.database.read() as connection:
            return [str(moment.kind) for moment in timeline.of(connection, subject)]

    def messages(self, subject: str) -> list[str]:
        """The timeline of a subject, in words."""
        with self.database.read() as connection:
            return [moment.message for moment in timeline.of(connection, subject)]

    def log(self, subject: str) -> list[str]:
        """The kept log of a release."""
        with self.database.read() as connection:
            return logs.read(connection, subject)

    def while_it_waits(self, act: Callable[[], None]) -> None:
        """Runs the jobs in a thread and acts meanwhile; returns when all is done."""
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            act()
        finally:
            thread.join(60)
        assert not thread.is_alive()

    def until_raised(self, check: Callable[[], None]) -> None:
        """Calls it again and again until it raises."""

        def never() -> bool:
            check()
            return False

        self.until(never, "the job to hear that it should end")

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Waits for a condition."""
        wait_until(condition, what, 30)

    def jobs(self, kind: str) -> list[str]:
        """The states of the jobs of a kind, oldest first."""
        with self.database.read() as connection:
            found = text("SELECT state FROM jobs WHERE kind = :kind ORDER BY created_at")
            return list(connection.execute(found, {"kind": kind}).scalars())

    def close(self) -> None:
        """Ends what runs here."""
        self.runner.close()
        self.gateway.stop()
        self.database.close()
