"""A store whose worker dies at a chosen write of a job, before it is committed or right after."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.domain.job import Job
from engine.store.port import Effects
from engine.store.sql import SqlStore


class Burnt(BaseException):
    """The worker died here: no code of ours catches it."""


@dataclass(frozen=True)
class Point:
    """The `number`-th write that a job makes while it goes on; 0 is before the first."""

    number: int
    after: bool

    def __str__(self) -> str:
        return f"{'after' if self.after else 'before'} write {self.number}"


class FusedStore(SqlStore):
    """A SqlStore with a fuse; without one it is only counted."""

    fuse: Point | None = None
    writes = 0
    burnt = False
    #: What happens before each write, when a test says so.
    before_each: Callable[[], object] | None = None

    def note(self, job: Job, effects: Effects) -> None:
        """Writes, unless the fuse burns here."""
        self.writes += 1
        if self.before_each is not None:
            self.before_each()
        fuse = self.fuse
        if fuse is None or fuse.number != self.writes:
            super().note(job, effects)
            return
        self.fuse, self.burnt = None, True
        if fuse.after:
            super().note(job, effects)
        raise Burnt
