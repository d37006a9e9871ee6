"""A rig that inspects, over sandboxes in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.sandboxes.memory import MemorySandboxes
from tests.readiness.inspecting.acting import TrialActor
from tests.readiness.inspecting.rig import InspectRig


@pytest.fixture
def actor() -> TrialActor:
    return TrialActor()


@pytest.fixture
def sandboxes(actor: TrialActor, tmp_path: Path) -> MemorySandboxes:
    return MemorySandboxes(actor, tmp_path)


@pytest.fixture
def rig(sandboxes: MemorySandboxes, actor: TrialActor, tmp_path: Path) -> Iterator[InspectRig]:
    made = InspectRig(tmp_path, sandboxes, startup_timeout=1)
    yield made
    sandboxes.away = False
    for sandbox in list(sandboxes.living.values()):
        sandbox.away = False
        sandboxes.kill(sandbox.id)
    made.close()
