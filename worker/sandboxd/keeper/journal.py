"""What happened in a sandbox that its owner should hear of: refused egress, memory, disk; bounded."""

import json
import time
from collections import deque
from pathlib import Path

_KEPT = 200
_LONGEST_LOG = 1 << 20


class Journal:
    """The events of one sandbox."""

    def __init__(self, directory: Path) -> None:
        self._events: deque[dict[str, object]] = deque(maxlen=_KEPT)
        self._denied: dict[tuple[str, int], int] = {}
        self._log = directory / "egress.log"

    def note(self, kind: str, **facts: object) -> None:
        """Keep one event."""
        self._events.append({"at": time.time(), "kind": kind, **facts})

    def deny(self, host: str, port: int, pid: int) -> bool:
        """Count a refused destination, in `egress.log` too; true when this is its first time."""
        key = (host[:253], port)
        first = key not in self._denied
        if first and len(self._denied) >= _KEPT:
            return False
        self._denied[key] = self._denied.get(key, 0) + 1
        if first:
            self.note("egress_denied", host=key[0], port=port, pid=pid)
            line = json.dumps({"at": time.time(), "denied": key[0], "port": port, "pid": pid}) + "\n"
            if not self._log.exists() or self._log.stat().st_size < _LONGEST_LOG:
                with self._log.open("a") as log:
                    log.write(line)
        return first

    @property
    def denied(self) -> list[dict[str, object]]:
        """The refused destinations and how often each was tried."""
        return [{"host": host, "port": port, "count": count} for (host, port), count in self._denied.items()]

    @property
    def events(self) -> list[dict[str, object]]:
        """The events, oldest first."""
        return list(self._events)
