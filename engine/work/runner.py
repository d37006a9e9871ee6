"""Runs one job at a time: claim, run its handler, finish. What its handler raises decides what happens next."""

from collections.abc import Callable, Mapping, Sequence
from typing import assert_never

import structlog

from engine.domain.job import MAX_ATTEMPTS, Job, JobKind, JobState
from engine.errors import LeaseLost, SlipwayError, Superseded, Unreachable
from engine.settings import Intervals
from engine.store.port import Effects, Store
from engine.work.edge import Crashed, guarded
from engine.work.handler import Again, Done, Handler
from engine.work.heartbeat import Heartbeat, HeldJob

#: Seconds until a job whose kind has no handler here is offered again.
NO_HANDLER_DELAY = 60.0
#: How many times longer each pause is than the one before; an outage outside takes longer than a slip of ours.
GROWTH = 4
OUTAGE_GROWTH = 24

log = structlog.get_logger(__name__)


class Runner:
    """A worker's hands. Every job that it claims is finished, given back, or left to its lease."""

    def __init__(
        self,
        store: Store,
        handlers: Mapping[JobKind, Handler],
        intervals: Intervals,
        owner: str,
        *,
        heartbeat: Heartbeat | None = None,
    ) -> None:
        self._store = store
        self._handlers = handlers
        self._intervals = intervals
        self._owner = owner
        self.heartbeat = heartbeat or Heartbeat(store, intervals)

    def run_one(self, queues: Sequence[str], hint: str = "") -> bool:
        """Runs the fairest due job; False when there was none. Raises only what claiming raises."""
        if self.heartbeat.leaving:
            return False
        job = self._store.claim(self._owner, queues, hint)
        if job is None:
            return False
        with structlog.contextvars.bound_contextvars(job=job.id, kind=job.kind.value, subject=job.subject):
            log.info("job.started", attempt=job.attempts, hinted=job.id == hint)
            handler = self._handlers.get(job.kind)
            if handler is None:
                log.error("job.no_handler")
                self._store.give_back(job, delay=NO_HANDLER_DELAY, counts=False)
            else:
                self._run(job, handler)
        return True

    def leave(self, grace: float, leave_process: Callable[[], None]) -> None:
        """Claims nothing more; a running job is given back after `grace` seconds. Safe in a signal handler."""
        self.heartbeat.leave(grace, leave_process)

    def close(self) -> None:
        """Ends the heartbeat."""
        self.heartbeat.close()

    def _run(self, job: Job, handler: Handler) -> None:
        with self.heartbeat.holding(job) as held:
            settled = guarded(lambda: self._attempt(job, handler, held))
            if isinstance(settled, Crashed):
                # Its effects didn't go through. If SQL is away, so does this, and the lease runs out.
                log.error("job.not_settled", exc_info=settled.error)
                guarded(lambda: self._again(job, handler, settled.error))

    def _attempt(self, job: Job, handler: Handler, held: HeldJob) -> None:
        if job.attempts > MAX_ATTEMPTS or job.overdue:
            return self._bury(job, handler, JobState.DEAD, why_buried(job))
        outcome = guarded(lambda: handler.run(job, held))
        match outcome:
            case Done(state, effects, error):
                self._finish(job, state, effects, error)
            case Again(seconds, why):
                self._retry(job, handler, seconds, why)
            case Crashed(error):
                self._crashed(job, handler, held, error)
            case _:
                assert_never(outcome)
        return None

    def _crashed(self, job: Job, handler: Handler, held: HeldJob, error: BaseException) -> None:
        if isinstance(error, LeaseLost):
            if self.heartbeat.leaving:
                self._store.give_back(job, delay=0, counts=False)
            log.info("job.left", why=str(error))
        elif isinstance(error, Superseded):
            cancelled = held.stop_wanted() == JobState.CANCELLED
            state = JobState.CANCELLED if cancelled else JobState.SUPERSEDED
            self._bury(job, handler, state, str(error))
        elif isinstance(error, Unreachable):
            # Nothing of ours broke: the sentence says it all.
            self._again(job, handler, error)
        else:
            log.warning("job.crashed", exc_info=error)
            self._again(job, handler, error)

    def _again(self, job: Job, handler: Handler, error: BaseException) -> None:
        wait = self._intervals.retry * GROWTH ** (job.attempts - 1)
        if isinstance(error, Unreachable):
            wait = max(self._intervals.retry * OUTAGE_GROWTH ** (job.attempts - 1), error.retry_after or 0)
        self._retry(job, handler, wait, sentence_of(job, error))

    def _retry(self, job: Job, handler: Handler, seconds: float, why: str) -> None:
        if job.attempts >= MAX_ATTEMPTS:
            self._bury(job, handler, JobState.DEAD, why)
        else:
            self._store.give_back(job, delay=seconds, counts=True, error=why)
            log.info("job.again", seconds=seconds, why=why)

    def _bury(self, job: Job, handler: Handler, state: JobState, error: str) -> None:
        effects = guarded(lambda: handler.bury(job, error))
        if isinstance(effects, Crashed):
            log.error("job.bury_crashed", exc_info=effects.error)
            self._finish(job, state, None, error)
        else:
            self._finish(job, state, effects, error)

    def _finish(self, job: Job, state: JobState, effects: Effects | None, error: str) -> None:
        finished = self._store.finish(job, state, effects, error=error)
        log.info("job.finished" if finished else "job.fenced", state=state.value, error=error)


def why_buried(job: Job) -> str:
    """Why a job that can't be tried again is dead, for people."""
    if job.overdue:
        return "It took longer than a job may, and was ended."
    return f"Its worker died each of {MAX_ATTEMPTS} times that it was tried."


def sentence_of(job: Job, error: BaseException) -> str:
    """The error for people: ours as it is; of others only the kind, since their text may hold anything."""
    if isinstance(error, SlipwayError):
        return str(error)
    return f"Slipway itself broke ({type(error).__name__}); its log has the details under {job.id}."
