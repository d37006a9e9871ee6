"""The remove job: sandboxes that a preview doesn't use (it was closed, or made them twice) end, proven."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Connection

from engine.domain.job import Job, JobState
from engine.domain.preview import Preview
from engine.pipeline.sandbox_choice import surplus_of
from engine.sandboxes.port import Sandboxes
from engine.store import previews, timeline
from engine.store.database import Database
from engine.store.port import Effects
from engine.work.handler import Again, Done, Running

#: Kinds of the preview's timeline.
REMOVED, NOT_REMOVED = "sandbox_removed", "sandbox_not_removed"


@dataclass(frozen=True)
class RemoveHandler:
    """Handler of remove jobs; a job's subject is the preview's id."""

    database: Database
    sandboxes: Sandboxes
    clock: Callable[[], float] = field(default=time.time)

    def run(self, job: Job, running: Running) -> Done | Again:
        """Ends every sandbox that the preview doesn't use. Raises Unreachable: then it is tried again.

        The order key keeps builds out meanwhile, so that none is taken from under one.
        """
        with self.database.read() as connection:
            preview = previews.by_id(connection, job.subject)
        if preview is None:
            return Done(JobState.DONE)
        for sandbox_id in surplus_of(self.sandboxes, preview):
            running.check()
            self.sandboxes.kill(sandbox_id)
        if preview.life == "open":
            return Done(JobState.DONE)
        return Done(JobState.DONE, self._saying(preview, REMOVED, "Nothing runs any more"))

    def bury(self, job: Job, error: str) -> Effects:
        """Said on the preview's timeline. The reaper asks anew as long as it finds the sandbox."""

        def effects(connection: Connection) -> None:
            preview = previews.by_id(connection, job.subject)
            if preview is not None:
                self._saying(preview, NOT_REMOVED, f"Ending its sandbox: {error}")(connection)

        return effects

    def _saying(self, preview: Preview, kind: str, message: str) -> Effects:
        """Says it once, however often it is tried."""

        def effects(connection: Connection) -> None:
            told = timeline.of(connection, preview.id)
            if told and told[-1].kind == kind:
                return
            timeline.add(connection, preview.id, kind, message, self.clock())
            previews.mark(connection, preview)

        return effects
