"""A bot that no webhook reaches: it asks the playground for everything."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from githubkit import AppAuthStrategy, GitHub
from sqlalchemy import ColumnElement, func, select

from engine.domain.job import Job, JobKind
from engine.forge.directory_github import GitHubDirectory
from engine.recovery.missed import MissedDeliveries
from engine.recovery.sweep import LevelSweep
from engine.settings import Intervals
from engine.store import schema
from engine.store.sql import SqlStore
from engine.wakeups.memory import MemoryWakeups
from engine.work.heartbeat import Heartbeat
from engine.work.runner import Runner
from tests.forge.at_playground import AtPlayground, at_playground
from tests.intake.world import World
from tests.playground.running import eventually

#: A loaded machine may be slow; nothing here is quick by promise.
PATIENCE = 60.0


class PollingBot:
    """Intake, reports and recovery in this process, around a database of their own."""

    def __init__(self, folder: Path, github: AtPlayground) -> None:
        self.github = github
        self.world = World(folder, github.clients)
        self.database = self.world.database
        intervals = Intervals(missed=0.05, sweep=0.01, retry=0.01)
        self.store = SqlStore(self.database, intervals)
        self.directory = GitHubDirectory(github.clients)
        wakeups = MemoryWakeups()
        self.missed = MissedDeliveries(self.store, self.database, self.directory, wakeups, intervals)
        self.sweep = LevelSweep(self.store, self.database, self.directory, wakeups, intervals)
        heartbeat = Heartbeat(self.store, intervals)
        self.runner = Runner(self.store, {JobKind.INTAKE: self.world.handler}, intervals, "bot", heartbeat=heartbeat)

    def works(self) -> None:
        """Reads what waits in the inbox."""
        while self.waiting(JobKind.INTAKE):
            self.runner.run_one(["quick"])

    def waiting(self, kind: JobKind) -> int:
        """Jobs of a kind that aren't over."""
        live = schema.jobs.c.state.in_(["pending", "running"])
        with self.database.read() as connection:
            found = select(func.count()).select_from(schema.jobs).where(live, schema.jobs.c.kind == kind.value)
            return int(connection.execute(found).scalar_one())

    def hears(self, name: str, count: int = 1) -> None:
        """Polls until so many deliveries of an event have come in, and works them off."""

        def heard() -> bool:
            self.missed.beat()
            return self.column(schema.inbox.c.event).count(name) >= count

        eventually(heard, f"{count} deliveries of {name}", PATIENCE)
        self.works()

    def sweeps(self, until: Callable[[], bool], what: str) -> None:
        """Compares with GitHub, without its log, until something is so."""

        def done() -> bool:
            self.sweep.beat()
            self.works()
            return until()

        eventually(done, what, PATIENCE)

    def previews(self) -> None:
        """A build of the first sample pull request is asked for; its check and comment are there."""
        self.github.call("writer", "POST", "/repos/acme/shop/issues/1/comments", {"body": "/preview"})
        self.hears("issue_comment")
        self.world.send()

    def begins(self) -> Job:
        """A worker claims that build."""
        job = self.store.claim("a worker", ["work"])
        assert job is not None
        return job

    def pending(self) -> int:
        """Reports that are still to be posted."""
        unposted = schema.outbox.c.posted < schema.outbox.c.version, schema.outbox.c.given_up.is_(False)
        return len(self.column(schema.outbox.c.subject, *unposted))

    def column(self, column: ColumnElement[Any], *where: ColumnElement[bool]) -> list[Any]:
        """A column of a table."""
        with self.database.read() as connection:
            return list(connection.execute(select(column).where(*where)).scalars())

    def as_app(self, method: str, path: str) -> None:
        """What the App itself does at GitHub."""
        app = self.github.app
        as_app = GitHub(
            AppAuthStrategy(app.app_id, app.private_key.reveal()),
            base_url=app.api_url,
            http_cache=False,
            auto_retry=False,
        )
        as_app.request(method, path)

    def close(self) -> None:
        """Ends its threads."""
        self.runner.close()
        self.world.close()


@contextmanager
def polling_bot(folder: Path) -> Iterator[PollingBot]:
    """A bot and a playground whose every webhook is lost."""
    with at_playground(folder / "github") as github:
        bot = PollingBot(folder, github)
        try:
            yield bot
        finally:
            bot.close()
