"""The primary rate limit of each installation, as this process has learned of it.

"If the x-ratelimit-remaining header is 0, you should not make another request until after the time specified by the
x-ratelimit-reset header" (https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api).
"""

import threading
import time
from collections.abc import Callable, Mapping

from engine.forge.failures import Limited, seconds_until

#: Installations remembered before those that wait no more are thrown away.
PLENTY = 1000


class PrimaryLimits:
    """Refuses calls for an installation that used up its hour. Safe for threads."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until: dict[int, float] = {}

    def check(self, installation_id: int, doing: str) -> None:
        """Raises Limited while the installation has to wait; GitHub is not asked."""
        with self._lock:
            left = self._until.get(installation_id, 0.0) - self._clock()
        if left > 0:
            raise Limited(f"{doing}: the installation has used up its calls of this hour", left, primary=True)

    def note(self, installation_id: int, seconds: float) -> None:
        """The installation has to wait for so long."""
        now = self._clock()
        with self._lock:
            if len(self._until) >= PLENTY:
                self._until = {each: until for each, until in self._until.items() if until > now}
            self._until[installation_id] = now + seconds

    def read(self, installation_id: int, headers: Mapping[str, str]) -> None:
        """Notes what a good answer says: it may have been the last one."""
        if headers.get("x-ratelimit-remaining") == "0":
            self.note(installation_id, seconds_until(headers.get("x-ratelimit-reset", "")))
