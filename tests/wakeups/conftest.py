"""Both kinds of wake-ups behind one face: what was hinted, and how their Redis goes away."""

from collections.abc import Iterator
from typing import Protocol

import pytest
from rq import Queue

from engine.wakeups.memory import MemoryWakeups
from engine.wakeups.port import Wakeups
from engine.wakeups.rq import RqWakeups
from tests.wakeups.running import RunningRedis


class Bell(Protocol):
    """Wake-ups, and the worker's end of them."""

    wakeups: Wakeups

    def heard(self, queue: str) -> list[str]:
        """The hints of a queue, oldest first, each told once."""
        ...

    def go_away(self) -> None:
        """From now on no hint gets through."""
        ...


class MemoryBell:
    """Hints in memory."""

    def __init__(self) -> None:
        self.memory = MemoryWakeups()
        self.wakeups: Wakeups = self.memory

    def heard(self, queue: str) -> list[str]:
        """Takes them one by one."""
        hints: list[str] = []
        while (hint := self.memory.take(queue)) is not None:
            hints.append(hint)
        return hints

    def go_away(self) -> None:
        """Says so."""
        self.memory.away = True


class RqBell:
    """Hints as RQ entries in a real server."""

    def __init__(self, redis: RunningRedis) -> None:
        self.redis = redis
        self.rq = RqWakeups(redis.url)
        self.wakeups: Wakeups = self.rq

    def heard(self, queue: str) -> list[str]:
        """Reads the entries as a worker would."""
        with self.redis.client() as client:
            entries = Queue(queue, connection=client, serializer="json")
            hints = [str(entry.args[0]) for entry in entries.jobs]
            client.delete(entries.key)
        return hints

    def go_away(self) -> None:
        """Kills the server."""
        self.redis.kill()


@pytest.fixture(scope="session")
def server() -> Iterator[RunningRedis]:
    """One server for the tests that don't kill it."""
    server = RunningRedis()
    yield server
    server.close()


@pytest.fixture
def redis(server: RunningRedis) -> RunningRedis:
    """The running server, emptied."""
    if not server.socket.exists():
        server.start()
    with server.client() as client:
        client.flushall()
    return server


@pytest.fixture(params=["memory", "rq"])
def bell(request: pytest.FixtureRequest) -> Iterator[Bell]:
    """Each kind of wake-ups."""
    if request.param == "memory":
        yield MemoryBell()
    else:
        bell = RqBell(request.getfixturevalue("redis"))
        yield bell
        bell.rq.close()
