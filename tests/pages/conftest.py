"""One small world and its web room for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.world import World
from tests.pages.client import Client
from tests.pages.site import open_site


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Rows and permissions."""
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def site(world: World, tmp_path: Path) -> Iterator[Client]:
    """The application, being served."""
    with open_site(world, tmp_path) as client:
        yield client
