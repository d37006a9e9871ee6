"""A rig over sandboxes in memory, as the pipeline's tests have it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.sandboxes.memory import MemorySandboxes
from tests.pipeline.acting import Actor
from tests.pipeline.rig import Rig


@pytest.fixture
def sandboxes(tmp_path: Path) -> MemorySandboxes:
    return MemorySandboxes(Actor(), tmp_path)


@pytest.fixture
def rig(sandboxes: MemorySandboxes, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path, sandboxes, startup_timeout=1)
    yield made
    sandboxes.away = False
    for sandbox in list(sandboxes.living.values()):
        sandbox.away = False
        sandboxes.kill(sandbox.id)
    made.close()
