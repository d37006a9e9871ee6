"""GitHub's log of webhook deliveries, read from its newest entry down to what was read before.

The mark in SQL says how far that is, on GitHub's own clock. It moves only when every page down to it was read.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from engine.errors import Denied, Gone
from engine.forge.directory import Directory, LoggedDelivery
from engine.settings import Intervals
from engine.store import meta, missed
from engine.store.database import Database
from engine.store.missed import MissedDelivery
from engine.store.schema import inbox

#: Where the mark is kept.
READ_UNTIL = "deliveries_read_until"
#: Seconds below the mark that are read again: an attempt is logged when it is over, and that may be late.
OVERLAP = 120.0
#: Seconds that GitHub's clock and ours may differ, and a webhook may have been on its way.
SKEW = 600.0


@dataclass(frozen=True)
class Walk:
    """A reading that is under way, down to `until`. `newest` is what the mark becomes at its end. Unix seconds."""

    mark: float
    until: float
    newest: float
    cursor: str = ""


class DeliveryLog:
    """Notes what the log has and the inbox hasn't, be it answered well or not: the inbox is the truth.

    A database that was restored from a backup has lost deliveries that were answered 202.
    """

    def __init__(
        self, database: Database, directory: Directory, intervals: Intervals, clock: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._directory = directory
        self._kept = intervals.keep_deliveries
        self._clock = clock
        self._walk: Walk | None = None

    def read(self) -> int:
        """Reads what is new in the log; how many deliveries were noted. Raises what GitHub answers.

        After Unreachable the next call goes on where this one ended; a cursor that is known no longer starts anew.
        """
        noted = 0
        walk: Walk | None = self._walk or self._begin()
        try:
            while walk is not None:
                self._walk = walk
                page = self._directory.deliveries(walk.cursor)
                noted += self._note([each for each in page.deliveries if each.delivered_at >= walk.until])
                walk = self._onward(walk, page.deliveries, page.cursor)
        except (Denied, Gone):
            self._walk = None
            raise
        return noted

    def _onward(self, walk: Walk, seen: Sequence[LoggedDelivery], cursor: str) -> Walk | None:
        """Where to read on; None, and the mark moved, when all was read."""
        times = [each.delivered_at for each in seen]
        newest = max([walk.newest, *times])
        if cursor and min(times, default=0.0) >= walk.until:
            return Walk(walk.mark, walk.until, newest, cursor)
        self._walk = None
        if newest > walk.mark:
            with self._database.write() as connection:
                meta.keep(connection, READ_UNTIL, repr(newest))
        return None

    def _begin(self) -> Walk:
        with self._database.read() as connection:
            kept = meta.read(connection, READ_UNTIL)
        if not kept:
            with self._database.write() as connection:
                kept = meta.read(connection, READ_UNTIL) or repr(self._first_mark(connection))
                meta.keep(connection, READ_UNTIL, kept)
        mark = float(kept)
        # Of what is older than the inbox reaches back nobody could say whether it was taken in.
        return Walk(mark, max(mark - OVERLAP, self._clock() - self._kept + SKEW), mark)

    def _first_mark(self, connection: Connection) -> float:
        """What is older than this database was another's to answer: commands of then are not for us to run again.

        What they left open is made good by the level sweep, which compares states instead of playing history.
        """
        oldest = connection.execute(select(func.min(inbox.c.received_at))).scalar_one_or_none()
        return min(oldest or self._clock(), self._clock()) - SKEW

    def _note(self, seen: Sequence[LoggedDelivery]) -> int:
        by_guid: dict[str, MissedDelivery] = {}
        for each in seen:
            # Newest first: the first attempt that is seen of a guid is its newest, the last one its oldest.
            newest = by_guid.get(each.guid)
            delivery_id = each.id if newest is None else newest.delivery_id
            by_guid[each.guid] = MissedDelivery(each.guid, delivery_id, each.event, each.delivered_at)
        with self._database.read() as connection:
            new = missed.unknown(connection, list(by_guid.values()))
        if new:
            with self._database.write() as connection:
                missed.note(connection, new)
        return len(new)
