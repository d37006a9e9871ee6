"""A log hides values wherever pieces, lines and flushes cut them, and this process's own log hides them too."""

import base64
import io
import json
import logging
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from engine.logging import configure
from engine.settings import Secret
from engine.store import logs
from engine.store.database import Database
from engine.store.log_text import LINE_LIMIT
from engine.store.log_writer import LogWriter
from engine.variables.worked_with import WorkedWith
from tests.databases import Databases

VALUE = f"canary-{secrets.token_urlsafe(60)}"


@pytest.fixture
def database(sqlite_databases: Databases) -> Database:
    return sqlite_databases.shared()


def kept(database: Database) -> str:
    with database.read() as connection:
        return "\n".join(logs.read(connection, "bld_1"))


def test_a_value_over_two_lines_is_hidden_whenever_they_are_stored(database: Database) -> None:
    wrapped = base64.encodebytes(b"x" * 20 + VALUE.encode()).decode().splitlines()
    with LogWriter(database, "bld_1", [Secret(VALUE)]) as log:
        for line in wrapped:
            log.write(f"{line}\n".encode())
            log.flush()
    assert len(kept(database).splitlines()) == len(wrapped)
    assert len(kept(database).replace("[hidden]", "")) < 40


def test_a_value_that_is_hidden_later_is_hidden_in_what_waits(database: Database) -> None:
    with LogWriter(database, "bld_1") as log:
        log.write(f"{VALUE}\n".encode())
        log.hide(Secret(VALUE))
    assert kept(database) == "[hidden]"


def test_the_tail_hides_a_value_that_is_not_whole_yet(database: Database) -> None:
    with LogWriter(database, "bld_1", [Secret(VALUE)]) as log:
        log.write(f"whole {VALUE}\npart {VALUE[:9]}".encode())
        assert log.tail() == ["whole [hidden]", "part [hidden]"]


def test_a_value_is_hidden_before_its_line_is_cut(database: Database) -> None:
    with LogWriter(database, "bld_1", [Secret(VALUE)]) as log:
        log.write(b"x" * (LINE_LIMIT - 9) + VALUE.encode() + b"\n")
    assert kept(database) == "x" * (LINE_LIMIT - 9) + "[hidden]"


def test_colours_in_a_value_change_nothing(database: Database) -> None:
    with LogWriter(database, "bld_1", [Secret(VALUE)]) as log:
        log.write(f"{VALUE[:20]}\x1b[1m{VALUE[20:]}\n".encode())
    assert kept(database) == "[hidden]"


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What this process logs; afterwards logging is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure("worker", stream=stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_our_own_log_hides_what_this_process_worked_with(database: Database, stream: io.StringIO) -> None:
    with LogWriter(database, "bld_1", [Secret(VALUE)]):
        pass
    try:
        raise RuntimeError(f"GET https://user:{VALUE}@host/")
    except RuntimeError as error:
        structlog.get_logger("here").error("job.crashed", why=[{"said": VALUE}], exc_info=error)
    logging.getLogger("some.library").warning("retrying with %r", {"Authorization": VALUE})
    assert VALUE not in stream.getvalue()
    assert stream.getvalue().count("[hidden]") == 3
    assert [json.loads(line)["level"] for line in stream.getvalue().splitlines()] == ["error", "warning"]


def test_secret_names_are_hidden_however_deep_they_lie(stream: io.StringIO) -> None:
    structlog.get_logger("here").info("x", request={"headers": [{"Cookie": "abc", "Accept": "any"}]}, env_vars="abc")
    assert "abc" not in stream.getvalue()
    assert "any" in stream.getvalue()


def test_what_was_used_last_is_forgotten_last() -> None:
    known = WorkedWith()
    known.remember([Secret("the-first-value"), Secret("the-second-value")])
    known.remember(Secret(f"number-{number}-of-many") for number in range(1997))
    known.remember([Secret("the-first-value"), Secret("one-more"), Secret("one-too-many")])
    told = known.hidden("the-first-value the-second-value one-too-many")
    assert told == "[hidden] the-second-value [hidden]"


def test_an_errors_values_stay_out_of_a_data_folder(database: Database, tmp_path: Path) -> None:
    with LogWriter(database, "bld_1", [Secret(VALUE)]) as log:
        log.line(f"✗ {VALUE}\nand {VALUE}")
    database.close()
    assert all(VALUE.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert kept(database) == "✗ [hidden]\nand [hidden]"
