"""The Reporter port: mirrors a subject's state outside. Promise: upsert; it never raises past itself."""

import math
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import Connection


@dataclass(frozen=True)
class Subject:
    """What is mirrored: one comment, one check run, one reaction."""

    key: str
    installation_id: int
    repository_id: int
    #: What the reporter noted when it posted before, such as {"id": 17}.
    remote: dict[str, object] = field(default_factory=dict)
    #: True when an earlier try may have had its effect without our knowing: search before creating.
    uncertain: bool = False
    #: By when posting is over, on `time.monotonic`: then the subject may be somebody else's to post.
    until: float = math.inf


@dataclass(frozen=True)
class Posted:
    """The outside now shows the state that was rendered; `remote` is kept."""

    remote: dict[str, object]


@dataclass(frozen=True)
class Later:
    """Not now: worth another try in `seconds`."""

    seconds: float
    why: str
    #: True: everything else of the installation has to wait as well.
    for_all: bool = False
    #: True: nobody named a time, so each time in a row waits longer than the one before.
    grows: bool = False
    #: False: nothing was sent, so that the try doesn't count.
    tried: bool = True
    #: What was made before it stopped; None: as it was.
    remote: dict[str, object] | None = None


@dataclass(frozen=True)
class Impossible:
    """It can never be posted (the commit or repository is gone, permission denied): recorded, no retry."""

    why: str


Outcome = Posted | Later | Impossible


class Renders(Protocol):
    """The first half of a reporter."""

    def render(self, connection: Connection, subject: Subject) -> object | None:
        """What should be shown, read from SQL at this moment; None: nothing (any more). A plain frozen value."""
        ...


class Reporter(Renders, Protocol):
    """One kind of report."""

    def post(self, subject: Subject, content: object) -> Outcome:
        """Makes the outside show `content`: edits what it made before, else creates it once."""
        ...
