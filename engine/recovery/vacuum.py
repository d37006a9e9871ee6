"""The vacuum loop: what nobody will ask for again goes, a little at a time. Safe to run twice."""

import time
from collections.abc import Callable
from pathlib import Path

import structlog
from sqlalchemy import delete, select, tuple_

from engine.access import expiry
from engine.recovery.retention import Rule, rules_of
from engine.settings import Intervals
from engine.source import mirrors
from engine.store import installations
from engine.store.database import Database
from engine.store.schema import installations as installation_rows
from engine.store.schema import repositories

#: Seconds between two batches, so that others get at the write lock.
PAUSE = 0.01
#: Seconds that one beat works at most; the next one goes on.
LONGEST = 120.0

log = structlog.get_logger(__name__)


class Vacuum:
    """Deletes by the rules of `engine.recovery.retention`. `mirrors_folder` holds the mirrors of this machine.

    SQLite's file doesn't shrink by this: it writes new rows where old ones were, and rewriting the file would lock
    everybody out for as long.
    """

    def __init__(
        self,
        database: Database,
        intervals: Intervals,
        mirrors_folder: Path,
        clock: Callable[[], float] = time.time,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database = database
        self._rules = rules_of(intervals)
        self._mirrors = mirrors_folder
        self._clock = clock
        self._pause = pause

    def beat(self) -> None:
        """Takes away what can go."""
        end = time.monotonic() + LONGEST
        gone: dict[str, int] = {}
        for rule in self._rules:
            while time.monotonic() < end and (count := self._batch(rule)):
                gone[rule.table.name] = gone.get(rule.table.name, 0) + count
                self._pause(PAUSE)
        with self._database.write() as connection:
            gone["expired"] = expiry.prune(connection, self._clock())
        gone["mirrors"] = self._remove_mirrors()
        if any(gone.values()):
            log.info("vacuum.gone", **{name: count for name, count in gone.items() if count})

    def _batch(self, rule: Rule) -> int:
        """Looked for without the write lock, deleted under it."""
        now = self._clock()
        keys = tuple(rule.table.primary_key.columns)
        with self._database.read() as connection:
            found = connection.execute(select(*keys).where(rule.over(now)).limit(rule.batch)).all()
        if not found:
            return 0
        chosen = tuple_(*keys).in_([tuple(row) for row in found])
        with self._database.write() as connection:
            return connection.execute(delete(rule.table).where(chosen, rule.over(now))).rowcount

    def _remove_mirrors(self) -> int:
        """Mirrors of repositories that are no longer ours to work for."""
        held = mirrors.held(self._mirrors)
        if not held:
            return 0
        covered = select(repositories.c.id).join(
            installation_rows, installation_rows.c.id == repositories.c.installation_id
        )
        alive = repositories.c.removed_at.is_(None), installation_rows.c.state != installations.DELETED
        with self._database.read() as connection:
            kept = set(connection.execute(covered.where(*alive)).scalars())
        gone = sorted(held - kept)
        for repository_id in gone:
            mirrors.remove(self._mirrors, repository_id)
        return len(gone)
