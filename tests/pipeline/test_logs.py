"""Logs: redacted, cleaned, bounded, in order, whoever writes them."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.settings import Secret
from engine.store import logs
from engine.store.database import Database
from engine.store.log_text import LINE_LIMIT, LineCutter, cleaned
from engine.store.log_writer import LogWriter
from tests.databases import furnish


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path}/log.sqlite3")
    furnish(made)
    yield made
    made.close()


def kept(database: Database, first: int = 0, limit: int = 10_000) -> list[str]:
    with database.read() as connection:
        return logs.read(connection, "bld_1", first, limit)


def test_pieces_become_lines(database: Database) -> None:
    with LogWriter(database, "bld_1") as log:
        for piece in (b"on", b"e\ntw", "ö\n".encode()[:1], "ö\n".encode()[1:], b"last"):
            log.write(piece)
        assert log.tail() == ["one", "twö", "last"]
    assert kept(database) == ["one", "twö", "last"]


def test_secrets_are_hidden_also_when_they_come_in_pieces(database: Database) -> None:
    with LogWriter(database, "bld_1", [Secret("hunter2-long")]) as log:
        log.write(b"a hunt")
        log.write(b"er2-long b\n")
        log.hide(Secret("later"))
        log.line("now later too")
    assert kept(database) == ["a [hidden] b", "now [hidden] too"]


def test_a_line_of_our_own_begins_a_new_tail(database: Database) -> None:
    with LogWriter(database, "bld_1") as log:
        log.write(b"old\nhalf")
        log.line("$ next")
        log.write(b"new\n")
        assert log.tail() == ["new"]
    assert kept(database) == ["old", "half", "$ next", "new"]


def test_lines_are_read_by_number_across_chunks(database: Database) -> None:
    for start in (0, 10, 20):
        with database.write() as connection:
            logs.append(connection, "bld_1", [str(n) for n in range(start, start + 10)], 1.0)
    assert kept(database, 8, 4) == ["8", "9", "10", "11"]
    with database.read() as connection:
        assert logs.tail(connection, "bld_1", 3) == ["27", "28", "29"]
        assert logs.tail(connection, "other", 3) == []


def test_a_flood_is_bounded_and_said(database: Database) -> None:
    with LogWriter(database, "bld_1", total_bytes=10_000) as log:
        for number in range(5_000):
            log.write(f"line {number}\n".encode())
        assert log.tail()[-1] == "line 4999"
    lines = kept(database)
    assert sum(map(len, lines)) < 11_000
    assert "the log is full" in lines[-1]


def test_threads_keep_their_lines_whole(database: Database) -> None:
    with LogWriter(database, "bld_1") as log:
        writers = [threading.Thread(target=log.line, args=(f"writer {n}",)) for n in range(20)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
    assert sorted(kept(database)) == sorted(f"writer {n}" for n in range(20))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("10%\r50%\r100%", "100%"),
        ("done\r", "done"),
        ("a\x00b\x08c\tд", "abc\tд"),
        ("safe\u202eevil", "safeevil"),
        ("x" * (LINE_LIMIT + 9), "x" * LINE_LIMIT + " […]"),
    ],
)
def test_lines_are_cleaned(raw: str, shown: str) -> None:
    assert cleaned(raw) == shown


def test_a_line_without_end_does_not_grow() -> None:
    cutter = LineCutter()
    for _ in range(200):
        assert cutter.cut(b"x" * 10_000) == []
    assert len(cutter.rest()[0]) <= LINE_LIMIT * 4
