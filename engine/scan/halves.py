"""Looks at many files at once, and where one of them breaks the program, at all the others all the same."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from engine.scan.programs import CannotSay

T = TypeVar("T")


def in_halves(
    look: Callable[[Sequence[str], float], list[T]], names: Sequence[str], seconds: float
) -> tuple[list[T], list[str]]:
    """What `look` (files, seconds) says of them, and the files that it can't look at, in `seconds` altogether."""
    end = time.monotonic() + seconds
    found: list[T] = []
    unread: list[str] = []
    waiting = [list(names)]
    while waiting:
        piece = waiting.pop()
        left = end - time.monotonic()
        try:
            if left <= 0:
                raise CannotSay("there is no time left")
            found += look(piece, left)
        except CannotSay:
            middle = len(piece) // 2
            if left > 0 and middle:
                waiting += [piece[:middle], piece[middle:]]
            else:
                unread += piece
    return found, unread
