"""Whether Slack answers. While it doesn't, one call at a time finds out: the others would only hold up who posts to
GitHub beside them.
"""

import threading
from collections.abc import Callable

from engine.slack.failures import NotAsked

#: So many calls in a row that weren't answered make an outage; one alone is a lost connection.
IN_A_ROW = 3
#: Seconds of an outage between two calls that find out.
PAUSE = 5.0


class Silence:
    """One host's. Safe for threads; `wall` tells Unix seconds, `seconds` is how long a call may take."""

    def __init__(self, wall: Callable[[], float], seconds: float) -> None:
        self._wall = wall
        self._seconds = seconds
        self._lock = threading.Lock()
        self._unanswered = 0
        self._until = 0.0

    def check(self, doing: str) -> None:
        """Raises NotAsked while Slack is known not to answer, but for the one caller whose turn it is to ask."""
        with self._lock:
            left = self._until - self._wall()
            # More than that is left only where the clock was set back.
            if 0 < left <= PAUSE + self._seconds:
                raise NotAsked(f"{doing}: Slack hasn't answered for a while, and wasn't asked now", left)
            if self._unanswered >= IN_A_ROW:
                self._until = self._wall() + PAUSE + self._seconds

    def unanswered(self) -> None:
        """A call got no answer."""
        with self._lock:
            self._unanswered += 1
            if self._unanswered >= IN_A_ROW:
                self._until = self._wall() + PAUSE

    def over(self) -> None:
        """A call got one, whatever it says."""
        with self._lock:
            self._unanswered, self._until = 0, 0.0
