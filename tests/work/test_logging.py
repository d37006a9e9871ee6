"""Logs: one JSON object a line off a terminal, ours and the libraries', and never a secret."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from engine.logging import configure
from engine.settings import Secret


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Where the lines go; afterwards logging is as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    stream = io.StringIO()
    configure("worker", stream=stream)
    yield stream
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_carries_its_room_and_its_job(stream: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(job="job_1"):
        structlog.get_logger("here").info("job.started", attempt=2)
    [line] = lines(stream)
    assert {key: line[key] for key in ("event", "room", "job", "attempt", "level")} == {
        "event": "job.started",
        "room": "worker",
        "job": "job_1",
        "attempt": 2,
        "level": "info",
    }


def test_a_library_speaks_in_the_same_form(stream: io.StringIO) -> None:
    logging.getLogger("some.library").warning("the %s is low", "disk")
    logging.getLogger("httpx").info("GET ...")
    [line] = lines(stream)
    assert (line["event"], line["room"]) == ("the disk is low", "worker")


def test_secrets_are_not_shown_whatever_they_are_called(stream: io.StringIO) -> None:
    structlog.get_logger("here").info("x", value=Secret("hunter2"), access_token="hunter2", Authorization="hunter2")
    assert "hunter2" not in stream.getvalue()


def test_an_error_brings_its_traceback(stream: io.StringIO) -> None:
    structlog.get_logger("here").error("job.crashed", exc_info=ValueError("what was wrong"))
    [line] = lines(stream)
    assert "ValueError: what was wrong" in str(line["exception"])


class Terminal(io.StringIO):
    """A stream that people look at."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_a_traceback_on_a_terminal_shows_no_variables(stream: io.StringIO) -> None:
    terminal = Terminal()
    configure("worker", stream=terminal)
    plain = "".join(["hunt", "er2"])
    try:
        raise ValueError(f"{len(plain)} characters")
    except ValueError as error:
        structlog.get_logger("here").error("job.crashed", exc_info=error)
    assert "7 characters" in terminal.getvalue()
    assert "hunter2" not in terminal.getvalue()
