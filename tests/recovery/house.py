"""The back room of `tests.intake` with the loops that make up for what was missed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, select

from engine.domain.event import Repository
from engine.forge.delivery_ids import ids_of, order_key_of
from engine.forge.directory import CoveredRepository, InstalledApp, LoggedDelivery
from engine.forge.directory_memory import MemoryDirectory
from engine.recovery.missed import MissedDeliveries
from engine.recovery.sweep import LevelSweep
from engine.reports.comment_text import StickyComment
from engine.settings import Intervals
from engine.store import deploy_schema, generations, schema
from engine.store.port import Delivery
from engine.store.sql import SqlStore
from engine.wakeups.memory import MemoryWakeups
from engine.work.handler import Again
from tests.forge.payloads import (
    INSTALLATION_ID,
    REPOSITORY_ID,
    SHA_A,
    a_pull_request,
    a_pull_request_event,
    a_push_event,
    in_bytes,
)
from tests.intake.world import World

NOON = 1_790_000_000.0
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
LONG_AGO = "2020-01-01T00:00:00Z"
SHOP = Repository(REPOSITORY_ID, "acme/shop", "main", private=True, clone_url="https://github.example/acme/shop.git")


class RecoveringHouse(World):
    """A world whose GitHub keeps a log, and can be asked what is there."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.now = NOON
        self.intervals = Intervals()
        self.directory = MemoryDirectory()
        self.directory.installed[INSTALLATION_ID] = InstalledApp(INSTALLATION_ID, "acme", suspended=False)
        self.covers(SHOP)
        self.store = SqlStore(self.database, self.intervals, clock=self.clock)
        self.wakeups = MemoryWakeups()
        self.missed = self.another_loop()
        self.sweep = LevelSweep(
            self.store, self.database, self.directory, self.wakeups, self.intervals, clock=lambda: self.now
        )

    def another_loop(self) -> MissedDeliveries:
        """The missed deliveries loop of a process that has just started."""
        return MissedDeliveries(
            self.store, self.database, self.directory, self.wakeups, self.intervals, clock=lambda: self.now
        )

    def covers(self, *repositories: Repository, archived: bool = False) -> None:
        """What the installation covers at GitHub from now on."""
        self.directory.covered[INSTALLATION_ID] = [CoveredRepository(each, archived, NOON) for each in repositories]

    def github_logs(
        self,
        guid: str,
        payload: object = None,
        *,
        event: str = "pull_request",
        age: float = 5.0,
        accepted: bool = False,
    ) -> LoggedDelivery:
        """GitHub has tried to hand a webhook over, `age` seconds ago."""
        body = in_bytes(a_pull_request_event() if payload is None else payload)
        return self.directory.logs(LoggedDelivery(0, guid, event, self.now - age, accepted), body)

    def github_has(self, number: int = 1, sha: str = SHA_A, *, created: str = LONG_AGO, **changes: Any) -> None:
        """A pull request at GitHub, for whoever asks for it and for the level sweep."""
        self.at_github(number, sha, **changes)
        shown = a_pull_request(number, sha, created_at=created, updated_at=LONG_AGO, **changes)
        self.directory.pull_requests.setdefault(REPOSITORY_ID, {})[number] = shown

    def has_preview(self, number: int = 1) -> None:
        """A pull request was opened, and its preview answers."""
        self.github_has(number)
        self.take_in("pull_request", a_pull_request_event(number=number))
        self.build_goes_well(self.preview(number))

    def knows_the_repository(self) -> None:
        """Something of it came in before."""
        self.take_in("push", a_push_event())
        self.jobs_are_done()

    def receive_through_the_door(self, name: str, payload: object) -> str:
        """Like `receive`, with the order that the door gives; its key."""
        body = in_bytes(payload)
        installation_id, repository_id = ids_of(body)
        key = f"gh:door-{self.count(schema.inbox)}"
        self.store.take([Delivery(key, "github", name, body, installation_id, order_key_of(repository_id))])
        return key

    def keeps_a_secret(self) -> None:
        """An environment of the repository has a secret."""
        with self.database.write() as connection:
            connection.execute(
                deploy_schema.environments.insert().values(
                    id="env_1", installation_id=INSTALLATION_ID, repository_id=REPOSITORY_ID, name="x", target="memory"
                )
            )
            connection.execute(
                deploy_schema.secrets.insert().values(
                    environment_id="env_1", key="K", version=1, sealed=b"x", is_secret=True, set_by="x", set_at=NOON
                )
            )

    def comment(self, number: int = 1) -> StickyComment:
        """What the pull request's comment shows."""
        shown = self.comments.shown[f"comment:{REPOSITORY_ID}:{number}"]
        assert isinstance(shown, StickyComment)
        return shown

    def sweeps(self) -> list[str]:
        """A level sweep, and all that it found worked off; the keys of what it found."""
        before = set(self.taken())
        self.sweep.beat()
        found = [key for key in self.taken() if key not in before]
        for key in found:
            if isinstance(self.run(key), Again):
                self.run(key, attempts=2)
        self.jobs_are_done()
        return found

    def jobs_are_done(self) -> None:
        """The intake jobs of what was worked off are over."""
        done = schema.jobs.update().where(schema.jobs.c.kind == "intake").values(state="done")
        with self.database.write() as connection:
            connection.execute(done)

    def taken(self) -> list[str]:
        """What the inbox holds, in the order in which it came."""
        found = select(schema.inbox.c.key).order_by(schema.inbox.c.received_at, schema.inbox.c.key)
        return self.column(found)

    def column(self, query: Any) -> list[Any]:
        """The values of a query's only column."""
        with self.database.read() as connection:
            return list(connection.execute(query).scalars())

    def count(self, table: Table) -> int:
        """How many rows a table has."""
        return int(self.column(select(func.count()).select_from(table))[0])

    def values(self, table: Table, name: str, **where: object) -> Sequence[Any]:
        """A column of a table's rows."""
        found = select(table.c[name])
        for column, value in where.items():
            found = found.where(table.c[column] == value)
        return self.column(found)

    def generation(self, name: str) -> int:
        """Where a counter stands."""
        with self.database.read() as connection:
            return generations.read(connection, name)
