"""The host process may end at any moment: sandboxes run on, and the next host process goes on with them."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2b import Sandbox

from tests.sandboxd.doors_client import request
from tests.sandboxd.programs import SERVER
from tests.sandboxd.running import RunningSandboxHost, wait_until


@pytest.fixture
def own(tmp_path: Path) -> Iterator[RunningSandboxHost]:
    """A host of this test's own, because the test ends it."""
    running = RunningSandboxHost(tmp_path / "data")
    running.start()
    yield running
    running.stop()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_restart_adopts_what_runs(own: RunningSandboxHost, number: int) -> None:
    sandbox = Sandbox.create(timeout=300, metadata={"kept": "yes"}, **own.options)
    sandbox.files.write("server.py", SERVER)
    command = sandbox.commands.run(
        "exec python3 server.py ::1 steady", background=True, timeout=0, envs={"PORT": "8001"}
    )
    command.disconnect()
    wait_until(lambda: request(own.data_dir, sandbox.sandbox_id, 8001) == b"steady", "the application")
    own.end_process(number)
    assert request(own.data_dir, sandbox.sandbox_id, 8001) == b"steady"
    own.start()
    again = Sandbox.connect(sandbox.sandbox_id, timeout=300, **own.options)
    assert [process.pid for process in again.commands.list()] == [command.pid]
    assert again.get_info().metadata == {"kept": "yes"}
    assert again.commands.run("echo works").stdout == "works\n"
    again.kill()


def test_a_host_that_is_told_to_end_ends_well(own: RunningSandboxHost) -> None:
    assert own.end_process() == 0
    own.start()


def test_a_dead_keeper_is_replaced_and_the_files_are_there(own: RunningSandboxHost) -> None:
    sandbox = Sandbox.create(timeout=300, **own.options)
    sandbox.files.write("kept", "yes")
    sandbox.commands.run("sleep 600", background=True, timeout=0).disconnect()
    record = json.loads((own.data_dir / "sandboxes" / sandbox.sandbox_id / "keeper.json").read_text())
    os.kill(record["pid"], signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{record['pid']}/fd/0").exists(), "the keeper to be gone")
    assert sandbox.commands.list() == []
    assert sandbox.commands.run("cat kept").stdout == "yes"
    sandbox.kill()


def test_what_was_being_made_or_killed_is_cleared_away(own: RunningSandboxHost) -> None:
    sandbox = Sandbox.create(timeout=300, **own.options)
    own.end_process(signal.SIGKILL)
    folder = own.data_dir / "sandboxes"
    record = folder / sandbox.sandbox_id / "sandbox.json"
    record.write_text(record.read_text().replace('"ending":false', '"ending":true'))
    (folder / "ihalfmade" / "root").mkdir(parents=True)
    own.start()
    wait_until(lambda: not any(folder.iterdir()), "both to be gone")


def test_a_sandbox_whose_time_passed_meanwhile_ends(own: RunningSandboxHost) -> None:
    sandbox = Sandbox.create(timeout=1, **own.options)
    own.end_process(signal.SIGKILL)
    end = time.monotonic() + 1
    wait_until(lambda: time.monotonic() > end, "its time to pass")
    own.start()
    wait_until(lambda: not sandbox.is_running(), "it to be gone")
