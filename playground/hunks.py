"""The hunks of a file's difference: which lines can be spoken about."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

PLACE = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


@dataclass(frozen=True)
class Shown:
    """A line of a difference: its number on either side, where it is there, and its hunk down to it."""

    left: int | None
    right: int | None
    #: Which hunk of the file, from 0.
    hunk: int
    text: str

    def number(self, side: str) -> int | None:
        return self.right if side == "RIGHT" else self.left


def shown_lines(patch: str) -> Iterator[Shown]:
    """Every line of a patch that has a number."""
    left = right = 0
    hunk, above = -1, ""
    for line in patch.split("\n"):
        found = PLACE.match(line)
        if found:
            left, right = int(found[1]), int(found[2])
            hunk, above = hunk + 1, line
            continue
        above = f"{above}\n{line}"
        if line.startswith("\\"):
            continue
        is_new, is_old = not line.startswith("-"), not line.startswith("+")
        yield Shown(left if is_old else None, right if is_new else None, hunk, above)
        left, right = left + is_old, right + is_new
