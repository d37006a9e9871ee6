"""The level sweep: what GitHub shows, compared with what we know. Safe to run twice.

What differs becomes a delivery of our own making. It finds what no log of deliveries can tell: payloads that were too
large, weeks of being down, a database that was lost.
"""

import time
from collections.abc import Callable, Mapping, Sequence

import structlog

from engine.errors import Gone, OutsideError, Unreachable
from engine.forge.directory import CoveredRepository, Directory, InstalledApp
from engine.forge.port import RepositoryRef
from engine.recovery import differences, known, news
from engine.recovery.differences import Change
from engine.recovery.pull_requests import PullRequests
from engine.recovery.turns import Turns
from engine.settings import Intervals
from engine.store import generations, installations, meta
from engine.store.database import Database
from engine.store.installations import DELETED, StoredInstallation
from engine.store.port import Delivery, Store
from engine.store.repositories import StoredRepository
from engine.wakeups.port import Wakeups

#: Where the start of the last whole sweep is kept.
SWEPT_AT = "swept_at"
#: Seconds that GitHub's clock and ours may differ.
SKEW = 600.0
#: Repositories whose pull requests are listed in one sweep: an installation has 5,000 calls an hour for everything.
MOST_LISTINGS = 100
#: Troubles in one sweep after which it ends.
ENOUGH = 3

log = structlog.get_logger(__name__)


class LevelSweep:
    """Compares installations, repositories and open pull requests."""

    def __init__(
        self,
        store: Store,
        database: Database,
        directory: Directory,
        wakeups: Wakeups,
        intervals: Intervals,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._database = database
        self._directory = directory
        self._wakeups = wakeups
        self._clock = clock
        self._pull_requests = PullRequests(database, directory, intervals, clock)
        self._turns = Turns(MOST_LISTINGS)
        self._asked: int | None = None

    def beat(self) -> None:
        """One sweep; what GitHub doesn't answer waits for the next."""
        started = self._clock()
        with self._database.read() as connection:
            self._asked = generations.read(connection, generations.SWEEP)
        self._turns.begin()
        try:
            whole = self._sweep()
        except OutsideError as error:
            log.warning("sweep.ended_early", why=str(error))
            return
        if whole:
            with self._database.write() as connection:
                meta.keep(connection, SWEPT_AT, repr(started))

    def beat_if_asked(self) -> None:
        """A sweep, if something happened since the last one of which only GitHub knows how it stands."""
        if self._asked is None:
            return
        with self._database.read() as connection:
            asked = generations.read(connection, generations.SWEEP)
        if asked != self._asked:
            self.beat()

    def _sweep(self) -> bool:
        """True when nothing was left out."""
        listed = {app.id: app for app in self._directory.installations()}
        with self._database.read() as connection:
            ours = {row.id: row for row in installations.every(connection)}
        self._take([each for row in ours.values() if row.id not in listed for each in self._lost(row)])
        now = self._clock()
        changed = [(differences.of_installation(ours.get(app.id), app), app) for app in listed.values()]
        self._take([news.of_installation(action, app, now) for action, app in changed if action])
        troubles = 0
        for app in listed.values():
            row = ours.get(app.id)
            if app.suspended or row is None or row.state != installations.ACTIVE:
                continue
            try:
                self._sweep_installation(app, row)
            except Unreachable as error:
                log.warning("sweep.installation_left_out", installation=app.id, why=str(error))
                troubles += 1
                if troubles == ENOUGH:
                    return False
            except OutsideError as error:
                log.warning("sweep.installation_refused", installation=app.id, why=str(error))
        return not troubles and not self._turns.left_out

    def _lost(self, row: StoredInstallation) -> Sequence[Delivery]:
        """News of an installation that isn't listed, if GitHub confirms that it is gone: much hangs on it."""
        if row.state == DELETED:
            return ()
        try:
            self._directory.repositories(row.id)
        except Gone:
            return (news.of_installation("deleted", InstalledApp(row.id, row.account, suspended=False), self._clock()),)
        except OutsideError as error:
            log.warning("sweep.installation_unclear", installation=row.id, why=str(error))
        return ()

    def _sweep_installation(self, app: InstalledApp, row: StoredInstallation) -> None:
        listed = {each.repository.id: each for each in self._directory.repositories(app.id)}
        with self._database.read() as connection:
            rows = known.repositories_of(connection, app.id, listed.keys())
            busy = known.with_something_open(connection)
            swept_at = float(meta.read(connection, SWEPT_AT) or row.created_at)
        changes = differences.of_repositories(rows, listed, app.id)
        self._take([self._news_of(change, number, app.id, rows, listed) for number, change in changes.items()])
        settled = [each for number, each in listed.items() if number not in changes and not each.archived]
        moved = {each.repository.id for each in settled if each.pushed_at >= swept_at - SKEW}
        first = [each for each in settled if each.repository.id in busy | moved]
        others = [each for each in settled if each.repository.id in rows.keys() - busy - moved]
        for each in self._turns.choose(app.id, first, others):
            self._take(self._pull_requests.news(app.id, each, row.created_at))

    def _news_of(
        self,
        change: Change,
        number: int,
        installation_id: int,
        rows: Mapping[int, StoredRepository],
        listed: Mapping[int, CoveredRepository],
    ) -> Delivery:
        if change is Change.REMOVED:
            row = rows[number]
            return news.of_removal(RepositoryRef(installation_id, row.id, row.full_name), self._clock())
        return news.of_repository(change, installation_id, listed[number], self._clock())

    def _take(self, deliveries: Sequence[Delivery]) -> None:
        if not deliveries:
            return
        taken = self._store.take(deliveries)
        for delivery, (_, job_id) in zip(deliveries, taken, strict=True):
            if job_id:
                log.warning("sweep.made_up_for", delivery=delivery.key)
        made = [job_id for _, job_id in taken if job_id]
        if made:
            self._wakeups.wake(made, "quick")
