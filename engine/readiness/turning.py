"""The clock's beat for waivers that end: reports that say otherwise from now on are made anew."""

import time
from collections.abc import Callable

from engine.readiness.waiver import waivers_from_json
from engine.readiness.waiving import turns_at
from engine.store import inspections
from engine.store.database import Database


class EndingWaivers:
    """Has the reports of inspections shown anew once a waiver of theirs is over. Safe to run twice."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        #: Tells Unix seconds.
        self._clock = clock

    def beat(self) -> None:
        """Looks at those whose time has come."""
        now = self._clock()
        with self._database.read() as connection:
            due = inspections.turning(connection, now)
        for each in due:
            with self._database.write() as connection:
                known = inspections.by_id(connection, each.id)
                # A look since then has read the waivers anew.
                if known is not None and known.turns_at is not None and known.turns_at <= now:
                    inspections.turn(connection, each.id, turns_at(waivers_from_json(known.waivers), now))
