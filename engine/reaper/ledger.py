"""Transactions of the reaper: whoever is made due by one is woken once it is committed."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from engine.store import jobs
from engine.store.clock import LeaseClock
from engine.store.database import Database
from engine.wakeups.port import Wakeups

T = TypeVar("T")


class Ledger:
    """Reads, and writes with wake-ups."""

    def __init__(self, database: Database, clock: LeaseClock, wakeups: Wakeups) -> None:
        self._database = database
        self._clock = clock
        self._wakeups = wakeups

    def read(self, look: Callable[[Connection], T]) -> T:
        """What `look` finds, at one moment."""
        with self._database.read() as connection:
            return look(connection)

    def write(self, change: Callable[[Connection], T]) -> T:
        """What `change` answers, once it is committed."""
        with self._database.write() as connection:
            answer = change(connection)
            wakes = jobs.wake_list(connection, self._clock.now(connection))
        for queue, job_ids in wakes.items():
            self._wakeups.wake(job_ids, queue)
        return answer
