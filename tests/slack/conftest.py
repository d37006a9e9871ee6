"""A world for each test."""

from pathlib import Path

import pytest

from tests.databases import Databases
from tests.slack.world import World


@pytest.fixture
def world(sqlite_databases: Databases, tmp_path: Path) -> World:
    """A back room with two workspaces."""
    return World(sqlite_databases.shared(), tmp_path)


@pytest.fixture
def shop(world: World) -> World:
    """The same, of which deliveries of GitHub's have told."""
    world.know()
    return world


@pytest.fixture
def any_shop(databases: Databases, tmp_path: Path) -> World:
    """The same over a database of each kind."""
    made = World(databases.shared(), tmp_path)
    made.know()
    return made
