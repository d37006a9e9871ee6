"""A door and a database for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.database import Database
from tests.databases import furnish
from tests.ingest.rooms import WebRoom
from tests.ingest.running import Door


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """A running server; its database waits a second for locks, not thirty."""
    database = Database(f"sqlite:///{tmp_path}/slipway.sqlite3", busy_timeout_ms=1000)
    furnish(database)
    door = Door(database)
    yield door
    door.close()
    database.close()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[WebRoom]:
    """A web room that is ready to be started."""
    room = WebRoom(tmp_path)
    yield room
    room.kill()
