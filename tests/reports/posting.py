"""A sender whose reports go to the playground, and say what a test has them say; time is the test's."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from engine.forge.clients import GitHubClients
from engine.reports.port import Outcome, Reporter, Subject
from engine.reports.sender import Sender
from engine.settings import Intervals
from engine.store import outbox
from engine.store.clock import ManualClock
from engine.store.creations import SqlCreations
from engine.store.database import Database
from engine.store.schema import outbox as outbox_table
from tests.databases import furnish
from tests.forge.at_playground import AtPlayground
from tests.playground.faults import Faults
from tests.reports.shelves import AtGitHub

NOON = 1_795_230_240.0


@dataclass
class Told:
    """A reporter that posts as a real one does, and shows what it was told instead of what SQL says."""

    real: Reporter
    contents: dict[str, object] = field(default_factory=dict)

    def render(self, connection: Connection, subject: Subject) -> object | None:
        """What the test said last."""
        return self.contents.get(subject.key)

    def post(self, subject: Subject, content: object) -> Outcome:
        """At GitHub."""
        return self.real.post(subject, content)


class Posting:
    """An outbox over one playground."""

    def __init__(self, folder: Path, github: AtPlayground, faults: Faults, *, seconds: float = 10.0) -> None:
        self.database = Database(f"sqlite:///{folder.absolute()}/slipway.sqlite3")
        furnish(self.database)
        self.faults = faults
        self.clock = ManualClock()
        self.clients = GitHubClients(github.app, seconds=seconds, creations=SqlCreations(self.database, self.wall))
        self.github = AtPlayground(github.playground, github.app, self.clients)
        self.reporters: dict[str, Told] = {}
        self.sender = Sender(self.database, self.reporters, self.clock, Intervals(), self.clock.stopwatch, self.wall)
        self.seen = self.happened()

    def wall(self) -> float:
        """Unix seconds that go with the clock."""
        return NOON + self.clock.seconds

    def shelf(self, kind: str) -> AtGitHub:
        """A subject of its own in the sample repository."""
        return AtGitHub(self.github, kind)

    def show(self, shelf: AtGitHub, content: object | int) -> None:
        """From now on the subject should show this, or its first, second, … state."""
        told = self.reporters.setdefault(shelf.kind, Told(shelf.reporter))
        told.contents[shelf.marker] = shelf.content(content) if isinstance(content, int) else content
        place = {"installation_id": shelf.repository.installation_id, "repository_id": shelf.repository.id}
        with self.database.write() as connection:
            outbox.mark(connection, shelf.marker, shelf.kind, **place)

    def send(self) -> int:
        """What is due now is sent; how many subjects."""
        return self.sender.send_due()

    def later(self, seconds: float) -> int:
        """Time goes by, then the sender looks."""
        self.clock.advance(seconds)
        return self.send()

    def settle(self) -> None:
        """Time goes by until nothing waits any more."""
        for _ in range(200):
            if not self.waiting():
                return
            self.later(60)
        raise AssertionError(f"still waiting: {self.waiting()}")

    def waiting(self) -> list[str]:
        """Subjects that GitHub doesn't show as they are."""
        with self.database.read() as connection:
            unposted = outbox_table.c.posted < outbox_table.c.version
            found = select(outbox_table.c.subject).where(unposted, ~outbox_table.c.given_up)
            return list(connection.execute(found).scalars())

    def trouble(self, shelf: AtGitHub) -> str:
        """What is said of a subject that isn't shown."""
        with self.database.read() as connection:
            return "".join(each.why for each in outbox.troubles(connection, [shelf.marker]))

    def happened(self) -> list[dict[str, Any]]:
        """Everything that happened at the playground."""
        return self.faults.effects()

    def counted(self, kind: str) -> int:
        """How often something happened since this began; comments count that were not a person's."""
        new = self.happened()[len(self.seen) :]
        return sum(each["kind"] == kind and str(each.get("actor", "[bot]")).endswith("[bot]") for each in new)

    def close(self) -> None:
        """Closes connections and SQL."""
        self.clients.close()
        self.database.close()
