"""requirements.txt and what it includes: `==` pins, everything else is open."""

import posixpath
import re
from collections.abc import Callable

from engine.readiness.sources.requirement import normal
from engine.scan.files import shown
from engine.scan.locks.pin import PYPI, Locked, Pin

PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*={2,3}\s*([^\s;,#*]+)\s*(?:;.*)?$")
NAME = re.compile(r"^([A-Za-z0-9][\w.-]*)")
INCLUDES = re.compile(r"^(?:-r|--requirement)[\s=]+(\S+)")
#: Files that one may include.
MOST = 20


def read(path: str, text: str, other: Callable[[str], str | None]) -> Locked:
    """What the file at `path` pins; `other` reads the files that it includes."""
    pins: dict[tuple[str, str], Pin] = {}
    left: list[str] = []
    waiting, seen = [(path, text)], {path}
    while waiting:
        here, content = waiting.pop()
        for line in _lines(content):
            included = INCLUDES.match(line)
            if included:
                name = posixpath.normpath(posixpath.join(posixpath.dirname(here), included[1]))
                known = other(name) if name not in seen and len(seen) < MOST else None
                if known is not None:
                    waiting.append((name, known))
                elif name not in seen:
                    left.append(f"{shown(here)} includes {shown(name)}, which can't be read")
                seen.add(name)
            elif not line.startswith("-") or line.startswith(("-e", "--editable")):
                _take(here, line, pins, left)
    return Locked(tuple(pins.values()), tuple(left))


def _lines(content: str) -> list[str]:
    """Requirements and options, without comments, hashes, and what `\\` breaks."""
    joined = re.sub(r"\\\n", " ", content)
    lines = (re.sub(r"(^|\s)#.*$", "", each) for each in joined.splitlines())
    plain = (re.sub(r"\s--hash[=\s]\S+", "", each) for each in lines)
    # Runs of blanks would take the patterns the square of their length.
    return [line for each in plain if (line := " ".join(each.split()))]


def _take(path: str, line: str, pins: dict[tuple[str, str], Pin], left: list[str]) -> None:
    pinned = PINNED.match(line)
    if pinned:
        name = normal(pinned[1])
        pins.setdefault((name, pinned[2]), Pin(PYPI, name, pinned[2], path, pinned[1]))
        return
    named = NAME.match(line)
    left.append(f"{shown(path)} does not pin {named[1] if named else 'a package that is no release'}")
