"""The Wakeups port: a hint that a job is due. Promise: at least once, or lost; SQL is looked at anyway."""

from collections.abc import Sequence
from typing import Protocol


class Wakeups(Protocol):
    """Wakes a worker."""

    def wake(self, job_ids: Sequence[str], queue: str = "work") -> bool:
        """Hints that these jobs are due; False when it could not be given. Never raises, never blocks for long."""
        ...
