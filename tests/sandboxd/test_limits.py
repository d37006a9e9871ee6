"""Memory, processes, processor and disk are limited, and what met a limit says so."""

import time

import pytest
from e2b import CommandExitException, Sandbox

from tests.sandboxd.running import RunningSandboxHost, wait_until

EATER = "python3 -c \"x = bytearray(b'x') * (600 << 20)\""
FORK_BOMB = """
import os, time
forked = 0
try:
    while True:
        if os.fork() == 0:
            time.sleep(60)
        forked += 1
except OSError:
    print(forked, flush=True)
"""


@pytest.fixture(autouse=True)
def only_with_control_groups(host: RunningSandboxHost) -> None:
    if host.call("GET", "/health").json()["isolation"] != "bwrap+cgroup":
        pytest.skip("this machine gives no control groups to this user")


def test_a_memory_eater_is_killed_and_the_cause_is_told(host: RunningSandboxHost, sandbox: Sandbox) -> None:
    with pytest.raises(CommandExitException) as failure:
        sandbox.commands.run(EATER)
    assert failure.value.error == "signal: killed"
    told = host.call("GET", f"/sandboxes/{sandbox.sandbox_id}/events").json()
    assert told["oomKills"] == 1
    assert told["events"][-1]["kind"] == "out_of_memory"


def test_its_neighbour_does_not_notice(host: RunningSandboxHost, sandbox: Sandbox) -> None:
    other = Sandbox.create(timeout=300, **host.options)
    steady = other.commands.run("read line; echo still here", background=True, stdin=True)
    with pytest.raises(CommandExitException):
        sandbox.commands.run(EATER)
    steady.send_stdin("\n")
    assert steady.wait().stdout == "still here\n"
    other.kill()


def test_exiting_with_137_is_not_taken_for_a_kill(sandbox: Sandbox) -> None:
    with pytest.raises(CommandExitException) as failure:
        sandbox.commands.run("exit 137")
    assert (failure.value.exit_code, failure.value.error) == (137, "exit status 137")


def test_a_fork_bomb_stays_below_its_limit(sandbox: Sandbox) -> None:
    sandbox.files.write("bomb.py", FORK_BOMB)
    bomb = sandbox.commands.run("python3 bomb.py; sleep 60", background=True, timeout=0)
    forked = next(int(out) for out, _, _ in bomb if out)
    bomb.disconnect()
    assert forked < 64
    before = time.monotonic()
    sandbox.kill()
    print(f"killed {forked} processes in {time.monotonic() - before:.3f} s")


def test_a_busy_loop_gets_its_share_only(host: RunningSandboxHost, sandbox: Sandbox) -> None:
    for _ in range(2):
        sandbox.commands.run("while :; do :; done", background=True, timeout=0).disconnect()
    sandbox.get_metrics()
    before = time.monotonic()
    wait_until(lambda: time.monotonic() - before > 1.5, "some time to pass")
    assert sandbox.get_metrics()[0].cpu_used_pct < 130


def test_a_full_disk_ends_what_runs_and_is_told(host: RunningSandboxHost, sandbox: Sandbox) -> None:
    filler = sandbox.commands.run("head -c 60000000 /dev/zero > a; cp a b; sleep 60", background=True, timeout=0)
    path = f"/sandboxes/{sandbox.sandbox_id}/events"
    wait_until(lambda: "disk_full" in host.call("GET", path).text, "the disk to be found full", 60)
    with pytest.raises(Exception, match="MB on disk and may use 96 MB"):
        filler.wait()


def test_no_single_file_is_larger_than_the_disk(sandbox: Sandbox) -> None:
    assert sandbox.commands.run("truncate -s 1T sparse 2>/dev/null || echo refused").stdout == "refused\n"
