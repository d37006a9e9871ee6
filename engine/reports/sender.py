"""The sender mirrors what is due: it leases a subject, renders it from SQL at that moment, posts it, and notes how.

GitHub asks that nobody posts to it at once from several sides: an installation's subjects go one after the other, and
several installations go side by side, so that none waits for another. Slack's workspaces have lanes of their own: a
Slack that is slow holds up no report at GitHub.
"""

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace

from engine.reports.port import Impossible, Later, Outcome, Posted, Reporter, Subject
from engine.settings import Intervals
from engine.store import outbox, pauses
from engine.store.clock import LeaseClock
from engine.store.database import Database
from engine.store.outbox import Leased

#: Subjects handled in one go before the caller gets to look around.
BATCH = 100
#: Seconds after which it is let look around too.
ROUND = 2.0
#: Installations served side by side, and workspaces of Slack's beside them.
LANES, SLACK_LANES = 4, 4
#: Seconds between two looks for further installations while some are being served.
LOOK = 0.1
#: The longest pause between two tries, in seconds: of a subject, and of an installation that is told no time.
LONGEST_PAUSE = 300.0
LONGEST_UNNAMED_PAUSE = 900.0
#: A post may take several calls of 10 s each; the lease is this many times the usual one.
LEASES = 2
#: The part of the lease in which everything must be sent: after it another sender may be at the subject.
USABLE = 0.8
CRASHED = Later(10.0, "The report could not be made: an error of Slipway's own, which its log tells.")


class Sender:
    """Sends reports. Several may run side by side, in one process or many."""

    def __init__(
        self,
        database: Database,
        reporters: Mapping[str, Reporter],
        clock: LeaseClock,
        intervals: Intervals,
        stopwatch: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.database = database
        self.reporters = reporters
        self.clock = clock
        self.intervals = intervals
        self.stopwatch = stopwatch
        #: Tells Unix seconds, in which GitHub's limits are kept.
        self.wall = wall
        self._lanes = ThreadPoolExecutor(LANES + SLACK_LANES, thread_name_prefix="sender")
        #: What is being posted, and for whom: an installation, or below zero a workspace of Slack's.
        self._posting: dict[Future[None], int] = {}
        self._streaks = Streaks()

    def send_due(self) -> int:
        """Handles what is due, at most about `BATCH` subjects and for about `ROUND` seconds; how many it were.

        A post that takes longer goes on; the next call hears of it. Raises what went wrong in a post of ours.
        """
        handled = 0
        end = self.stopwatch() + ROUND
        while True:
            self._posting |= self._begin()
            if not self._posting:
                return handled
            done, _ = wait(self._posting, LOOK, FIRST_COMPLETED)
            for each in done:
                del self._posting[each]
            handled += len(done)
            for each in done:
                each.result()
            if handled >= BATCH or self.stopwatch() >= end:
                return handled

    def _begin(self) -> dict[Future[None], int]:
        """Fills the free lanes."""
        in_slack = sum(installation_id < 0 for installation_id in self._posting.values())
        free, free_in_slack = LANES - len(self._posting) + in_slack, SLACK_LANES - in_slack
        if free + free_in_slack <= 0:
            return {}
        now, known = self.wall(), self.reporters.keys()
        with self.database.read() as connection:
            if not outbox.has_due(connection, self.clock.now(connection), now, known):
                return {}
        seconds = LEASES * self.intervals.lease
        until = time.monotonic() + USABLE * seconds
        with self.database.write() as connection:
            moment = self.clock.now(connection)
            taken = outbox.take_due(connection, moment, now, seconds, free, free_in_slack, known)
        return {self._lanes.submit(self._handle, leased, until): leased.installation_id for leased in taken}

    def _handle(self, leased: Leased, until: float) -> None:
        outcome: Outcome = CRASHED
        try:
            outcome = self._send(leased, until)
        finally:
            self._settle(leased, self._widen(leased, outcome))

    def _settle(self, leased: Leased, outcome: Outcome) -> None:
        now = self.wall()
        with self.database.write() as connection:
            if isinstance(outcome, Later) and outcome.for_all:
                pauses.pause(connection, leased.installation_id, outcome.seconds, outcome.why, now)
            outbox.settle(connection, leased, outcome, now, self.clock.now(connection))

    def _send(self, leased: Leased, until: float) -> Outcome:
        reporter = self.reporters.get(leased.reporter)
        if reporter is None:
            return Impossible(f"there is no reporter {leased.reporter}")
        subject = Subject(
            key=leased.key,
            installation_id=leased.installation_id,
            repository_id=leased.repository_id,
            remote=dict(leased.remote),
            uncertain=leased.attempts > 0,
            until=until,
        )
        with self.database.read() as connection:
            content = reporter.render(connection, subject)
        return Posted(subject.remote) if content is None else reporter.post(subject, content)

    def _widen(self, leased: Leased, outcome: Outcome) -> Outcome:
        """Each try that must come again comes later than the one before; so does each of an installation's pauses."""
        streak = self._streaks.after(leased.installation_id, outcome)
        if not isinstance(outcome, Later) or not outcome.tried:
            return outcome
        if not outcome.for_all:
            return replace(outcome, seconds=max(outcome.seconds, min(LONGEST_PAUSE, 2.0 ** min(leased.attempts, 9))))
        if outcome.grows:
            longest = max(outcome.seconds, LONGEST_UNNAMED_PAUSE)
            return replace(outcome, seconds=min(longest, outcome.seconds * 2.0 ** min(streak, 9)))
        return outcome


class Streaks:
    """How many pauses of each installation followed each other without a success between. Safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pauses: dict[int, int] = {}

    def after(self, installation_id: int, outcome: Outcome) -> int:
        """The pauses before this outcome."""
        with self._lock:
            before = self._pauses.get(installation_id, 0)
            if isinstance(outcome, Later) and outcome.for_all:
                self._pauses[installation_id] = before + 1
            elif isinstance(outcome, Posted):
                self._pauses.pop(installation_id, None)
        return before
