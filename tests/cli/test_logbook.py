"""What a room prints: kept within bounds; its warnings shown."""

import os
from pathlib import Path

import pytest

from cli.up.console import in_words, printable
from cli.up.logbook import Logbook, is_loud


def written(book: Logbook, text: bytes) -> None:
    """Lets the book read a whole output."""
    hear, tell = os.pipe()
    with os.fdopen(tell, "wb") as output:
        thread = book.follow(os.fdopen(hear, "rb"))
        output.write(text)
    thread.join()


def test_every_line_is_kept_and_only_warnings_are_shown(tmp_path: Path) -> None:
    shown: list[str] = []
    book = Logbook(tmp_path / "web.log", shown.append, everything=False)
    written(book, b'{"level": "info", "event": "served"}\n{"level": "warning", "event": "late"}\nlast')
    book.close()
    assert len((tmp_path / "web.log").read_text().splitlines()) == 3
    assert shown == ['{"level": "warning", "event": "late"}']
    assert book.newest()[-1] == "last"


def test_the_files_of_a_talkative_room_stay_small(tmp_path: Path) -> None:
    book = Logbook(tmp_path / "web.log", lambda _: None, everything=False, largest=1000)
    written(book, b"x" * 99 + b"\n" + (b"y" * 99 + b"\n") * 100)
    book.close()
    sizes = [path.stat().st_size for path in sorted(tmp_path.iterdir())]
    assert len(sizes) == 2
    assert max(sizes) <= 1000


@pytest.mark.parametrize(
    ("line", "loud"),
    [
        ('{"level": "error", "event": "x"}', True),
        ('{"level": "info", "event": "an error was mended"}', False),
        ("2026 sandboxd WARNING isolation", True),
        ("Traceback (most recent call last):", True),
        ("listening on 127.0.0.1", False),
        ("{not JSON", False),
    ],
)
def test_a_lines_level_decides_else_its_words(line: str, loud: bool) -> None:
    assert is_loud(line) is loud


def test_the_terminal_obeys_nothing_that_a_room_prints() -> None:
    assert "\x1b" not in printable("\x1b[2J\x07 hello")
    assert printable("Grüße, 世界") == "Grüße, 世界"


def test_structured_lines_are_shown_as_words() -> None:
    line = '{"event": "lane.died", "level": "warning", "room": "worker", "timestamp": "2026", "lane": "work-1"}'
    assert in_words(line) == "lane.died lane=work-1"
    assert in_words("{not JSON") == "{not JSON"
