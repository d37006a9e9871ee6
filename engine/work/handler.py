"""What a kind of job is: a handler that acts and answers how the job ends."""

from dataclasses import dataclass
from typing import Protocol

from engine.domain.job import Job, JobState
from engine.store.port import Effects


@dataclass(frozen=True)
class Done:
    """How a job ends, with what is written in the very transaction that ends it."""

    state: JobState
    effects: Effects | None = None
    error: str = ""


@dataclass(frozen=True)
class Again:
    """The job should be tried again after `seconds` (a system outside is away); counts as an attempt."""

    seconds: float
    why: str


class Running(Protocol):
    """The job's side of the lease, given to its handler."""

    def check(self) -> None:
        """Raises LeaseLost when the job is no longer ours, Superseded when it should end (see `stop_wanted`)."""
        ...

    def stop_wanted(self) -> str:
        """`cancelled`, `superseded` or empty."""
        ...

    def note(self, effects: Effects) -> None:
        """Writes while the job goes on, only if it is still ours. Raises LeaseLost."""
        ...


class Handler(Protocol):
    """The code of one job kind."""

    def run(self, job: Job, running: Running) -> Done | Again:
        """Does the work. Idempotent: it may run again after a crash at any point."""
        ...

    def bury(self, job: Job, error: str) -> Effects:
        """What is written when the job is dead (too many attempts, past its deadline): a terminal report for people."""
        ...
