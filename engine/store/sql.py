"""The Store over SQL: each method is one transaction, and wakes whom it made due once that is committed."""

from collections.abc import Sequence

from engine.domain.job import Job, JobState
from engine.errors import LeaseLost
from engine.settings import Intervals
from engine.store import claims, inbox, jobs, leases
from engine.store.clock import LeaseClock, clock_for
from engine.store.database import Database
from engine.store.port import Delivery, Effects, Taken
from engine.wakeups.port import Wakeups


class SqlStore:
    """Inbox and jobs in one database. Without `wakeups` the poke loop alone wakes."""

    def __init__(
        self,
        database: Database,
        intervals: Intervals,
        *,
        wakeups: Wakeups | None = None,
        clock: LeaseClock | None = None,
    ) -> None:
        self.database = database
        self.intervals = intervals
        self.clock = clock or clock_for(database)
        self._wakeups = wakeups

    def take(self, deliveries: Sequence[Delivery]) -> list[tuple[Taken, str]]:
        """Stores deliveries and an intake job each, in one transaction; answers with what happened and the job's id."""
        with self.database.write(serial=False) as connection:
            return inbox.take(connection, deliveries)

    def claim(self, owner: str, queues: Sequence[str], hint: str = "") -> Job | None:
        """The fairest due job, None when there is none; `hint` decides among equals."""
        with self.database.write(serial=False) as connection:
            moment = self.clock.now(connection)
            return claims.claim(connection, owner, queues, hint, moment=moment, intervals=self.intervals)

    def renew(self, held: Sequence[Job]) -> dict[str, str]:
        """Keeps leases alive; answers job id → `stop_wanted` for those that are still ours."""
        with self.database.read() as connection:
            moment = self.clock.now(connection)
            if not leases.grow_old(connection, held, moment, self.intervals):
                return leases.stops_of(connection, held)
        with self.database.write(serial=False) as connection:
            leases.renew(connection, held, self.clock.now(connection), self.intervals)
            return leases.stops_of(connection, held)

    def note(self, job: Job, effects: Effects) -> None:
        """Writes `effects` if the job is still ours. Raises LeaseLost."""
        with self.database.write() as connection:
            if not leases.is_ours(connection, job):
                raise LeaseLost(f"noting how {job.id} goes: another worker owns it by now")
            effects(connection)
            wakes = jobs.wake_list(connection, self.clock.now(connection))
        self._wake(wakes)

    def finish(self, job: Job, state: JobState, effects: Effects | None = None, *, error: str = "") -> bool:
        """Ends the job with its effects in one transaction; False, and nothing written, if it is no longer ours."""
        with self.database.write() as connection:
            if not leases.end(connection, job, state, error):
                return False
            if effects is not None:
                effects(connection)
            wakes = jobs.wake_list(connection, self.clock.now(connection))
        self._wake(wakes)
        return True

    def give_back(self, job: Job, *, delay: float, counts: bool, error: str = "") -> None:
        """Returns the job to the queue after `delay` seconds; without `counts` it wasn't an attempt (shutdown)."""
        with self.database.write() as connection:
            now = self.clock.now(connection)
            leases.give_back(connection, job, now=now, delay=delay, counts=counts, error=error)
            wakes = jobs.wake_list(connection, now)
        self._wake(wakes)

    def _wake(self, wakes: dict[str, list[str]]) -> None:
        if self._wakeups is not None:
            for queue, job_ids in wakes.items():
                self._wakeups.wake(job_ids, queue)
