"""The sender mirrors what is due, once and in the end right, whatever stands in the way."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from sqlalchemy import Connection

from engine.errors import Denied, OutsideError, Unreachable
from engine.forge.failures import Limited, NoRoom, Unauthorized
from engine.reports.outcomes import MENDED, outcome_of
from engine.reports.port import Outcome, Posted, Reporter, Subject
from engine.reports.sender import LEASES, LONGEST_PAUSE, LONGEST_UNNAMED_PAUSE, SLACK_LANES, USABLE, Sender
from engine.settings import Intervals
from engine.store import outbox
from engine.store.clock import ManualClock
from engine.store.database import Database
from tests.databases import Databases
from tests.playground.running import eventually


class Board:
    """A reporter whose world is one dictionary of texts; `truth` is what SQL would say."""

    def __init__(self) -> None:
        self.truth: dict[str, str] = {}
        self.shown: dict[str, str] = {}
        self.seen: list[Subject] = []
        self.outage: OutsideError | None = None
        self.takes: Callable[[], None] = lambda: None
        #: What stands before posting a subject.
        self.doors: dict[str, threading.Event] = {}
        #: Installations that are being posted for, and how many there were at most of one.
        self.busy: Counter[int] = Counter()
        self.busiest = 0

    def render(self, connection: Connection, subject: Subject) -> str | None:
        """The text of now."""
        return self.truth.get(subject.key)

    def post(self, subject: Subject, content: object) -> Outcome:
        """Shows it, unless something is in the way."""
        self.seen.append(subject)
        self.takes()
        self._pass(subject)
        if self.outage is not None:
            return outcome_of(self.outage)
        self.shown[subject.key] = str(content)
        return Posted({"id": len(self.seen)})

    def _pass(self, subject: Subject) -> None:
        self.busy[subject.installation_id] += 1
        self.busiest = max(self.busiest, self.busy[subject.installation_id])
        door = self.doors.get(subject.key)
        assert door is None or door.wait(30)
        self.busy[subject.installation_id] -= 1


class Desk:
    """A sender with its outbox and board."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.board = Board()
        self.clock = ManualClock()
        self.intervals = Intervals()
        self.sender = self.another_sender()

    def another_sender(self) -> Sender:
        """One that knows nothing but what SQL says, as in another process."""
        reporters: dict[str, Reporter] = {"board": self.board}
        ticks = self.clock.stopwatch
        return Sender(self.database, reporters, self.clock, self.intervals, ticks, ticks)

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
def desk(databases: Databases) -> Desk:
    """One desk per test, over each kind of database."""
    return Desk(databases.shared())


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
        outbox.take_due(connection, desk.clock.now(connection), 0, LEASES * desk.intervals.lease, 1)
    assert desk.sender.send_due() == 0
    assert desk.later(LEASES * desk.intervals.lease + 1) == 1
    assert desk.board.seen[0].uncertain


def test_a_round_ends_after_a_while_though_more_is_due(desk: Desk) -> None:
    for number in range(3):
        desk.mark(f"k{number}", "text")
    desk.board.takes = lambda: desk.clock.advance(1.5)
    assert [desk.sender.send_due() for _ in range(3)] == [2, 1, 0]


def test_a_slow_installation_holds_up_no_other(desk: Desk) -> None:
    desk.board.doors["slow"] = threading.Event()
    desk.mark("slow", "text", installation=1)
    for number in range(10):
        desk.mark(f"k{number}", "text", installation=2 + number % 2)
    with ThreadPoolExecutor(1) as other:
        sending = other.submit(desk.sender.send_due)
        eventually(lambda: len(desk.board.shown) == 10, "everybody else's reports")
        assert "slow" not in desk.board.shown
        desk.board.doors["slow"].set()
        assert sending.result(30) == 11


def test_what_takes_longer_than_a_round_is_heard_of_in_the_next(desk: Desk) -> None:
    desk.board.doors["slow"] = threading.Event()
    desk.board.takes = lambda: desk.clock.advance(3)
    desk.mark("slow", "text")
    assert desk.sender.send_due() == 0
    desk.board.doors["slow"].set()
    assert desk.sender.send_due() == 1
    assert desk.board.shown == {"slow": "text"}


def test_two_senders_post_an_installations_subjects_one_after_the_other(desk: Desk) -> None:
    for number in range(40):
        desk.mark(f"k{number}", "text", installation=number % 3)
    senders = [desk.sender, desk.another_sender()]
    with ThreadPoolExecutor(2) as threads:
        handled = [each.result(60) for each in [threads.submit(sender.send_due) for sender in senders]]
    assert sum(handled) == len(desk.board.seen) == 40
    assert desk.board.busiest == 1


