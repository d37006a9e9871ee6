"""The cancel job: a build that was begun ends, whatever its worker does, and its end is proven."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Connection

from engine.domain.build import Build
from engine.domain.job import Job, JobKind, JobState
from engine.domain.preview import Preview
from engine.errors import OutsideError
from engine.pipeline.ending import stopped
from engine.pipeline.killing import end_processes, end_sandboxes
from engine.sandboxes.port import Sandboxes
from engine.settings import Intervals
from engine.store import builds, leases, previews
from engine.store.clock import LeaseClock
from engine.store.database import Database
from engine.store.port import Effects
from engine.store.takeover import take_over
from engine.work.handler import Done, Running

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Doomed:
    """A build that is to end. `held` is its job, taken from its worker; None when nobody works on it."""

    build: Build
    preview: Preview
    held: Job | None

    @property
    def alone(self) -> bool:
        """True when its sandbox holds nothing that anybody else needs: nothing serves, and no other build comes."""
        wanted = self.build.stop_wanted == "cancelled" and self.preview.newest_build_id == self.build.id
        return wanted and self.held is not None and not self.preview.serving_build_id and self.preview.life == "open"


@dataclass(frozen=True)
class CancelHandler:
    """Handler of cancel jobs; a job's subject is the build's id."""

    database: Database
    #: With a time limit of seconds: somebody waits, and other quick jobs wait behind.
    sandboxes: Sandboxes
    lease_clock: LeaseClock
    intervals: Intervals
    clock: Callable[[], float] = field(default=time.time)

    def run(self, job: Job, running: Running) -> Done:
        """Shuts the build's worker out, ends the processes, and then everything else in one transaction.

        A host that can't prove it doesn't keep the build from being over: the reaper goes on.
        """
        with self.database.write() as connection:
            doomed = self._take(connection, job)
        if doomed is None:
            return Done(JobState.DONE)
        try:
            running.check()
            self._end(doomed)
        except OutsideError as error:
            log.warning("cancel.not_proven", build=doomed.build.id, error=str(error))
            return Done(JobState.DONE, lambda connection: self._write(connection, doomed, proven=False), str(error))
        return Done(JobState.DONE, lambda connection: self._write(connection, doomed, proven=True))

    def bury(self, job: Job, error: str) -> Effects:
        """The build is over all the same; the reaper ends and proves what this job couldn't."""

        def effects(connection: Connection) -> None:
            doomed = self._take(connection, job)
            if doomed is not None:
                self._write(connection, doomed, proven=False)

        return effects

    def _take(self, connection: Connection, job: Job) -> Doomed | None:
        build = builds.by_id(connection, job.subject)
        preview = previews.by_id(connection, build.preview_id) if build else None
        if build is None or preview is None or build.state.terminal:
            return None
        moment = self.lease_clock.now(connection)
        held = take_over(connection, build.id, JobKind.BUILD, job.id, moment=moment, intervals=self.intervals)
        return Doomed(build, preview, held)

    def _end(self, doomed: Doomed) -> None:
        if doomed.alone:
            end_sandboxes(self.sandboxes, doomed.preview)
        else:
            end_processes(self.sandboxes, doomed.preview.id, doomed.build.id)

    def _write(self, connection: Connection, doomed: Doomed, *, proven: bool) -> None:
        build = builds.by_id(connection, doomed.build.id)
        if build is None or build.state.terminal:
            return
        why = build.stop_wanted or "cancelled"
        if doomed.held is not None and not leases.end(connection, doomed.held, JobState(why), ""):
            # It took so long that another worker has the job; it is told to stop before it does anything.
            return
        stopped(connection, build.id, why, self.clock(), proven=proven)
        if proven and doomed.alone:
            previews.drop_sandbox(connection, doomed.preview)
