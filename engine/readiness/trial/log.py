"""Errors in what an application says of itself: tracebacks, uncaught errors, lines of the level ERROR. Pure."""

import re
from collections.abc import Iterator, Sequence

from engine.pipeline.first_error import first_error
from engine.readiness.facts import LogError

TRACEBACK = "Traceback (most recent call last)"
#: What joins two tracebacks to one error.
JOINED = re.compile(r"^\s*(During handling of the above|The above exception was the direct cause)")
#: Node's own words where nobody caught an error, and errors whose trace follows.
UNCAUGHT = re.compile(r"UnhandledPromiseRejection|\bUnhandled (?:promise )?rejection\b|\bUncaught\b", re.IGNORECASE)
NODE_ERROR = re.compile(r"^(?:Uncaught )?(?:[A-Z]\w{0,60})?(?:Error|Exception)\b(?: \[\w+\])?:")
NODE_FRAME = re.compile(r"^\s+at\s")
#: The level where log lines have it: at their start, or after a time and a name.
LEVEL = re.compile(
    r"^(?:[\[(]?[\d:.,TZ+/ -]{8,35}[\])]?[\s|]*)?(?:\[\d+\]\s*)?(?:[\w.:-]{1,60}[\s|]+-?\s*)?"
    r"[\[(<]?(?:ERROR|CRITICAL|FATAL|SEVERE)\b[\])>]?[\s:|-]"
)
#: The same of lines that are JSON: bunyan's and pino's numbers are 50 and 60.
JSON_LEVEL = re.compile(r'^\{.{0,400}"level"\s*:\s*(?:"(?:error|critical|fatal)"|50\b|60\b)', re.IGNORECASE)
#: `… (app.py:3)`, as the first error of a text tells its place.
PLACED = re.compile(r"^(?P<text>.*) \((?P<path>[^():]+):(?P<line>\d+)\)$", re.DOTALL)
#: Errors that are kept, characters of one, and lines of a block that belong together.
MOST = 20
LONGEST = 300
BLOCK = 200
#: Characters of a line in which its level is looked for.
BEGINNING = 200


def errors_in(lines: Sequence[str], folder: str) -> tuple[LogError, ...]:
    """The errors that these lines tell of, each once, in their order; `folder` is where the application lies."""
    found: dict[LogError, None] = {}
    for block in _blocks(lines):
        found.setdefault(_error(block, folder))
    return tuple(found)[:MOST]


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    """Lines that tell of one error together."""
    at = 0
    while at < len(lines):
        end = _end(lines, at)
        if end > at:
            yield list(lines[at:end])
        at = max(end, at + 1)


def _end(lines: Sequence[str], at: int) -> int:
    """After the block that begins here; the same place when none does."""
    line = lines[at]
    if TRACEBACK in line:
        return _end_of_traceback(lines, at)
    if NODE_ERROR.match(line) and at + 1 < len(lines) and NODE_FRAME.match(lines[at + 1]):
        return _end_of_frames(lines, at + 1)
    if LEVEL.match(line[:BEGINNING]) or JSON_LEVEL.match(line) or UNCAUGHT.search(line):
        following = _end(lines, at + 1) if at + 1 < len(lines) else at + 1
        return max(following, at + 1) if _begins_trace(lines, at + 1) else at + 1
    return at


def _begins_trace(lines: Sequence[str], at: int) -> bool:
    return at < len(lines) and (TRACEBACK in lines[at] or bool(NODE_ERROR.match(lines[at])))


def _end_of_traceback(lines: Sequence[str], at: int) -> int:
    """Its frames are indented; its last line isn't. One that was raised while another was handled is the same error."""
    end = at + 1
    last = min(len(lines), at + BLOCK)
    while end < last and (lines[end].startswith((" ", "\t")) or not lines[end].strip()):
        end += 1
    end = min(end + 1, last)
    after = end
    while after < last and not lines[after].strip():
        after += 1
    if after < last and JOINED.match(lines[after]):
        later = next((each for each in range(after, last) if TRACEBACK in lines[each]), None)
        return _end_of_traceback(lines, later) if later is not None else end
    return end


def _end_of_frames(lines: Sequence[str], at: int) -> int:
    end = at
    while end < min(len(lines), at + BLOCK) and NODE_FRAME.match(lines[end]):
        end += 1
    return end


def _error(block: Sequence[str], folder: str) -> LogError:
    told = first_error(block, folder) or block[0].strip()[:LONGEST]
    placed = PLACED.match(told)
    if placed is None:
        return LogError(told[:LONGEST])
    return LogError(placed["text"][:LONGEST], placed["path"], int(placed["line"]))
