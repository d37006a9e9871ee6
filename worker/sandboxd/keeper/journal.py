"""What happened in a sandbox that its owner should hear of: refused egress, memory, disk; bounded.

It lives in memory alone: a program can make the name of a host of any value that it was given.
"""

import time
from collections import deque

_KEPT = 200


class Journal:
    """The events of one sandbox."""

    def __init__(self) -> None:
        self._events: deque[dict[str, object]] = deque(maxlen=_KEPT)
        self._denied: dict[tuple[str, int], int] = {}

    def note(self, kind: str, **facts: object) -> None:
        """Keep one event."""
        self._events.append({"at": time.time(), "kind": kind, **facts})

    def deny(self, host: str, port: int, pid: int) -> bool:
        """Count a refused destination; true when this is its first time."""
        key = (host[:253], port)
        first = key not in self._denied
        if first and len(self._denied) >= _KEPT:
            return False
        self._denied[key] = self._denied.get(key, 0) + 1
        if first:
            self.note("egress_denied", host=key[0], port=port, pid=pid)
        return first

    @property
    def denied(self) -> list[dict[str, object]]:
        """The refused destinations and how often each was tried."""
        return [{"host": host, "port": port, "count": count} for (host, port), count in self._denied.items()]

    @property
    def events(self) -> list[dict[str, object]]:
        """The events, oldest first."""
        return list(self._events)
