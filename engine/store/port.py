"""The Store port: inbox and jobs. Promise: take, claim and finish are atomic."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from sqlalchemy import Connection

from engine.domain.job import Job, JobKind, JobState


@dataclass(frozen=True)
class Delivery:
    """One delivery as it came through a door, verified, raw."""

    key: str
    source: str
    event: str
    body: bytes
    installation_id: int
    #: Deliveries of one order key are read one at a time; empty: no order.
    order_key: str = ""


class Taken(Enum):
    """What taking in a delivery did."""

    NEW = "new"
    DUPLICATE = "duplicate"
    #: The key was taken with other bytes: the first stays.
    CONFLICT = "conflict"


@dataclass(frozen=True)
class NewJob:
    """A job to be. `key` is its business key: while a job of that key lives, a second one is not made."""

    kind: JobKind
    key: str
    installation_id: int
    subject: str
    order_key: str = ""
    queue: str = "work"
    #: Seconds from now.
    delay: float = 0


#: Domain rows and outbox marks, written in the very transaction that finishes the job.
Effects = Callable[[Connection], None]


class Store(Protocol):
    """Inbox and jobs."""

    def take(self, deliveries: Sequence[Delivery]) -> list[tuple[Taken, str]]:
        """Stores deliveries and an intake job each, in one transaction; answers with what happened and the job's id."""
        ...

    def claim(self, owner: str, queues: Sequence[str], hint: str = "") -> Job | None:
        """The fairest due job, None when there is none. `hint` only decides among jobs whose turn it is equally:
        a wake-up says that there is work, fairness says which.
        """
        ...

    def renew(self, jobs: Sequence[Job]) -> dict[str, str]:
        """Keeps leases alive (written once a heartbeat's time has gone, so it may be called often).

        Answers job id → `stop_wanted` for the jobs that are still ours; a missing one was lost.
        """
        ...

    def note(self, job: Job, effects: Effects) -> None:
        """Writes `effects` if the job is still ours. Raises LeaseLost."""
        ...

    def finish(self, job: Job, state: JobState, effects: Effects | None = None, *, error: str = "") -> bool:
        """Ends the job with its effects in one transaction; False, and nothing written, if it is no longer ours."""
        ...

    def give_back(self, job: Job, *, delay: float, counts: bool, error: str = "") -> None:
        """Returns the job to the queue after `delay` seconds; without `counts` it wasn't an attempt (shutdown)."""
        ...
