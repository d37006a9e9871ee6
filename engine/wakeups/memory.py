"""Wake-ups kept in memory: for one process, and for tests."""

from collections import deque
from collections.abc import Sequence


class MemoryWakeups:
    """Hints in lists, one a queue; whoever works in the same process takes them."""

    def __init__(self) -> None:
        self._hints: dict[str, deque[str]] = {}
        self.away = False

    def wake(self, job_ids: Sequence[str], queue: str = "work") -> bool:
        """Keeps the hints; False while `away`."""
        if not self.away:
            self._hints.setdefault(queue, deque()).extend(job_ids)
        return not self.away

    def take(self, queue: str) -> str | None:
        """The oldest hint of the queue, given once."""
        hints = self._hints.get(queue)
        return hints.popleft() if hints else None
