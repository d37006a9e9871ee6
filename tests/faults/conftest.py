"""Seeds, figures, and the rooms that the tests of faults share. `make faults` runs the long version."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.faults.rooms import Rooms, rooms_in


@dataclass
class Figures:
    """Lines that are shown at the end of the session."""

    lines: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Keeps a line."""
        self.lines.append(line)


FIGURES = pytest.StashKey[Figures]()


@dataclass(frozen=True)
class Effort:
    """How much is tried. The seed is printed, and `SLIPWAY_FAULTS_SEED` sets it."""

    long: bool
    seed: int

    def dice(self, name: str) -> random.Random:
        """Dice of their own for each use."""
        return random.Random(f"{self.seed} {name}")


def pytest_configure(config: pytest.Config) -> None:
    """Figures are gathered for the whole session."""
    config.stash[FIGURES] = Figures()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Shows them."""
    lines = config.stash[FIGURES].lines
    if lines:
        terminalreporter.section("faults")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> Figures:
    """What is shown at the end."""
    return pytestconfig.stash[FIGURES]


@pytest.fixture(scope="session")
def effort(figures: Figures) -> Effort:
    """Short in `make test`, long in `make faults`."""
    seed = int(os.environ.get("SLIPWAY_FAULTS_SEED") or random.randrange(1_000_000))
    long = os.environ.get("SLIPWAY_FAULTS", "short") == "long"
    figures.say(f"seed {seed} ({'long' if long else 'short'}); again with SLIPWAY_FAULTS_SEED={seed}")
    return Effort(long, seed)


@pytest.fixture(scope="package")
def grounds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rooms]:
    """A playground, a sandbox host and a Redis, and nobody who uses them."""
    with rooms_in(tmp_path_factory.mktemp("grounds") / "data", SLIPWAY_ROUTES_SECONDS="0.01") as rooms:
        rooms.open_grounds(PLAYGROUND_FAULTS="1")
        yield rooms
