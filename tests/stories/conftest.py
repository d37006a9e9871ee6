"""One running house for all stories, which ends with the last: five idle rooms take of the processor too."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.house import House
from tests.stories.person import Person
from tests.stories.workshop import Workshop


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Slipway, started once; what it printed is shown when it can't start or stop."""
    running = House(tmp_path_factory.mktemp("house") / "data", PLAYGROUND_FAULTS="1").start()
    yield running
    assert running.stop() == 0, running.log()


@pytest.fixture
def writer(house: House) -> Person:
    """Somebody with write permission."""
    return house.person("writer")


@pytest.fixture
def reader(house: House) -> Person:
    """Somebody with read permission."""
    return house.person("reader")


@pytest.fixture
def admin(house: House) -> Person:
    """Another one with write permission."""
    return house.person("admin")


@pytest.fixture
def workshop(writer: Person, admin: Person, folder: Path, request: pytest.FixtureRequest) -> Workshop:
    """A repository of its own for each story."""
    name = request.node.name.removeprefix("test_").replace("_", "-")[:40]
    return Workshop.of(writer, admin, name.strip("-"), folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a clone goes."""
    return tmp_path / "clone"
