"""The deadlines loop: jobs that no worker will end get their end here, with its report. Safe to run twice."""

from collections.abc import Mapping

import structlog

from engine.domain.job import Job, JobKind
from engine.store import burials, jobs
from engine.store.clock import LeaseClock
from engine.store.database import Database
from engine.store.port import Effects
from engine.wakeups.port import Wakeups
from engine.work.edge import Crashed, guarded
from engine.work.handler import Handler
from engine.work.runner import why_buried

log = structlog.get_logger(__name__)


class Deadlines:
    """Buries what is doomed."""

    def __init__(
        self, database: Database, clock: LeaseClock, handlers: Mapping[JobKind, Handler], wakeups: Wakeups
    ) -> None:
        self._database = database
        self._clock = clock
        self._handlers = handlers
        self._wakeups = wakeups

    def beat(self) -> None:
        """Buries every doomed job, each in a transaction of its own."""
        with self._database.read() as connection:
            ids = burials.doomed(connection, self._clock.now(connection))
        for job_id in ids:
            buried = guarded(lambda job_id=job_id: self._bury(job_id, with_effects=True))  # type: ignore[misc]
            if isinstance(buried, Crashed):
                log.error("deadlines.bury_crashed", job=job_id, exc_info=buried.error)
                self._bury(job_id, with_effects=False)

    def _bury(self, job_id: str, *, with_effects: bool) -> None:
        with self._database.write() as connection:
            moment = self._clock.now(connection)
            job = burials.bury(connection, job_id, moment)
            if job is None:
                return
            why = why_buried(job)
            burials.note_error(connection, job_id, why)
            if with_effects:
                self._effects(job, why)(connection)
            wakes = jobs.wake_list(connection, moment)
        log.warning("job.buried", job=job_id, why=why)
        for queue, ids in wakes.items():
            self._wakeups.wake(ids, queue)

    def _effects(self, job: Job, why: str) -> Effects:
        handler = self._handlers.get(job.kind)
        return handler.bury(job, why) if handler else lambda _connection: None
