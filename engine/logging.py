"""Structured logs: lines for people on a terminal, JSON elsewhere; ours and the libraries' through the same door."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

from engine.variables.worked_with import WORKED_WITH

#: Words in a field's name that mean its value is nobody's business.
HIDDEN = (
    *("token", "secret", "password", "authorization", "cookie", "private_key", "api_key", "signature"),
    *("credential", "environ", "env_vars", "envs", "variables", "sealed"),
)
HIDDEN_VALUE = "**********"
#: Fields that hold words of our own alone, whatever somebody's secret is.
OURS = frozenset({"level", "timestamp", "room", "kind", "job", "subject"})

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
    for name, value in event.items():
        event[name] = HIDDEN_VALUE if is_hidden(name) else without_secrets(value)
    return event


def is_hidden(name: object) -> bool:
    """True of a field whose value is nobody's business."""
    return isinstance(name, str) and any(word in name.lower() for word in HIDDEN)


def without_secrets(value: object) -> object:
    """The same for what lies inside: headers, a payload, a list of such."""
    if isinstance(value, Mapping):
        return {name: HIDDEN_VALUE if is_hidden(name) else without_secrets(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [without_secrets(each) for each in value]
    return value


def hide_values(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hides what this process has worked with, wherever in a field it stands."""
    return {name: value if name in OURS else without_values(value) for name, value in event.items()}


def without_values(value: object) -> object:
    """The same for what lies inside; what isn't plain data is told as it would be anyway."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {WORKED_WITH.hidden(str(name)): without_values(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [without_values(each) for each in value]
    return WORKED_WITH.hidden(value if isinstance(value, str) else repr(value))


def hiding(render: Processor) -> Processor:
    """A renderer that formats tracebacks itself, with the same hidden in the finished line."""

    def rendered(logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
        return WORKED_WITH.hidden(str(render(logger, method, event)))

    return rendered


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
        return [hiding(structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback))]
    return [structlog.processors.format_exc_info, shorten, hide_values, structlog.processors.JSONRenderer()]
