"""Commands run, stream, read input, end and are killed through the unmodified SDK."""

import asyncio
import base64
from pathlib import Path

import pytest
from e2b import AsyncSandbox, CommandExitException, InvalidArgumentException, Sandbox, TimeoutException

from tests.sandboxd.running import RunningSandboxHost, wait_until


def test_a_command_answers_its_output_and_exit_code(sandbox: Sandbox) -> None:
    result = sandbox.commands.run("echo out; echo err >&2")
    assert (result.stdout, result.stderr, result.exit_code) == ("out\n", "err\n", 0)
    with pytest.raises(CommandExitException) as failure:
        sandbox.commands.run("exit 3")
    assert failure.value.exit_code == 3


def test_output_streams_while_the_command_runs(sandbox: Sandbox) -> None:
    command = sandbox.commands.run("echo first; read line; echo second $line", background=True, stdin=True)
    pieces = []
    for out, _, _ in command:
        pieces.append(out)
        if out == "first\n":
            command.send_stdin("go\n")
    assert pieces == ["first\n", "second go\n"]


def test_input_streams_and_ends(sandbox: Sandbox) -> None:
    command = sandbox.commands.run("cat | sha256sum", background=True, stdin=True)
    sandbox.commands.stream_input(command.pid, ["x" * 100_000 for _ in range(5)])
    command.close_stdin()
    expected = sandbox.commands.run("head -c 500000 /dev/zero | tr '\\0' x | sha256sum").stdout
    assert command.wait().stdout == expected


def test_a_command_sees_its_environment_and_folder(sandbox: Sandbox) -> None:
    sandbox.files.make_dir("work")
    result = sandbox.commands.run("echo $WHO in $PWD as $(id -u)", envs={"WHO": "me"}, cwd="work")
    assert result.stdout == "me in /home/user/work as 1000\n"


def test_a_missing_folder_is_named(sandbox: Sandbox) -> None:
    with pytest.raises(InvalidArgumentException, match="'/home/user/nowhere' does not exist"):
        sandbox.commands.run("true", cwd="nowhere")


def test_nothing_of_the_host_is_in_the_environment(sandbox: Sandbox) -> None:
    names = {line.partition("=")[0] for line in sandbox.commands.run("env").stdout.splitlines()}
    assert names.isdisjoint({"DATA_DIR", "SANDBOXD_API_KEY", "SANDBOXD_PORT", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"})


def test_a_timeout_kills_the_command(sandbox: Sandbox) -> None:
    with pytest.raises(TimeoutException):
        sandbox.commands.run("sleep 60", timeout=1)
    wait_until(lambda: sandbox.commands.list() == [], "the command to be gone")


def test_a_background_command_lives_on_and_can_be_found_again(host: RunningSandboxHost, sandbox: Sandbox) -> None:
    command = sandbox.commands.run("read line; echo got $line", background=True, stdin=True, timeout=0)
    command.disconnect()
    again = Sandbox.connect(sandbox.sandbox_id, **host.options)
    assert [process.pid for process in again.commands.list()] == [command.pid]
    reader = again.commands.connect(command.pid)
    again.commands.send_stdin(command.pid, "it\n")
    assert reader.wait().stdout == "got it\n"


def test_a_killed_command_ends_as_killed(sandbox: Sandbox) -> None:
    command = sandbox.commands.run("trap '' TERM; sleep 60", background=True)
    assert command.kill() is True
    with pytest.raises(CommandExitException) as failure:
        command.wait()
    assert failure.value.error == "signal: killed"
    assert sandbox.commands.kill(command.pid) is False


def test_an_end_that_was_missed_is_told_for_a_while(sandbox: Sandbox) -> None:
    command = sandbox.commands.run("exit 4", background=True)
    wait_until(lambda: sandbox.commands.list() == [], "the command to end")
    with pytest.raises(CommandExitException) as failure:
        sandbox.commands.connect(command.pid).wait()
    assert failure.value.exit_code == 4


def test_large_output_arrives_whole(sandbox: Sandbox) -> None:
    assert len(sandbox.commands.run("head -c 2000000 /dev/zero | tr '\\0' y").stdout) == 2_000_000


def test_a_flood_without_reader_costs_the_keeper_nothing(host: RunningSandboxHost, sandbox: Sandbox) -> None:
    command = sandbox.commands.run("yes | head -c 600000000; echo done >&2; sleep 60", background=True, timeout=0)
    command.disconnect()
    folder = host.data_dir / "sandboxes" / sandbox.sandbox_id
    keeper = int(folder.joinpath("keeper.json").read_text().split('"pid": ')[1].split(",")[0])
    before = _resident(keeper)
    reader = sandbox.commands.connect(command.pid, timeout=120, retain_output=False)
    for _, err, _ in reader:
        if err and "done" in err:
            break
    reader.disconnect()
    assert _resident(keeper) - before < 32 << 20


def test_the_asynchronous_sdk_runs_many_at_once(host: RunningSandboxHost) -> None:
    async def story() -> list[str]:
        sandbox = await AsyncSandbox.create(timeout=300, **host.options)
        results = await asyncio.gather(*(sandbox.commands.run(f"echo {number}") for number in range(10)))
        await sandbox.kill()
        return [result.stdout.strip() for result in results]

    assert asyncio.run(story()) == [str(number) for number in range(10)]


def test_one_command_does_not_see_anothers_processes(sandbox: Sandbox) -> None:
    sandbox.commands.run("exec -a canary sleep 60", background=True, timeout=0).disconnect()
    assert "canary" not in sandbox.commands.run("cat /proc/*/cmdline | tr '\\0' ' '; true").stdout.replace("cat", "")


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096


def test_the_end_of_a_server_tells_its_tags_and_whole_lines_and_no_more(
    host: RunningSandboxHost, sandbox: Sandbox
) -> None:
    given = {"PORT": "8000", "SLIPWAY_BUILD": "bld_1", "TOKEN": "canary"}
    script = "import sys; print('first ' + 'x' * 70_000); print('second'); sys.exit(3)"
    with pytest.raises(CommandExitException):
        sandbox.commands.run(f'exec python3 -c "{script}"', envs=given)
    [ended] = host.call("GET", f"/sandboxes/{sandbox.sandbox_id}/ended").json()["ended"]
    assert ended["envs"] == {"PORT": "8000", "SLIPWAY_BUILD": "bld_1"}
    assert base64.b64decode(ended["tail"]) == b"second\n"
