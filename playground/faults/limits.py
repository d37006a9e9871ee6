"""GitHub's limits on creating content, counted for each installation."""

import math
import threading
from collections import defaultdict, deque

from playground.refusals import Forbidden

MINUTE, HOUR = 60.0, 3600.0
MOST_IN_A_MINUTE = 80
MOST_IN_AN_HOUR = 500
REFUSAL = (
    "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. "
    "Please retry your request again later."
)


class CreatedTooMuch(Forbidden):
    """An installation creates content faster than GitHub lets it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(REFUSAL)
        self.headers = {"Retry-After": str(math.ceil(max(seconds, 1)))}


class CreationLimits:
    """When each installation created something in the last hour."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._moments: defaultdict[int, deque[float]] = defaultdict(deque)

    def count(self, installation_id: int, now: float) -> None:
        """Counts one creation; refused, and not counted, where it is one too many."""
        with self._lock:
            moments = self._moments[installation_id]
            while moments and moments[0] <= now - HOUR:
                moments.popleft()
            for most, span in ((MOST_IN_A_MINUTE, MINUTE), (MOST_IN_AN_HOUR, HOUR)):
                if len(moments) >= most and moments[-most] > now - span:
                    raise CreatedTooMuch(moments[-most] + span - now)
            moments.append(now)
