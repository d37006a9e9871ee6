"""A world for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.intake.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A bot's back room with one repository."""
    made = World(tmp_path)
    yield made
    made.close()
