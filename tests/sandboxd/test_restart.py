"""The host process may end at any moment: sandboxes run on, and the next host process goes on with them."""

import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from e2b import Sandbox
from e2b.exceptions import SandboxException

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
    os.kill(keeper_of(own, sandbox), signal.SIGKILL)
    assert sandbox.commands.list() == []
    assert sandbox.commands.run("cat kept").stdout == "yes"
    sandbox.kill()


def test_who_listens_to_a_command_is_told_that_its_keeper_died(host: RunningSandboxHost, sandbox: Sandbox) -> None:
    command = sandbox.commands.run("sleep 600", background=True, timeout=0)
    os.kill(keeper_of(host, sandbox), signal.SIGKILL)
    with pytest.raises(SandboxException, match="keeper went away"):
        command.wait()


def test_a_keeper_that_dies_over_a_question_is_replaced_and_its_successor_answers(own: RunningSandboxHost) -> None:
    sandbox = Sandbox.create(timeout=300, **own.options)
    sandbox.commands.run("sleep 600", background=True, timeout=0).disconnect()
    keeper = keeper_of(own, sandbox)
    os.kill(keeper, signal.SIGSTOP)
    with ThreadPoolExecutor() as pool:
        asked = [pool.submit(sandbox.commands.list) for _ in range(3)]
        wait_until(lambda: waiting_at_keepers() >= len(asked), "the questions to wait for the keeper")
        os.kill(keeper, signal.SIGKILL)
        assert [each.result() for each in asked] == [[], [], []]
    assert keeper_of(own, sandbox) != keeper
    sandbox.kill()


def test_what_a_dying_keeper_is_asked_does_not_bring_a_killed_sandbox_back(own: RunningSandboxHost) -> None:
    sandbox = Sandbox.create(timeout=300, **own.options)
    os.kill(keeper_of(own, sandbox), signal.SIGSTOP)
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(sandbox.commands.list)
        wait_until(lambda: waiting_at_keepers() >= 1, "the question to wait for the keeper")
        assert sandbox.kill()
        with pytest.raises(SandboxException):
            asked.result()
    assert list((own.data_dir / "sandboxes").iterdir()) == []


def keeper_of(own: RunningSandboxHost, sandbox: Sandbox) -> int:
    """The process that keeps a sandbox now."""
    record = json.loads((own.data_dir / "sandboxes" / sandbox.sandbox_id / "keeper.json").read_text())
    return int(record["pid"])


def waiting_at_keepers() -> int:
    """Connections to keepers that no keeper has taken yet, as /proc/net/unix tells of them."""
    connecting = "02"
    lines = [line.split() for line in Path("/proc/net/unix").read_text().splitlines()]
    return sum(1 for line in lines if line[5] == connecting and line[-1].endswith("/keeper.sock"))


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
