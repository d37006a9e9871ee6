"""Worlds for tests of asks."""

import pytest

from tests.databases import Databases
from tests.deploy.world import PROJECT, World


@pytest.fixture
def world(sqlite_databases: Databases) -> World:
    """A project with one environment, `production`."""
    return World(sqlite_databases.shared())


@pytest.fixture
def ordered(sqlite_databases: Databases) -> World:
    """A project where production comes after staging and needs an approval; pushes to main deploy to staging."""
    return World(sqlite_databases.shared(), PROJECT)
