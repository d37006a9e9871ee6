"""Every Shell: argv lists, exactly the environment that was given, the whole process group dies."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import Unreachable
from engine.shell.port import Shell
from engine.shell.real import RealShell
from engine.shell.recording import RecordingShell


@pytest.fixture(params=[RealShell, lambda: RecordingShell(RealShell())], ids=["real", "recording"])
def shell(request: pytest.FixtureRequest) -> Shell:
    make: Callable[[], Shell] = request.param
    return make()


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_outputs_and_the_exit_code_come_back(shell: Shell, tmp_path: Path) -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    output = shell.run(python(code), folder=tmp_path, environment={}, timeout=20)
    assert (output.exit_code, output.stdout, output.stderr) == (3, b"out\n", b"err\n")


def test_the_environment_is_exactly_what_was_given(shell: Shell, tmp_path: Path) -> None:
    output = shell.run(("/usr/bin/env",), folder=tmp_path, environment={"A": "1 2"}, timeout=20)
    assert output.stdout == b"A=1 2\n"


def test_no_shell_reads_the_words(shell: Shell, tmp_path: Path) -> None:
    output = shell.run(("/bin/echo", "$HOME;`id`", "*"), folder=tmp_path, environment={}, timeout=20)
    assert output.stdout == b"$HOME;`id` *\n"


def test_stdin_arrives_and_ends(shell: Shell, tmp_path: Path) -> None:
    data = b"x" * 300_000
    output = shell.run(("/bin/cat",), folder=tmp_path, environment={}, timeout=20, stdin=data)
    assert output.stdout == data


def test_at_the_time_out_the_whole_group_dies(shell: Shell, tmp_path: Path) -> None:
    code = "import subprocess; p = subprocess.Popen(['sleep', '60']); open('pid', 'w').write(str(p.pid)); p.wait()"
    with pytest.raises(Unreachable, match="not done in time"):
        shell.run(python(code), folder=tmp_path, environment={"PATH": "/usr/bin:/bin"}, timeout=1)
    assert is_gone(int((tmp_path / "pid").read_text()))


def test_a_child_that_is_left_behind_dies_too(shell: Shell, tmp_path: Path) -> None:
    code = (
        "import subprocess; null = subprocess.DEVNULL;"
        "print(subprocess.Popen(['sleep', '60'], stdin=null, stdout=null, stderr=null).pid)"
    )
    output = shell.run(python(code), folder=tmp_path, environment={"PATH": "/usr/bin:/bin"}, timeout=20)
    assert is_gone(int(output.stdout))


def test_a_flood_is_cut_off(shell: Shell, tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="more than 1000000 bytes"):
        shell.run(("/usr/bin/yes",), folder=tmp_path, environment={}, timeout=20, limit=1_000_000)


def test_a_program_that_is_not_there_is_said(shell: Shell, tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="starting /no/such: No such file"):
        shell.run(("/no/such",), folder=tmp_path, environment={}, timeout=20)


def test_a_recording_shell_keeps_what_it_was_asked(tmp_path: Path) -> None:
    recording = RecordingShell(RealShell())
    recording.run(("/bin/echo", "a"), folder=tmp_path, environment={"B": "c"}, timeout=20)
    assert [(asked.argv, asked.environment) for asked in recording.asked] == [(("/bin/echo", "a"), {"B": "c"})]


def is_gone(pid: int) -> bool:
    """True once the process is no more, or only waits to be reaped by init."""
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (ProcessLookupError, FileNotFoundError):
            return True
    return False
