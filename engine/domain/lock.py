"""A lock: who alone may change an environment, until when, and who waits."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Lock:
    """One place in an environment's queue. Place 0 holds the lock."""

    id: str
    environment_id: str
    #: Who took it, or asked for the deploy that did.
    holder: str
    #: The deploy that takes it; empty: a person does, by `/lock`.
    release_id: str
    reason: str
    #: Unix seconds.
    since: float
    #: 0 holds it; 1, 2, … wait, first come first served.
    place: int
    #: Seconds that are left of its lease when it was read; what isn't renewed by then frees itself.
    left: float

    @property
    def by_person(self) -> bool:
        """True of a lock that `/lock` took: deploys by others are refused, not queued."""
        return not self.release_id
