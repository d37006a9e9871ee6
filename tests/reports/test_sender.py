"""The sender mirrors what is due, once and in the end right, whatever stands in the way."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from engine.errors import Denied, Unreachable
from engine.reports.outcomes import outcome_of
from engine.reports.port import Outcome, Posted, Reporter, Subject
from engine.reports.sender import LEASES, LONGEST_PAUSE, Sender
from engine.settings import Intervals
from engine.store import outbox
from engine.store.clock import ManualClock
from engine.store.database import Database
from engine.store.schema import metadata


class Board:
    """A reporter whose world is one dictionary of texts; `truth` is what SQL would say."""

    def __init__(self) -> None:
        self.truth: dict[str, str] = {}
        self.shown: dict[str, str] = {}
        self.seen: list[Subject] = []
        self.outage: Unreachable | Denied | None = None
        self.takes: Callable[[], None] = lambda: None

    def render(self, connection: Connection, subject: Subject) -> str | None:
        """The text of now."""
        return self.truth.get(subject.key)

    def post(self, subject: Subject, content: object) -> Outcome:
        """Shows it, unless something is in the way."""
        self.seen.append(subject)
        self.takes()
        if self.outage is not None:
            return outcome_of(self.outage)
        self.shown[subject.key] = str(content)
        return Posted({"id": len(self.seen)})


class Desk:
    """A sender with its outbox and board."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite:///{folder.absolute()}/slipway.sqlite3")
        metadata.create_all(self.database.engine)
        self.board = Board()
        self.clock = ManualClock()
        self.intervals = Intervals()
        reporters: dict[str, Reporter] = {"board": self.board}
        self.sender = Sender(self.database, reporters, self.clock, self.intervals, self.clock.stopwatch)

    def mark(self, key: str, text: str | None = None, installation: int = 1, reporter: str = "board") -> None:
        """The subject changes."""
        if text is not None:
            self.board.truth[key] = text
        with self.database.write() as connection:
            outbox.mark(connection, key, reporter, installation_id=installation, repository_id=7)

    def later(self, seconds: float) -> int:
        """Time goes by, then the sender looks."""
        self.clock.advance(seconds)
        return self.sender.send_due()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """One desk per test."""
    made = Desk(tmp_path)
    yield made
    made.database.close()


def test_what_is_marked_is_shown_as_it_is_now(desk: Desk) -> None:
    desk.mark("a", "old")
    desk.mark("a", "new")
    desk.mark("b", "other")
    assert desk.sender.send_due() == 2
    assert desk.board.shown == {"a": "new", "b": "other"}
    assert desk.sender.send_due() == 0


def test_the_reporters_notes_come_back_to_it(desk: Desk) -> None:
    desk.mark("a", "one")
    desk.sender.send_due()
    desk.mark("a", "two")
    desk.sender.send_due()
    assert [subject.remote for subject in desk.board.seen] == [{}, {"id": 1}]
    assert not any(subject.uncertain for subject in desk.board.seen)


def test_nothing_to_show_is_no_post(desk: Desk) -> None:
    desk.mark("a")
    assert desk.sender.send_due() == 1
    assert desk.board.seen == []
    assert desk.sender.send_due() == 0


def test_after_trouble_it_is_tried_again_as_uncertain(desk: Desk) -> None:
    desk.board.outage = Unreachable("502")
    desk.mark("a", "text")
    assert desk.sender.send_due() == 1
    assert desk.sender.send_due() == 0
    desk.board.outage = None
    assert desk.later(60) == 1
    assert desk.board.shown == {"a": "text"}
    assert [subject.uncertain for subject in desk.board.seen] == [False, True]


def test_each_try_waits_longer_up_to_a_bound(desk: Desk) -> None:
    desk.board.outage = Unreachable("502")
    desk.mark("a", "text")
    tries = sum(desk.later(1) for _ in range(600))
    assert 8 <= tries <= 12
    assert desk.later(LONGEST_PAUSE) == 1


def test_a_limit_holds_for_the_whole_installation_and_no_other(desk: Desk) -> None:
    desk.board.outage = Unreachable("slow down", retry_after=100)
    desk.mark("a", "a")
    desk.sender.send_due()
    desk.board.outage = None
    desk.mark("b", "b")
    desk.mark("c", "c", installation=2)
    desk.sender.send_due()
    assert desk.board.shown == {"c": "c"}
    desk.later(99)
    assert set(desk.board.shown) == {"c"}
    desk.later(2)
    assert set(desk.board.shown) == {"a", "b", "c"}


def test_what_can_never_be_posted_is_given_up_until_it_changes(desk: Desk) -> None:
    desk.board.outage = Denied("403")
    desk.mark("a", "text")
    desk.sender.send_due()
    desk.board.outage = None
    assert desk.later(10_000) == 0
    desk.mark("a", "again")
    assert desk.sender.send_due() == 1
    assert desk.board.shown == {"a": "again"}


def test_a_subject_without_a_reporter_is_given_up(desk: Desk) -> None:
    desk.mark("a", "text", reporter="carrier_pigeon")
    assert desk.sender.send_due() == 1
    assert desk.later(10_000) == 0


def test_a_subject_is_leased_to_one_sender(desk: Desk) -> None:
    desk.mark("a", "text")
    with desk.database.write() as connection:
        outbox.take_due(connection, desk.clock.now(connection), LEASES * desk.intervals.lease, 1)
    assert desk.sender.send_due() == 0
    assert desk.later(LEASES * desk.intervals.lease + 1) == 1
    assert desk.board.seen[0].uncertain


def test_a_round_ends_after_a_while_though_more_is_due(desk: Desk) -> None:
    for number in range(3):
        desk.mark(f"k{number}", "text")
    desk.board.takes = lambda: desk.clock.advance(1.5)
    assert [desk.sender.send_due() for _ in range(3)] == [2, 1, 0]
