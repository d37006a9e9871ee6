"""Whose turn it is when not all can be looked at each time."""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Turns:
    """Chooses at most `most` in a round; those left out come first in one of the next."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._room = most
        self._at: dict[tuple[int, str], int] = {}
        #: True when a round had no room for some that are looked at each time.
        self.left_out = False

    def begin(self) -> None:
        """A new round."""
        self._room = self._most
        self.left_out = False

    def choose(self, owner: int, first: Sequence[T], others: Sequence[T]) -> list[T]:
        """All of `first`, as far as there is room, then some of `others`."""
        self.left_out = self.left_out or len(first) > self._room
        chosen = self._some((owner, "first"), first)
        return chosen + self._some((owner, "others"), others)

    def _some(self, whose: tuple[int, str], of: Sequence[T]) -> list[T]:
        count = min(self._room, len(of))
        self._room -= count
        if not count:
            return []
        begin = self._at.get(whose, 0) % len(of)
        self._at[whose] = begin + count
        return [of[(begin + step) % len(of)] for step in range(count)]
