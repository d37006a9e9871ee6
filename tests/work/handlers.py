"""Handlers that do what a test says, and remember what they were asked for."""

from collections.abc import Callable

from sqlalchemy import Connection

from engine.domain.job import Job, JobState
from engine.store import generations
from engine.store.port import Effects
from engine.work.handler import Again, Done, Running

Act = Callable[[Job, Running], Done | Again]


def bump(connection: Connection) -> None:
    """An effect that can be counted."""
    generations.bump(connection, "effects")


def done(_job: Job, _running: Running) -> Done:
    """Succeeds with one effect."""
    return Done(JobState.DONE, bump)


def raising(error: BaseException) -> Act:
    """Raises `error` each time."""

    def act(_job: Job, _running: Running) -> Done:
        raise error

    return act


class Scripted:
    """A handler whose run is the test's; its burial counts and keeps the sentence."""

    def __init__(self, act: Act = done) -> None:
        self.act = act
        self.ran: list[Job] = []
        self.buried: list[str] = []

    def run(self, job: Job, running: Running) -> Done | Again:
        """Does what the test says."""
        self.ran.append(job)
        return self.act(job, running)

    def bury(self, job: Job, error: str) -> Effects:
        """Keeps the sentence; the effect is written with the end."""

        def effects(connection: Connection) -> None:
            self.buried.append(error)
            generations.bump(connection, "burials")

        return effects
