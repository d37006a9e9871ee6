"""The remove job: a closed preview's sandboxes end, proven."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from engine.domain.job import Job, JobKind, JobState
from engine.pipeline.sandbox_choice import of_earlier_lives
from engine.sandboxes.port import Sandboxes
from engine.store import jobs, previews, timeline
from engine.store.database import Database
from engine.store.port import Effects, NewJob
from engine.work.handler import Again, Done, Running

#: Seconds until a removal that was given up begins anew.
ANEW = 30.0


@dataclass(frozen=True)
class RemoveHandler:
    """Handler of remove jobs; a job's subject is the preview's id."""

    database: Database
    sandboxes: Sandboxes
    clock: Callable[[], float] = field(default=time.time)

    def run(self, job: Job, running: Running) -> Done | Again:
        """Ends every sandbox of the preview's earlier lives. Raises Unreachable: then it is tried again."""
        with self.database.read() as connection:
            preview = previews.by_id(connection, job.subject)
        if preview is None:
            return Done(JobState.DONE)
        for sandbox_id in of_earlier_lives(self.sandboxes, preview):
            running.check()
            self.sandboxes.kill(sandbox_id)
        return Done(
            JobState.DONE, lambda connection: self._say(connection, job, "sandbox_removed", "Nothing runs any more")
        )

    def bury(self, job: Job, error: str) -> Effects:
        """Said on the preview's timeline, and asked for anew: its sandbox may still be there, and must not stay."""

        def effects(connection: Connection) -> None:
            self._say(connection, job, "sandbox_not_removed", f"Ending its sandbox: {error}")
            again = NewJob(
                kind=JobKind.REMOVE,
                key=f"remove:{job.subject}:again",
                installation_id=job.installation_id,
                subject=job.subject,
                order_key=job.order_key,
                queue="quick",
                delay=ANEW,
            )
            jobs.add(connection, again)

        return effects

    def _say(self, connection: Connection, job: Job, kind: str, message: str) -> None:
        timeline.add(connection, job.subject, kind, message, self.clock())
        preview = previews.by_id(connection, job.subject)
        if preview is not None:
            previews.mark(connection, preview)
