"""How often an address may knock without a good key: a hundred times a minute (requirement O6)."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

PER_MINUTE = 100
#: Addresses remembered; more than that begin anew together.
CAPACITY = 10_000


@dataclass
class Allowance:
    """Counts by address and minute. Safe among threads."""

    clock: Callable[[], float]
    per_minute: int = PER_MINUTE
    _minute: int = 0
    _spent: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, address: str) -> int:
        """Seconds until the address may knock again; 0: now."""
        now = self.clock()
        with self._lock:
            self._turn(now)
            return 0 if self._spent.get(address, 0) < self.per_minute else max(1, 60 - int(now % 60))

    def spend(self, address: str) -> None:
        """Notes a knock without a good key."""
        with self._lock:
            self._turn(self.clock())
            self._spent[address] = self._spent.get(address, 0) + 1

    def _turn(self, now: float) -> None:
        minute = int(now // 60)
        if minute != self._minute or len(self._spent) > CAPACITY:
            self._minute = minute
            self._spent.clear()
