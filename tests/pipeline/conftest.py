"""A rig over sandboxes in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.sandboxes.memory import MemorySandboxes
from tests.pipeline.acting import Actor
from tests.pipeline.rig import Rig


@pytest.fixture
def actor() -> Actor:
    return Actor()


@pytest.fixture
def sandboxes(actor: Actor, tmp_path: Path) -> MemorySandboxes:
    return MemorySandboxes(actor, tmp_path)


@pytest.fixture
def rig(sandboxes: MemorySandboxes, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path, sandboxes, startup_timeout=1)
    yield made
    for sandbox_id in list(sandboxes.living):
        sandboxes.kill(sandbox_id)
    made.close()
