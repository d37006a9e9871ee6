"""A repository, a database, a runner and sandboxes: all that a build needs, with nobody mocked."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from engine.domain.build import Build
from engine.domain.event import Person, PullRequest, Repository
from engine.domain.job import Job, JobKind
from engine.domain.permission import Role
from engine.domain.preview import Preview
from engine.forge.memory import MemoryForge, MemoryRepository
from engine.pipeline.build import BuildHandler
from engine.pipeline.cancel import CancelHandler
from engine.pipeline.remove import RemoveHandler
from engine.pipeline.revive import ReviveHandler
from engine.reaper.reaper import Reaper
from engine.sandboxes.port import Sandboxes
from engine.settings import read_settings
from engine.shell.real import RealShell
from engine.source.mirrors import GitMirrors
from engine.store import builds, logs, previews, pull_requests, repositories, timeline
from engine.store.clock import boot_seconds
from engine.store.database import Database
from engine.store.sql import SqlStore
from engine.variables.variables import variables_of
from engine.wakeups.memory import MemoryWakeups
from engine.work.handler import Handler
from engine.work.heartbeat import Heartbeat, HeldJob
from engine.work.runner import Runner
from tests.databases import furnish
from tests.source.repositories import a_repository, commit

NOW = 1_700_000_000.0


@dataclass
class Rig:
    """Repository 7 of installation 1, pull request 12."""

    folder: Path
    sandboxes: Sandboxes
    startup_timeout: float = 5
    forge: MemoryForge = field(default_factory=MemoryForge)
    #: Seconds by which the reaper's clock is ahead of ours.
    ahead: float = 0
    #: Further settings.
    facts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        facts = {"DATA_DIR": str(self.folder), "PREVIEW_STARTUP_TIMEOUT": str(self.startup_timeout)} | self.facts
        self.settings = read_settings(facts | {"SLIPWAY_ROUTES_SECONDS": "0.01", "SLIPWAY_HEARTBEAT_SECONDS": "0.1"})
        self.database = Database(self.settings.database_url)
        furnish(self.database)
        self.origin = self.folder / "origin"
        self.forge.repositories[7] = MemoryRepository(
            "acme/shop", clone_url=f"file://{self.origin}", roles={"octo": Role.WRITE}
        )
        source = GitMirrors(RealShell(), self.folder / "mirrors", extra_protocols=("file",))
        self.wakeups = MemoryWakeups()
        self.store = SqlStore(self.database, self.settings.intervals, wakeups=self.wakeups)
        self.remove_handler = RemoveHandler(self.database, self.sandboxes)
        self.heartbeat = Heartbeat(self.store, self.settings.intervals)
        intervals = self.settings.intervals
        self.cancel_handler = CancelHandler(self.database, self.sandboxes, self.store.clock, intervals)
        self.revive_handler = ReviveHandler(self.database, self.sandboxes, self.settings, self.time)
        self.variables = variables_of(self.settings)
        self.reaper = Reaper(
            self.database,
            self.sandboxes,
            self.wakeups,
            self.store.clock,
            intervals,
            self.time,
            variables=self.variables,
        )
        self.use(BuildHandler(self.database, self.forge, source, self.sandboxes, self.settings))

    def use(self, build_handler: BuildHandler) -> None:
        """Builds are made by this handler from now on."""
        self.build_handler = build_handler
        handlers: dict[JobKind, Handler] = {
            JobKind.BUILD: build_handler,
            JobKind.REMOVE: self.remove_handler,
            JobKind.CANCEL: self.cancel_handler,
            JobKind.REVIVE: self.revive_handler,
        }
        self.runner = Runner(self.store, handlers, self.settings.intervals, "test", heartbeat=self.heartbeat)
        self.quick = Runner(self.store, handlers, self.settings.intervals, "quick", heartbeat=self.heartbeat)

    def time(self) -> float:
        """The reaper's clock."""
        return time.time() + self.ahead

    def push(self, files: dict[str, str]) -> str:
        """A commit of `files` on the pull request's branch; its id."""
        exists = (self.origin / ".git").exists()
        sha = commit(self.origin, files) if exists else a_repository(self.origin, files)
        somebody = Person(1, "octo")
        facts = PullRequest(12, "Title", sha, "main", 7, "main", somebody, draft=False, open=True, merged=False)
        with self.database.write() as connection:
            repository = Repository(7, "acme/shop", "main", False, f"file://{self.origin}")
            repositories.record(connection, 1, repository, NOW)
            pull_requests.record(connection, 7, facts, NOW)
        return sha

    def ask(self, sha: str, ask: str = "") -> Build:
        """Asks for a build, as intake does."""
        with self.database.write() as connection:
            preview = previews.ensure(
                connection,
                installation_id=1,
                repository_id=7,
                full_name="acme/shop",
                number=12,
                access="private",
                now=NOW,
            )
            return builds.ask(connection, preview=preview, sha=sha, ask=ask, requested_by="octo", now=NOW)

    def run(self) -> None:
        """Runs every job that is due."""
        while self.runner.run_one(["work", "quick"]):
            pass

    def run_quick(self) -> None:
        """Runs the quick jobs that are due, as their own lane does, whatever the other runner is at."""
        while self.quick.run_one(["quick"]):
            pass

    def heartbeat_of(self, job: Job) -> HeldJob:
        """A job's side of its lease."""
        return HeldJob(job, self.store, boot_seconds, self.settings.intervals.lease)

    def run_delayed(self) -> None:
        """Runs every job, those that are due later too."""
        with self.database.write() as connection:
            connection.execute(text("UPDATE jobs SET due_at = 0 WHERE state = 'pending'"))
        self.run()

    def cancel(self, build_id: str, by: str = "octo") -> None:
        """Cancels a build, as intake does."""
        with self.database.write() as connection:
            builds.cancel(connection, build_id, by, NOW)

    def jobs(self, kind: str) -> list[str]:
        """The states of the jobs of a kind, oldest first."""
        with self.database.read() as connection:
            found = text("SELECT state FROM jobs WHERE kind = :kind ORDER BY created_at")
            return list(connection.execute(found, {"kind": kind}).scalars())

    def messages(self, subject: str) -> list[str]:
        """The timeline of a subject, in words."""
        with self.database.read() as connection:
            return [moment.message for moment in timeline.of(connection, subject)]

    def built(self, files: dict[str, str]) -> Build:
        """Pushes, asks, runs; the build as it ended."""
        build = self.ask(self.push(files))
        self.run()
        return self.build(build.id)

    def end(self, life: str = "removed") -> None:
        """Closes the preview, as intake does."""
        with self.database.write() as connection:
            preview = previews.by_pull_request(connection, 7, 12)
            assert preview is not None
            previews.end(connection, preview, "removed" if life == "removed" else "stopped", NOW)

    def build(self, build_id: str) -> Build:
        """A build as it is."""
        with self.database.read() as connection:
            found = builds.by_id(connection, build_id)
        assert found is not None
        return found

    @property
    def preview(self) -> Preview:
        """The preview as it is."""
        with self.database.read() as connection:
            found = previews.by_pull_request(connection, 7, 12)
        assert found is not None
        return found

    def route(self) -> dict[str, str]:
        """The route's row."""
        with self.database.read() as connection:
            row = connection.execute(text("SELECT state, upstream, release FROM routes")).mappings().one()
            return dict(row)

    def kinds(self, subject: str) -> list[str]:
        """What the timeline of a subject tells."""
        with self.database.read() as connection:
            return [str(moment.kind) for moment in timeline.of(connection, subject)]

    def log(self, build_id: str) -> list[str]:
        """The kept log of a build."""
        with self.database.read() as connection:
            return logs.read(connection, build_id)

    def close(self) -> None:
        """Ends what runs here."""
        self.runner.close()
        self.database.close()
