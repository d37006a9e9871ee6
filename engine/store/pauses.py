"""Installations and workspaces where we were asked to post nothing for a while. Kept in SQL: a restart must not forget.

A workspace of Slack's stands in the outbox as an installation below zero (engine.store.slack_workspaces).
"""

from sqlalchemy import Connection, Select, and_, case, or_, select, union_all, update
from sqlalchemy.sql.selectable import CompoundSelect

from engine.store.schema import installations
from engine.store.slack_schema import slack_workspaces
from engine.store.upsert import insert_into

#: GitHub's own limits begin anew each hour; a longer pause is of a clock that was set since, and counts for nothing.
LONGEST = 2 * 3600.0


def pause(connection: Connection, installation_id: int, seconds: float, why: str, now: float) -> None:
    """Nothing is posted for the installation for so long. `now` is in Unix seconds. Never ends an earlier pause."""
    until = now + min(seconds, LONGEST)
    table = installations if installation_id > 0 else slack_workspaces
    longer = table.c.paused_until.between(until, now + LONGEST)
    kept = {
        "paused_until": case((longer, table.c.paused_until), else_=until),
        "paused_why": case((longer, table.c.paused_why), else_=why),
    }
    if installation_id < 0:
        connection.execute(update(slack_workspaces).where(slack_workspaces.c.id == -installation_id).values(**kept))
        return
    row = insert_into(connection, installations).values(
        id=installation_id, created_at=now, paused_until=until, paused_why=why
    )
    connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=kept))


def paused(now: float) -> CompoundSelect[int]:
    """Who waits at this moment. An installation waits while it is suspended, a workspace once it has left."""
    return union_all(_installations(now), _workspaces(now))


def _installations(now: float) -> Select[int]:
    asked_to = and_(installations.c.paused_until > now, installations.c.paused_until <= now + LONGEST)
    return select(installations.c.id).where(or_(asked_to, installations.c.state == "suspended"))


def _workspaces(now: float) -> Select[int]:
    asked_to = and_(slack_workspaces.c.paused_until > now, slack_workspaces.c.paused_until <= now + LONGEST)
    return select(-slack_workspaces.c.id).where(or_(asked_to, slack_workspaces.c.gone_at.is_not(None)))
