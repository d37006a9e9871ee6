"""Sandboxes of every kind: in memory, and of a real sandbox host."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.sandboxes.memory import MemorySandboxes
from engine.sandboxes.port import Sandbox, Sandboxes, SandboxSpec
from tests.sandboxes.host import a_sandbox_host
from tests.sandboxes.programs import act


@pytest.fixture(scope="session")
def real_sandboxes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandboxes]:
    """The SDK against a sandbox host of our own."""
    with a_sandbox_host(tmp_path_factory.mktemp("host")) as sandboxes:
        yield sandboxes


@pytest.fixture(params=["memory", "e2b"])
def sandboxes(request: pytest.FixtureRequest, tmp_path: Path) -> Sandboxes:
    if request.param == "e2b":
        found: Sandboxes = request.getfixturevalue("real_sandboxes")
        return found
    return MemorySandboxes(act, tmp_path)


@pytest.fixture
def sandbox(sandboxes: Sandboxes) -> Iterator[Sandbox]:
    made = sandboxes.create(SandboxSpec("pv_1", "repository:1", 600, {"slipway_preview": "pv_1", "n": "1"}))
    yield made
    sandboxes.kill(made.id)
