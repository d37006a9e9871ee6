"""Installations for which GitHub asked us to post nothing for a while. Kept in SQL: a restart must not forget it."""

from sqlalchemy import Connection, Select, and_, case, or_, select

from engine.store.schema import installations
from engine.store.upsert import insert_into

#: GitHub's own limits begin anew each hour; a longer pause is of a clock that was set since, and counts for nothing.
LONGEST = 2 * 3600.0


def pause(connection: Connection, installation_id: int, seconds: float, why: str, now: float) -> None:
    """Nothing is posted for the installation for so long. `now` is in Unix seconds. Never ends an earlier pause."""
    until = now + min(seconds, LONGEST)
    row = insert_into(connection, installations).values(
        id=installation_id, created_at=now, paused_until=until, paused_why=why
    )
    longer = installations.c.paused_until.between(until, now + LONGEST)
    kept = {
        "paused_until": case((longer, installations.c.paused_until), else_=until),
        "paused_why": case((longer, installations.c.paused_why), else_=why),
    }
    connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=kept))


def paused(now: float) -> Select[int]:
    """The installations that wait at this moment; one that is suspended waits until it isn't."""
    asked_to = and_(installations.c.paused_until > now, installations.c.paused_until <= now + LONGEST)
    return select(installations.c.id).where(or_(asked_to, installations.c.state == "suspended"))
