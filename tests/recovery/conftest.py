"""A house around one repository, and a GitHub in memory that can be asked how things are."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forge.at_playground import AtPlayground, at_playground
from tests.recovery.house import RecoveringHouse


@pytest.fixture(scope="session")
def github(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtPlayground]:
    """A GitHub whose webhooks reach nobody."""
    with at_playground(tmp_path_factory.mktemp("github")) as found:
        yield found


@pytest.fixture
def house(tmp_path: Path) -> Iterator[RecoveringHouse]:
    """Everything in memory but SQL."""
    made = RecoveringHouse(tmp_path)
    yield made
    made.close()
