"""The store's tests run on a file of their own and on a clock that they move."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.building import House


@pytest.fixture(params=["sqlite"])
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    """A store of each kind of database."""
    assert request.param == "sqlite"
    house = House(tmp_path)
    yield house
    house.close()
