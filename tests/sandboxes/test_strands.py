"""Two streams as one text: no line of one is cut apart by the other's."""

import random
import threading

import pytest

from engine.sandboxes.strands import MOST_HELD, Strands, Stream

LONG = 3600.0


class Told:
    """What was passed on."""

    def __init__(self) -> None:
        self.text = ""
        self.stirred = threading.Event()

    def __call__(self, data: bytes) -> None:
        self.text += data.decode()
        self.stirred.set()


@pytest.fixture
def told() -> Told:
    return Told()


def strands(told: Told, *pieces: tuple[Stream, str], patience: float = LONG) -> Strands:
    made = Strands(told, patience)
    for stream, text in pieces:
        made.write(stream, text)
    return made


def test_pieces_are_passed_on_as_they_come(told: Told) -> None:
    strands(told, ("stdout", "one"), ("stdout", " line\ntwo "), ("stdout", "ü"))
    assert told.text == "one line\ntwo ü"


def test_a_line_waits_for_the_end_of_the_others_line(told: Told) -> None:
    made = strands(told, ("stdout", "sec"), ("stderr", "Traceback\n"))
    assert told.text == "sec"
    made.write("stdout", "ret\n")
    assert told.text == "secret\nTraceback\n"


def test_what_is_whole_goes_in_between_and_what_is_open_goes_on_waiting(told: Told) -> None:
    made = strands(told, ("stdout", "a"), ("stderr", "1\n2"), ("stdout", "b\nc"))
    assert told.text == "ab\n1\nc"
    made.write("stdout", "d\n")
    assert told.text == "ab\n1\ncd\n2"
    made.write("stdout", "e\n")
    assert told.text == "ab\n1\ncd\n2"
    made.write("stderr", "3\n")
    assert told.text == "ab\n1\ncd\n23\ne\n"


def test_at_the_end_everything_was_told(told: Told) -> None:
    strands(told, ("stdout", "open"), ("stderr", "waits")).finish()
    assert told.text == "open\nwaits"


def test_a_line_that_stays_open_is_ended_for_the_other_stream(told: Told) -> None:
    made = strands(told, ("stdout", "ready> "), patience=0.01)
    told.stirred.clear()
    made.write("stderr", "listening\n")
    assert told.stirred.wait(30)
    made.write("stderr", "again\n")
    assert told.text == "ready> \nlistening\nagain\n"


def test_a_timer_that_was_stopped_too_late_leaves_the_next_line_alone(told: Told) -> None:
    before = set(threading.enumerate())
    made = strands(told, ("stdout", "a"), ("stderr", "1\n"))
    (late,) = (each for each in threading.enumerate() if isinstance(each, threading.Timer) and each not in before)
    made.write("stdout", "b\nsec")
    made.write("stderr", "2\n")
    # As when it waited for the lock in the meantime.
    late.function()
    made.write("stdout", "ret\n")
    assert told.text == "ab\n1\nsecret\n2\n"


def test_what_waits_is_bounded(told: Told) -> None:
    strands(told, ("stderr", "open"), ("stdout", "x" * MOST_HELD), ("stdout", "y\n"))
    assert told.text == "open\n" + "x" * MOST_HELD + "y\n"


@pytest.mark.parametrize("seed", range(20))
def test_every_line_is_whole_however_the_pieces_come(told: Told, seed: int) -> None:
    chance = random.Random(seed)
    lines: dict[Stream, list[str]] = {
        stream: [f"{stream} {n} " + "z" * chance.randrange(20) for n in range(50)] for stream in ("stdout", "stderr")
    }
    left: dict[Stream, str] = {stream: "".join(f"{line}\n" for line in each) for stream, each in lines.items()}
    made = strands(told)
    while any(left.values()):
        stream: Stream = chance.choice([stream for stream, text in left.items() if text])
        size = chance.randrange(1, 40)
        made.write(stream, left[stream][:size])
        left[stream] = left[stream][size:]
    made.finish()
    for stream, expected in lines.items():
        assert [line for line in told.text.splitlines() if line.startswith(stream)] == expected
