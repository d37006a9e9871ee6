"""Work is tried on the real store, on a clock that tests move."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.domain.job import JobKind
from engine.store import generations
from engine.store.database import Database
from engine.work.heartbeat import Heartbeat
from engine.work.runner import Runner
from tests.databases import Databases
from tests.store.building import INTERVALS, House
from tests.work.handlers import Scripted


class Workshop(House):
    """A store with one worker whose handler is scripted."""

    def __init__(self, where: Path | Database) -> None:
        super().__init__(where)
        self.handler = Scripted()
        self.heartbeat = Heartbeat(self.store, INTERVALS, self.clock.stopwatch)
        self.runner = Runner(self.store, {JobKind.BUILD: self.handler}, INTERVALS, "worker-1", heartbeat=self.heartbeat)

    def work(self) -> bool:
        """Runs the next due job."""
        return self.runner.run_one(["work"])

    def count(self, name: str) -> int:
        """How often an effect was written."""
        with self.database.read() as connection:
            return generations.read(connection, name)

    def close(self) -> None:
        """Ends the heartbeat too."""
        self.runner.close()
        super().close()


@pytest.fixture
def shop(databases: Databases) -> Iterator[Workshop]:
    """A workshop over each kind of database."""
    shop = Workshop(databases.shared())
    yield shop
    shop.close()
