"""Slack's limits on calls: so many of a method a minute and workspace, one message a second and channel."""

import math
import threading
from collections import defaultdict, deque

MINUTE = 60.0
#: How many calls of a method of each tier a workspace's app may make in a minute.
TIERS = {1: 1, 2: 20, 3: 50, 4: 100}


class CallLimits:
    """When each method was called for each workspace, and when something was last posted to each channel."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)

    def count(self, team_id: str, method: str, tier: int, now: float) -> int:
        """Counts a call; answers after how many seconds it may be made, 0 for now."""
        return self._count((team_id, method), TIERS[tier], MINUTE, now)

    def post(self, channel_id: str, now: float) -> int:
        """Counts a message to a channel in the same way."""
        return self._count((channel_id, ""), 1, 1.0, now)

    def _count(self, key: tuple[str, str], most: int, span: float, now: float) -> int:
        with self._lock:
            moments = self._calls[key]
            while moments and moments[0] <= now - span:
                moments.popleft()
            if len(moments) >= most:
                return max(1, math.ceil(moments[0] + span - now))
            moments.append(now)
            return 0
