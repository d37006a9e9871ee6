"""A room as a process: kept running, ended with everything that it started."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.up.logbook import Logbook
from cli.up.probes import always
from cli.up.room import Room, RoomSpec, how_it_ended
from tests.cli.waiting import is_alive, until

MakeRoom = Callable[[str], Room]

#: Starts a child of its own, tells both ids, ignores SIGTERM.
STUBBORN = """
import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""
#: A supervisor with one room, which tells the room's id and then waits to be killed.
SUPERVISOR = """
import pathlib, sys, time
from cli.up.logbook import Logbook
from cli.up.probes import always
from cli.up.room import Room, RoomSpec
program = (sys.executable, "-c", "import time; print('there', flush=True); time.sleep(60)")
book = Logbook(pathlib.Path(sys.argv[1]), print, everything=True)
room = Room(RoomSpec("r", program, {}, always), book)
room.start()
while not book.newest():
    time.sleep(0.01)
print(room.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def make_room(tmp_path: Path) -> Iterator[MakeRoom]:
    """Makes rooms that run a Python program; all are ended."""
    made: list[Room] = []

    def make(program: str) -> Room:
        book = Logbook(tmp_path / f"room{len(made)}.log", lambda _: None, everything=False)
        made.append(Room(RoomSpec("room", (sys.executable, "-c", program), dict(os.environ), always), book))
        return made[-1]

    yield make
    for room in made:
        room.kill()
        room.close()


def ended(room: Room) -> bool:
    """True once the process is over."""
    return room.exit_code() is not None


def test_what_a_room_says_last_is_known(make_room: MakeRoom) -> None:
    room = make_room("print('the reason'); raise SystemExit(3)")
    room.start()
    until(lambda: ended(room), "the end")
    assert room.exit_code() == 3
    assert room.last_words() == ["the reason"]


def test_a_room_that_dies_starts_again_after_a_pause_that_doubles(make_room: MakeRoom) -> None:
    room = make_room("raise SystemExit(1)")
    room.start()
    pauses = []
    for _ in range(3):
        until(lambda: ended(room), "the end")
        now = time.monotonic()
        pauses.append(room.tend(now))
        assert room.tend(now) == ""
        assert ended(room)
        assert room.tend(now + 10) == ""
    assert [said.split("again in ")[1].split(" s")[0] for said in pauses] == ["0.5", "1", "2"]
    assert pauses[0].startswith("room ended with code 1; starting it again")


def test_a_room_that_runs_is_left_alone(make_room: MakeRoom) -> None:
    room = make_room("import time; time.sleep(60)")
    room.start()
    pid = room.pid
    assert room.tend(time.monotonic() + 1000) == ""
    assert room.pid == pid


def test_killing_a_room_ends_what_it_started(make_room: MakeRoom) -> None:
    room = make_room(STUBBORN)
    room.start()
    until(room.logbook.newest, "its child's id")
    child = int(room.logbook.newest()[0])
    room.ask_to_end()
    room.kill()
    until(lambda: not is_alive(child), "the child's end")
    assert room.exit_code() == -signal.SIGKILL


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of their parent's death")
def test_a_room_dies_with_its_supervisor(tmp_path: Path) -> None:
    supervisor = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(tmp_path / "r.log")], stdout=subprocess.PIPE, text=True
    )
    assert supervisor.stdout is not None
    with supervisor, supervisor.stdout as said:
        assert said.readline() == "there\n"
        pid = int(said.readline())
        assert is_alive(pid)
        supervisor.kill()
        until(lambda: not is_alive(pid), "the room's end")


def test_a_supervisor_that_is_gone_already_is_noticed() -> None:
    tether = Path(__file__).resolve().parents[2] / "cli/up/tether.py"
    argv = [sys.executable, "-I", "-S", str(tether), "1", sys.executable, "-c", "print('it ran')"]
    assert subprocess.run(argv, capture_output=True, check=False).stdout == b""


@pytest.mark.parametrize(
    ("code", "words"),
    [(0, "ended with code 0"), (-9, "was ended by SIGKILL"), (-250, "was ended by signal 250")],
)
def test_exit_codes_are_words(code: int, words: str) -> None:
    assert how_it_ended(code) == words
