"""One small world, its Slack and its web room for each test."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.world import World
from tests.bot_slack_modals.bench import Bench, furnished
from tests.bot_slack_modals.slack import serving
from tests.pages.deploys import Deploys


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Rows and permissions."""
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def bench(world: World, tmp_path: Path) -> Iterator[Bench]:
    """The web room, with a writer, a reader and a stranger in its workspace."""
    with serving() as slack, asyncio.Runner() as runner:
        made = furnished(Bench(world, slack, tmp_path, runner))
        yield made
        made.end()


@pytest.fixture
def deploys(world: World) -> Deploys:
    """What happens in the world's environments."""
    return Deploys(world)
