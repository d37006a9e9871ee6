"""Without root the box is the same; without any box the host refuses unless it is told to go on."""

import os
import shutil
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2b import CommandExitException, Sandbox

from tests.ports import free_port
from tests.sandboxd.doors_client import request
from tests.sandboxd.programs import REACH, SERVER
from tests.sandboxd.running import RunningSandboxHost, wait_until

ROOT = Path(__file__).parents[2]
NOBODY = 65534


@pytest.fixture(scope="module")
def unprivileged() -> Iterator[RunningSandboxHost]:
    """A host that runs as nobody."""
    version = sysconfig.get_python_version()
    python = Path(f"/usr/bin/python{version}")
    if os.geteuid() != 0 or not python.exists() or shutil.which("setpriv") is None:
        pytest.skip("needs root, setpriv and the machine's own Python in this version")
    folder = Path(tempfile.mkdtemp(prefix="slipway-"))
    os.chown(folder, NOBODY, NOBODY)
    running = RunningSandboxHost(
        folder / "data",
        {"PREVIEW_MEMORY_LIMIT_MB": "256", "HOME": str(folder)},
        ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", str(python)],
        f"{ROOT}:{sysconfig.get_path('purelib')}",
    )
    running.start()
    yield running
    running.stop()
    shutil.rmtree(folder)


@pytest.fixture
def nobodys(unprivileged: RunningSandboxHost) -> Iterator[Sandbox]:
    made = Sandbox.create(timeout=300, **unprivileged.options)
    yield made
    made.kill()


def test_without_root_the_box_stands(unprivileged: RunningSandboxHost, nobodys: Sandbox) -> None:
    assert unprivileged.call("GET", "/health").json()["isolation"] == "bwrap+prlimit"
    nobodys.files.write("reach.py", REACH)
    result = nobodys.commands.run(
        f"id -u; python3 reach.py 127.0.0.1:{unprivileged.port}; ls -d {unprivileged.data_dir}; true"
    )
    assert result.stdout == "1000\ntried 1\n"


def test_without_root_an_application_answers(unprivileged: RunningSandboxHost, nobodys: Sandbox) -> None:
    nobodys.files.write("server.py", SERVER)
    started = nobodys.commands.run("exec python3 server.py ::1 hi", background=True, timeout=0, envs={"PORT": "8000"})
    started.disconnect()
    wait_until(lambda: request(unprivileged.data_dir, nobodys.sandbox_id, 8000) == b"hi", "the application")


def test_without_root_a_package_is_installed(unprivileged: RunningSandboxHost, nobodys: Sandbox) -> None:
    nobodys.update_network({"allow_out": unprivileged.call("GET", "/sandboxd/egress").json()["registries"]})
    nobodys.commands.run("uv venv -q .venv && uv pip install -q six && node -e 1")


def test_without_control_groups_memory_is_limited(unprivileged: RunningSandboxHost, nobodys: Sandbox) -> None:
    eater = "import os, time\nif os.fork() == 0:\n    os.fork()\nx = bytearray(b'x') * (150 << 20)\ntime.sleep(60)"
    nobodys.files.write("eater.py", eater)
    with pytest.raises(CommandExitException) as failure:
        nobodys.commands.run("python3 eater.py")
    assert failure.value.error == "signal: killed"
    assert unprivileged.call("GET", f"/sandboxes/{nobodys.sandbox_id}/events").json()["oomKills"] == 1


def test_without_control_groups_processes_are_limited(nobodys: Sandbox) -> None:
    count = "import os, time\nfor n in range(400):\n    if os.fork() == 0:\n        time.sleep(60)\n"
    nobodys.files.write("bomb.py", count)
    with pytest.raises(CommandExitException) as failure:
        nobodys.commands.run("exec python3 bomb.py")
    assert "BlockingIOError" in failure.value.stderr


def test_without_root_a_pause_and_a_kill_hold(unprivileged: RunningSandboxHost) -> None:
    sandbox = Sandbox.create(timeout=300, **unprivileged.options)
    sandbox.commands.run("while :; do echo x >> ticks; done", background=True, timeout=0).disconnect()
    ticks = unprivileged.data_dir / "sandboxes" / sandbox.sandbox_id / "root/home/user/ticks"
    wait_until(ticks.exists, "it to run")
    sandbox.pause()
    still = ticks.stat().st_size
    assert ticks.stat().st_size == still
    sandbox.kill()
    assert not ticks.exists()


def test_no_isolation_is_refused_unless_allowed(tmp_path: Path) -> None:
    broken = tmp_path / "bin"
    broken.mkdir()
    (broken / "bwrap").write_text(
        "#!/bin/sh\n[ \"$1\" = --version ] && echo 'bubblewrap 0.99.0' && exit 0\necho no >&2\nexit 1\n"
    )
    (broken / "bwrap").chmod(0o755)
    path = {"PATH": f"{broken}:{os.environ['PATH']}"}
    refusing = RunningSandboxHost(tmp_path / "one", path)
    with pytest.raises(AssertionError, match="ALLOW_UNISOLATED=1"):
        refusing.start()
    allowed = RunningSandboxHost(tmp_path / "two", {**path, "ALLOW_UNISOLATED": "1"})
    allowed.start()
    try:
        _check_unisolated(allowed)
    finally:
        allowed.stop()


def _check_unisolated(host: RunningSandboxHost) -> None:
    assert host.call("GET", "/health").json()["isolation"] == "none"
    sandbox = Sandbox.create(timeout=300, **host.options)
    sandbox.files.write("server.py", SERVER)
    port = str(free_port())
    # Of this run alone: another run of these tests may go on beside it.
    straggler = f"sleep 4711{port}"
    command = f"setsid {straggler} & exec python3 server.py 127.0.0.1 bare"
    sandbox.commands.run(command, background=True, timeout=0, envs={"PORT": port}).disconnect()
    wait_until(lambda: request(host.data_dir, sandbox.sandbox_id, int(port)) == b"bare", "the application")
    sandbox.kill()
    left = subprocess.run(["pgrep", "-f", straggler], capture_output=True, text=True, check=False)
    assert left.stdout == ""
