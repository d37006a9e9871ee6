"""Structured logs: lines for people on a terminal, JSON elsewhere; ours and the libraries' through the same door."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

#: Words in a field's name that mean its value is nobody's business.
HIDDEN = ("token", "secret", "password", "authorization", "cookie", "private_key", "signature")

#: Characters of a traceback that are kept, of its beginning and its end.
MOST_OF_A_TRACEBACK = 20_000

#: Libraries that talk more than they say.
QUIET = ("rq.worker", "rq.job", "rq.queue", "httpx", "httpcore", "alembic", "uvicorn.access")


def configure(room: str, *, stream: TextIO | None = None) -> None:
    """Sends every log line of this process to `stream` (standard error), named by its room."""
    out = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(out)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(room=room)


def hide_secrets(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replaces the values of fields whose names say that they are secret."""
    for name in event:
        if any(word in name.lower() for word in HIDDEN):
            event[name] = "**********"
    return event


def shorten(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Cuts tracebacks: an error of somebody's application may be larger than every log."""
    told = event.get("exception")
    if isinstance(told, str) and len(told) > MOST_OF_A_TRACEBACK:
        half = MOST_OF_A_TRACEBACK // 2
        event["exception"] = f"{told[:half]}\n… {len(told) - 2 * half} characters …\n{told[-half:]}"
    return event


def _rendering(out: TextIO) -> list[Processor]:
    if out.isatty():
        # Other formatters print local variables, tokens among them.
        return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [structlog.processors.format_exc_info, shorten, structlog.processors.JSONRenderer()]
