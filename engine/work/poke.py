"""The poke loop: wakes for due jobs whose wake-up was lost or never given. Safe to run twice."""

from engine.settings import Intervals
from engine.store import claims, jobs
from engine.store.clock import LeaseClock
from engine.store.database import Database
from engine.wakeups.port import Wakeups


class Poke:
    """Looks at SQL and wakes again."""

    def __init__(self, database: Database, clock: LeaseClock, wakeups: Wakeups, intervals: Intervals) -> None:
        self._database = database
        self._clock = clock
        self._wakeups = wakeups
        self._intervals = intervals

    def beat(self) -> None:
        """Wakes for what is due and wasn't woken for within the last interval."""
        with self._database.read() as connection:
            # An idle house takes no write lock.
            if not jobs.any_waits(connection, self._clock.now(connection)):
                return
        with self._database.write() as connection:
            moment = self._clock.now(connection)
            claims.release_expired(connection, moment)
            wakes = jobs.wake_list(connection, moment, again_after=self._intervals.poke * 0.9)
        for queue, job_ids in wakes.items():
            self._wakeups.wake(job_ids, queue)
