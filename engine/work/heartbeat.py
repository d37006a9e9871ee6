"""The heartbeat: one thread a process keeps the leases of all its jobs alive, and hears what they should know."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import SQLAlchemyError

from engine.domain.job import Job
from engine.errors import LeaseLost, Superseded
from engine.settings import Intervals
from engine.store.clock import boot_seconds
from engine.store.port import Effects, Store

#: A lease is kept alive at its first third; who couldn't for two thirds must not go on.
USABLE = 2 / 3

#: Seconds between two looks at what people want of a running job, at most.
LOOK = 1.0

log = structlog.get_logger(__name__)


class HeldJob:
    """The job's side of its lease (engine.work.handler.Running)."""

    def __init__(self, job: Job, store: Store, stopwatch: Callable[[], float], lease: float) -> None:
        self.job = job
        self.wanted = job.stop_wanted
        self.lost = False
        #: When its lease was found to be over; None while it isn't.
        self.void_since: float | None = None
        #: Set when this process is told to end: the job goes back, unharmed.
        self.leaving = False
        self.renewed_at = stopwatch()
        self._store = store
        self._stopwatch = stopwatch
        self._lease = lease

    def check(self) -> None:
        """Raises LeaseLost when the job is no longer ours, Superseded when it should end."""
        if self.lost or self._stopwatch() - self.renewed_at > self._lease * USABLE:
            raise LeaseLost(f"working on {self.job.id}: its lease is lost, another worker goes on")
        if self.leaving:
            raise LeaseLost(f"working on {self.job.id}: this worker is ending, another one starts it again")
        if self.wanted:
            raise Superseded(f"working on {self.job.id}: it was {self.wanted}")

    def stop_wanted(self) -> str:
        """`cancelled`, `superseded` or empty."""
        return self.wanted

    def note(self, effects: Effects) -> None:
        """Writes while the job goes on, only if it is still ours. Raises LeaseLost."""
        self._store.note(self.job, effects)


def unheard(_held: bool) -> None:
    """Nobody listens to the breath."""


class Heartbeat:
    """Renews leases while there are jobs; on the way out gives them back.

    `breathe` hears several times a second whether there are jobs. `end_process` is called when a job goes on though it
    is no longer ours, and doesn't listen: nothing but the end of its process ends it.
    """

    def __init__(
        self,
        store: Store,
        intervals: Intervals,
        stopwatch: Callable[[], float] = boot_seconds,
        *,
        breathe: Callable[[bool], None] = unheard,
        end_process: Callable[[], None] | None = None,
    ) -> None:
        self._store = store
        self._intervals = intervals
        self._stopwatch = stopwatch
        self._breathe = breathe
        self._end_process = end_process
        self._held: dict[str, HeldJob] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        # Plain attributes: signal handlers set them, and a handler must take no lock.
        self.leaving = False
        self.leave_at = 0.0
        self._exit: Callable[[], None] | None = None

    @contextmanager
    def holding(self, job: Job) -> Iterator[HeldJob]:
        """The job's lease lives while the block runs."""
        held = HeldJob(job, self._store, self._stopwatch, self._intervals.lease)
        held.leaving = self.leaving
        with self._lock:
            self._held[job.id] = held
        self._breathe(True)
        self._start()
        try:
            yield held
        finally:
            with self._lock:
                self._held.pop(job.id, None)
                left = bool(self._held)
            self._breathe(left)

    def leave(self, grace: float, leave_process: Callable[[], None]) -> None:
        """Tells the jobs that the process ends: those which haven't ended by themselves `grace` seconds later are
        given back and `leave_process` is called. Safe in a signal handler.
        """
        self._exit = leave_process
        self.leave_at = self._stopwatch() + grace
        self.leaving = True

    def beat(self) -> None:
        """Looks after every held job once."""
        with self._lock:
            held = list(self._held.values())
        for one in held:
            one.leaving = one.leaving or self.leaving
        if held:
            self._renew(held)
            self._end_deaf(held)
        if self.leaving and self._stopwatch() >= self.leave_at:
            self._abandon(held)

    def close(self) -> None:
        """Ends the thread."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _renew(self, held: list[HeldJob]) -> None:
        asked_at = self._stopwatch()
        try:
            stops = self._store.renew([one.job for one in held])
        except SQLAlchemyError as error:
            # The leases run on; HeldJob.check ends the work in time if this lasts.
            log.warning("heartbeat.no_answer", error=str(error))
            return
        for one in held:
            if one.job.id in stops:
                one.wanted = stops[one.job.id]
                one.renewed_at = asked_at
            elif not one.lost:
                one.lost = True
                log.warning("heartbeat.lease_lost", job=one.job.id)

    def _end_deaf(self, held: list[HeldJob]) -> None:
        """A job that has lost its lease gets the time to drain to notice it."""
        now = self._stopwatch()
        for one in held:
            over = one.lost or now - one.renewed_at > self._intervals.lease
            one.void_since = (one.void_since or now) if over else None
            if self._end_process is None or one.void_since is None or now - one.void_since < self._intervals.drain:
                continue
            with self._lock:
                here = self._held.get(one.job.id) is one
            if here:
                log.error("job.deaf", job=one.job.id, seconds=round(now - one.void_since, 1))
                self._end_process()

    def _abandon(self, held: list[HeldJob]) -> None:
        for one in held:
            try:
                self._store.give_back(one.job, delay=0, counts=False)
            except SQLAlchemyError as error:
                log.warning("heartbeat.not_given_back", job=one.job.id, error=str(error))
        if self._exit is not None:
            self._exit()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        looks = min(LOOK, self._intervals.heartbeat)
        looked_at = self._stopwatch()
        # Short steps: a signal handler can't wake this thread, only leave a note for it.
        while not self._ended.wait(min(0.2, looks)):
            if self._held:
                self._breathe(True)
            now = self._stopwatch()
            if self.leaving or now - looked_at >= looks:
                looked_at = now
                self.beat()
