"""The line of the project's own files that a build broke at, as its cause names it: `KeyError: "a" (app.py:3)`."""

import re
from dataclasses import dataclass

PLACE = re.compile(r"\((?P<path>[^\s():]+):(?P<line>[1-9]\d{0,8})\)")


@dataclass(frozen=True)
class Location:
    """A line of a file in the repository."""

    path: str
    line: int


def location_in(cause: str) -> Location | None:
    """The last place that the sentence names, relative to the repository; None when it names none."""
    places = [(place["path"], int(place["line"])) for place in PLACE.finditer(cause)]
    own = [Location(path, line) for path, line in places if not path.startswith(("/", "../", "node:", "<"))]
    return own[-1] if own else None
