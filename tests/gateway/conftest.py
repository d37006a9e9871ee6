"""A world, a gateway in front of it, and an application behind it; made for each test, or once for a file's tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.domain.preview import Preview
from tests.access.world import World
from tests.gateway.origin import Origin
from tests.gateway.running import RunningGateway


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()


@pytest.fixture
def origin() -> Iterator[Origin]:
    origin = Origin().start()
    yield origin
    origin.stop()


@pytest.fixture
def gateway(world: World, tmp_path: Path) -> Iterator[RunningGateway]:
    running = RunningGateway(world, tmp_path).start()
    yield running
    running.stop()


@pytest.fixture
def public(world: World, gateway: RunningGateway, origin: Origin) -> Preview:
    """A public preview that the origin answers."""
    preview = world.preview(number=1, access="public")
    world.serve(preview, origin.upstream)
    gateway.until_serving(preview, origin.upstream)
    return preview


@pytest.fixture
def private(world: World, gateway: RunningGateway, origin: Origin) -> Preview:
    """A private preview that the origin answers."""
    preview = world.preview(number=2)
    world.serve(preview, origin.upstream)
    gateway.until_serving(preview, origin.upstream)
    return preview


@dataclass(frozen=True)
class Fort:
    """A gateway with a public preview, for tests that change nothing."""

    gateway: RunningGateway
    public: Preview
    origin: Origin


@pytest.fixture(scope="module")
def fort(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fort]:
    """One for all cases of a file."""
    folder = tmp_path_factory.mktemp("fort")
    world, origin = World(folder), Origin().start()
    gateway = RunningGateway(world, folder).start()
    preview = world.preview(access="public")
    world.serve(preview, origin.upstream)
    gateway.until_serving(preview, origin.upstream)
    yield Fort(gateway, preview, origin)
    gateway.stop()
    origin.stop()
    world.close()
