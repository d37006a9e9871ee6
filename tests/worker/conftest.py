"""Rooms of one test, around a Redis of its own module."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wakeups.running import RunningRedis
from tests.worker.running import Backroom


@pytest.fixture(scope="session")
def server() -> Iterator[RunningRedis]:
    """One server for the tests that leave it running, emptied for each."""
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


@pytest.fixture
def backroom(tmp_path: Path, redis: RunningRedis) -> Iterator[Backroom]:
    """A data folder with a migrated database; tests start its processes."""
    backroom = Backroom(tmp_path, redis.url)
    yield backroom
    backroom.close()
