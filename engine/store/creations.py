"""How much was made at GitHub for each installation, so that no restart and no second process forgets its limits.

GitHub: "no more than 80 content-generating requests per minute and no more than 500 content-generating requests per
hour" (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api).
"""

import time
from collections.abc import Callable

from sqlalchemy import Connection, Select, case, delete, func, insert, or_, select

from engine.forge.failures import NoRoom
from engine.store.database import Database
from engine.store.schema import creations

#: So many, in so many seconds.
MINUTE = (80, 60.0)
HOUR = (500, 3600.0)


class SqlCreations:
    """Counts creations in SQL before they are made. `clock` tells Unix seconds."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def reserve(self, installation_id: int) -> None:
        """Counts one more creation. Raises NoRoom when it would be one too many."""
        with self._database.write() as connection:
            seconds = reserve(connection, installation_id, self._clock())
        if seconds > 0:
            raise NoRoom(f"GitHub allows {MINUTE[0]} creations a minute and {HOUR[0]} an hour", seconds)


def reserve(connection: Connection, installation_id: int, now: float) -> float:
    """Notes a creation of this moment and answers 0, or notes nothing and answers in how many seconds it may be made.

    `now` is in Unix seconds. What is noted counts also when the call then has no effect. Must be called in a serial
    transaction: others may count the same installation at this moment.
    """
    connection.execute(delete(creations).where(creations.c.at <= now - HOUR[1]))
    wait = max(_wait(connection, installation_id, now, *window) for window in (MINUTE, HOUR))
    if wait <= 0:
        connection.execute(insert(creations).values(installation_id=installation_id, at=now))
    return wait


def exhausted(now: float) -> Select[int]:
    """The installations for which nothing more may be made at this moment."""
    # Rows of the future are of a clock that was set back since: they count for nothing.
    this_minute = func.sum(case((creations.c.at > now - MINUTE[1], 1), else_=0))
    return (
        select(creations.c.installation_id)
        .where(creations.c.at > now - HOUR[1], creations.c.at <= now)
        .group_by(creations.c.installation_id)
        .having(or_(func.count() >= HOUR[0], this_minute >= MINUTE[0]))
    )


def _wait(connection: Connection, installation_id: int, now: float, most: int, seconds: float) -> float:
    """Seconds until fewer than `most` were made in the last `seconds`."""
    made = (
        select(creations.c.at)
        .where(creations.c.installation_id == installation_id, creations.c.at > now - seconds, creations.c.at <= now)
        .order_by(creations.c.at.desc())
        .offset(most - 1)
        .limit(1)
    )
    first_of_them = connection.execute(made).scalar_one_or_none()
    return 0.0 if first_of_them is None else max(0.01, float(first_of_them) + seconds - now)
