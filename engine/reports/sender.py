"""The sender mirrors what is due: it leases a subject, renders it from SQL at that moment, posts it, and notes how."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.reports.port import Impossible, Later, Outcome, Posted, Reporter, Subject
from engine.settings import Intervals
from engine.store import outbox
from engine.store.clock import LeaseClock
from engine.store.database import Database
from engine.store.outbox import Leased

#: Subjects handled in one go before the caller gets to look around.
BATCH = 100
#: Seconds after which it is let look around too.
ROUND = 2.0
#: The longest pause between two tries of a subject, in seconds.
LONGEST_PAUSE = 300.0
#: A post may take several calls of 10 s each; the lease is this many times the usual one.
LEASES = 2


@dataclass
class Pause:
    """An installation that GitHub has asked to wait. `until` is on the sender's stopwatch."""

    until: float
    why: str


class Sender:
    """Sends reports, one after the other. Several may run side by side; each subject is leased to one."""

    def __init__(
        self,
        database: Database,
        reporters: Mapping[str, Reporter],
        clock: LeaseClock,
        intervals: Intervals,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self.database = database
        self.reporters = reporters
        self.clock = clock
        self.intervals = intervals
        self.stopwatch = stopwatch
        self._pauses: dict[int, Pause] = {}

    def send_due(self) -> int:
        """Handles what is due, at most `BATCH` subjects and for about `ROUND` seconds; how many it were."""
        handled = 0
        end = self.stopwatch() + ROUND
        while handled < BATCH and (not handled or self.stopwatch() < end):
            leased = self._lease()
            if leased is None:
                break
            outcome = self._widen(leased, self._send(leased))
            with self.database.write() as connection:
                outbox.settle(connection, leased, outcome, time.time(), self.clock.now(connection))
            handled += 1
        return handled

    def _lease(self) -> Leased | None:
        with self.database.write() as connection:
            moment = self.clock.now(connection)
            due = outbox.take_due(connection, moment, LEASES * self.intervals.lease, 1)
        return due[0] if due else None

    def _send(self, leased: Leased) -> Outcome:
        pause = self._pauses.get(leased.installation_id)
        if pause is not None and pause.until > self.stopwatch():
            return Later(pause.until - self.stopwatch(), pause.why, for_all=True)
        reporter = self.reporters.get(leased.reporter)
        if reporter is None:
            return Impossible(f"there is no reporter {leased.reporter}")
        subject = Subject(
            key=leased.key,
            installation_id=leased.installation_id,
            repository_id=leased.repository_id,
            remote=dict(leased.remote),
            uncertain=leased.attempts > 0,
        )
        with self.database.read() as connection:
            content = reporter.render(connection, subject)
        return Posted(subject.remote) if content is None else reporter.post(subject, content)

    def _widen(self, leased: Leased, outcome: Outcome) -> Outcome:
        """Each try that must come again comes later than the one before; a limit holds for the whole installation."""
        if not isinstance(outcome, Later):
            return outcome
        if outcome.for_all:
            self._pauses[leased.installation_id] = Pause(self.stopwatch() + outcome.seconds, outcome.why)
            return outcome
        return Later(max(outcome.seconds, min(LONGEST_PAUSE, 2.0 ** min(leased.attempts, 9))), outcome.why)
