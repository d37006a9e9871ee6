"""One sandbox host for the whole suite, and a sandbox for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from e2b import Sandbox

from tests.sandboxd.running import RunningSandboxHost

SETTINGS = {"PREVIEW_MEMORY_LIMIT_MB": "256", "SANDBOX_PIDS_LIMIT": "64", "SANDBOX_DISK_LIMIT_MB": "96"}


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandboxHost]:
    running = RunningSandboxHost(_folder(tmp_path_factory), SETTINGS)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def sandbox(host: RunningSandboxHost) -> Iterator[Sandbox]:
    made = Sandbox.create(timeout=300, **host.options)
    yield made
    made.kill()


@pytest.fixture(scope="session")
def registries(host: RunningSandboxHost) -> list[str]:
    found: list[str] = host.call("GET", "/sandboxd/egress").json()["registries"]
    return found


def _folder(factory: pytest.TempPathFactory) -> Path:
    # Longer than a unix address may be, and below folders that only their owner may pass.
    return factory.mktemp("sandboxd") / ("a-data-folder-whose-path-is-long" * 3) / "data"
