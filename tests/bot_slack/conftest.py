"""A world with a Slack app, and one workspace that installed it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.slack_workspaces import Workspace
from tests.access.world import World
from tests.bot_slack.scene import Scene, open_scene


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Rows and permissions."""
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def scene(world: World, tmp_path: Path) -> Iterator[Scene]:
    """The application, being served."""
    with open_scene(world, tmp_path) as opened:
        yield opened


@pytest.fixture
def acme(scene: Scene) -> Workspace:
    """The workspace."""
    return scene.install()
