"""After a kill nothing is left: no process, control group, folder, door or mount, whatever the processes tried."""

import secrets
from pathlib import Path

import pytest
from e2b import Sandbox

from tests.sandboxd.running import RunningSandboxHost

STUBBORN = """
import os, signal, sys, time
def stay():
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(600)
kind = sys.argv[1]
if kind == "double-fork":
    if os.fork():
        stay()
    os.setsid()
    if os.fork():
        os._exit(0)
    stay()
if kind == "many":
    for _ in range(40):
        if os.fork() == 0:
            stay()
if kind == "forking":
    while True:
        try:
            pid = os.fork()
        except OSError:
            continue
        if pid == 0:
            os.setsid()
            continue
        os._exit(0)
stay()
"""


@pytest.fixture
def mark() -> str:
    """A word on the command lines of this test alone: another run of these tests may go on beside it."""
    return f"mark{secrets.token_hex(8)}"


@pytest.mark.parametrize("kind", ["plain", "double-fork", "many", "forking"])
def test_stubborn_processes_are_gone(host: RunningSandboxHost, mark: str, kind: str) -> None:
    before = _traces(host, mark)
    sandbox = Sandbox.create(timeout=300, **host.options)
    sandbox.files.write("stubborn.py", STUBBORN)
    command = f"echo up; exec python3 stubborn.py {kind} {mark}"
    running = sandbox.commands.run(command, background=True, timeout=0, envs={"PORT": "8111"})
    assert next(iter(running))[0] == "up\n"
    running.disconnect()
    assert _traces(host, mark) != before
    sandbox.kill()
    assert _traces(host, mark) == before


def test_a_paused_sandbox_is_gone_too(host: RunningSandboxHost, mark: str) -> None:
    before = _traces(host, mark)
    sandbox = Sandbox.create(timeout=300, **host.options)
    sandbox.commands.run(f"exec -a {mark} sleep 600", background=True, timeout=0).disconnect()
    sandbox.pause()
    sandbox.kill()
    assert _traces(host, mark) == before


def test_twenty_sandboxes_leave_nothing(host: RunningSandboxHost, mark: str) -> None:
    before = _traces(host, mark)
    made = [Sandbox.create(timeout=300, **host.options) for _ in range(20)]
    for sandbox in made:
        sandbox.commands.run(f"exec -a {mark} sleep 600", background=True, timeout=0).disconnect()
    for sandbox in made:
        sandbox.kill()
    assert _traces(host, mark) == before


def _traces(host: RunningSandboxHost, mark: str) -> tuple[list[str], list[str], list[str], str]:
    sandboxes = host.data_dir / "sandboxes"
    marks = (str(sandboxes), mark)
    instance = host.call("GET", "/health").json()["instance"]
    groups = sorted(str(path) for path in Path("/sys/fs/cgroup").glob(f"*/slipway-{instance}/i*"))
    processes = [line for line in _command_lines() if any(mark in line for mark in marks)]
    return sorted(path.name for path in sandboxes.iterdir()), groups, processes, Path("/proc/self/mounts").read_text()


def _command_lines() -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue
    return found