def test_a_limit_is_remembered_by_senders_that_come_later(desk: Desk) -> None:
    desk.board.outage = Limited("slow down", retry_after=100)
    desk.mark("a", "a")
    desk.sender.send_due()
    desk.board.outage = None
    desk.mark("b", "b")
    later = desk.another_sender()
    desk.clock.advance(99)
    assert later.send_due() == 0
    desk.clock.advance(2)
    assert later.send_due() == 2


def test_a_limit_without_a_time_waits_longer_each_time_until_it_went_well(desk: Desk) -> None:
    desk.board.outage = Limited("slow down", retry_after=60, named=False)
    desk.mark("a", "text")
    tries = [second for second in range(0, 3000, 20) if desk.later(20)]
    pauses = [after - before for before, after in pairwise(tries)]
    assert pauses[:4] == [60, 120, 240, 480]
    assert max(pauses) == LONGEST_UNNAMED_PAUSE
    desk.board.outage = None
    assert desk.later(LONGEST_UNNAMED_PAUSE) == 1
    desk.board.outage = Limited("slow down", retry_after=60, named=False)
    desk.mark("a", "text")
    desk.later(1)
    assert [desk.later(59), desk.later(1)] == [0, 1]


def test_a_named_time_does_not_grow(desk: Desk) -> None:
    desk.board.outage = Limited("slow down", retry_after=100)
    desk.mark("a", "text")
    assert [second for second in range(1, 400) if desk.later(1)] == [1, 101, 201, 301]


def test_credentials_that_github_refuses_are_tried_now_and_then_by_one_subject(desk: Desk) -> None:
    desk.board.outage = Unauthorized("401")
    for number in range(20):
        desk.mark(f"k{number}", "text")
    assert sum(desk.later(5) for _ in range(120)) <= 9
    desk.board.outage = None
    desk.later(LONGEST_UNNAMED_PAUSE)
    desk.later(MENDED)
    assert len(desk.board.shown) == 20


def test_what_was_not_sent_for_want_of_room_comes_as_if_for_the_first_time(desk: Desk) -> None:
    desk.board.outage = NoRoom("80 a minute", 40)
    desk.mark("a", "text")
    desk.sender.send_due()
    desk.board.outage = None
    assert desk.later(39) == 0
    assert desk.later(1) == 1
    assert not desk.board.seen[1].uncertain


def test_an_error_of_our_own_holds_up_nothing_else(desk: Desk) -> None:
    def break_down() -> None:
        raise ZeroDivisionError

    desk.mark("a", "a")
    desk.board.takes = break_down
    with pytest.raises(ZeroDivisionError):
        desk.sender.send_due()
    desk.board.takes = lambda: None
    desk.mark("b", "b")
    assert desk.sender.send_due() == 1
    assert desk.later(10) == 1
    assert desk.board.shown == {"a": "a", "b": "b"}


def test_a_post_is_over_before_its_lease_is(desk: Desk) -> None:
    desk.mark("a", "text")
    began = time.monotonic()
    desk.sender.send_due()
    assert desk.board.seen[0].until <= time.monotonic() + USABLE * LEASES * desk.intervals.lease
    assert desk.board.seen[0].until > began


def test_a_slack_that_is_slow_holds_up_no_report_at_github(desk: Desk) -> None:
    slow = threading.Event()
    for workspace in range(1, 7):
        desk.mark(f"slack:{workspace}", "text", installation=-workspace)
        desk.board.doors[f"slack:{workspace}"] = slow
    desk.clock.advance(1)
    desk.mark("a", "text")
    with ThreadPoolExecutor(1) as sender:
        sending = sender.submit(lambda: [desk.sender.send_due() for _ in range(3)])
        eventually(lambda: desk.board.shown.get("a"), what="GitHub's report")
        eventually(lambda: desk.board.busy.total() == SLACK_LANES, what="Slack's lanes, all of them")
        slow.set()
        sending.result(30)
    while desk.sender.send_due():
        pass
    assert len(desk.board.shown) == 7


def test_what_this_process_has_no_reporter_for_waits_for_one_that_has(desk: Desk) -> None:
    desk.mark("slack", "text", installation=-1, reporter="slack_message")
    desk.mark("a", "text")
    assert desk.sender.send_due() == 1
    desk.sender.reporters = {"slack_message": desk.board}
    assert desk.sender.send_due() == 1
    assert desk.board.shown == {"a": "text", "slack": "text"}
