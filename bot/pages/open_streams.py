"""The streams that are open in this process, counted by person."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.feed import Feed

#: Streams that one person may have open; a browser closes those of tabs that nobody looks at.
MOST_EACH = 20


@dataclass
class OpenStreams:
    """What feeds them, and who has how many. Lives in one event loop."""

    feed: Feed
    _open: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def one_more(self, login: str) -> Iterator[None]:
        """Counts a stream while it is open."""
        self._open[login] += 1
        try:
            yield
        finally:
            self._open[login] -= 1
            self._open = +self._open

    def full(self, login: str) -> bool:
        """True when this person has as many as anybody may."""
        return self._open[login] >= MOST_EACH
