"""A rig over sandboxes in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.sandboxes.memory import MemorySandboxes
from tests.pipeline.acting import Actor
from tests.rollout.rig import Rig


@pytest.fixture
def actor() -> Actor:
    return Actor()


@pytest.fixture
def sandboxes(actor: Actor, tmp_path: Path) -> MemorySandboxes:
    return MemorySandboxes(actor, tmp_path)


@pytest.fixture
def rig(sandboxes: MemorySandboxes, sqlite_template: Path, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path, sqlite_template, sandboxes)
    yield made
    end(made, sandboxes)


@pytest.fixture
def private(sandboxes: MemorySandboxes, sqlite_template: Path, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(tmp_path, sqlite_template, sandboxes, access="private")
    yield made
    end(made, sandboxes)


def end(rig: Rig, sandboxes: MemorySandboxes) -> None:
    """Ends everything, whatever a test did."""
    sandboxes.away = False
    for sandbox in list(sandboxes.living.values()):
        sandbox.away = False
        sandboxes.kill(sandbox.id)
    rig.close()
