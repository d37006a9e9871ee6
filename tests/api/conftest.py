"""A world and its web room."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.world import World
from tests.api.deploys import Deploys
from tests.signin.client import Web, open_web


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def web(world: World, tmp_path: Path) -> Iterator[Web]:
    with open_web(world, tmp_path) as web:
        yield web


@pytest.fixture
def deploys(web: Web) -> Deploys:
    return Deploys(web)
