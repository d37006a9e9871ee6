"""The store's tests run on each kind of database, and on a clock that they move."""

from collections.abc import Iterator

import pytest

from tests.databases import Databases
from tests.store.building import House


@pytest.fixture
def house(databases: Databases) -> Iterator[House]:
    """A store over each kind of database; its tables stay as they are."""
    house = House(databases.shared())
    yield house
    house.close()


@pytest.fixture
def own_house(databases: Databases) -> Iterator[House]:
    """A store whose tables a test may change."""
    house = House(databases.migrated())
    yield house
    house.close()
