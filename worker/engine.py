"""What the back room needs of the composed engine; `engine.compose` makes it, tests bring one of their own."""

from collections.abc import Callable, Mapping
from typing import Protocol

from engine.domain.job import JobKind
from engine.settings import Settings
from engine.store.database import Database
from engine.store.port import Store
from engine.wakeups.port import Wakeups
from engine.work.handler import Handler


class Sender(Protocol):
    """Sends what the outbox has due."""

    def send_due(self) -> int:
        """Handles due subjects once; how many there were."""
        ...


class Engine(Protocol):
    """The engine's parts, joined."""

    @property
    def database(self) -> Database:
        """Transactions; made after the last fork."""
        ...

    @property
    def store(self) -> Store:
        """Inbox and jobs."""
        ...

    @property
    def wakeups(self) -> Wakeups:
        """Hints to workers."""
        ...

    @property
    def handlers(self) -> Mapping[JobKind, Handler]:
        """The code of each job kind."""
        ...

    @property
    def sender(self) -> Sender:
        """The outbox's sender."""
        ...

    @property
    def beats(self) -> Mapping[str, Callable[[], None]]:
        """What further loops do, by the name of their interval."""
        ...


Compose = Callable[[Settings], Engine]
