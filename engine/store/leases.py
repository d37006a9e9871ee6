"""A claimed job's life: its lease is renewed, and it ends once. Every write names the fence it was claimed with."""

import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, or_, select, tuple_, update
from sqlalchemy.sql import FromClause

from engine.domain.job import Job, JobState
from engine.settings import Intervals
from engine.store.clock import Moment
from engine.store.jobs import PENDING, RUNNING, is_live
from engine.store.schema import jobs

HELD = jobs.alias("held")


def stops_of(connection: Connection, held: Sequence[Job]) -> dict[str, str]:
    """Job id → `stop_wanted` of those that are still ours."""
    found = select(jobs.c.id, jobs.c.stop_wanted).where(_ours(held))
    return {row.id: row.stop_wanted for row in connection.execute(found)}


def grow_old(connection: Connection, held: Sequence[Job], moment: Moment, intervals: Intervals) -> bool:
    """True when a lease of ours has run for a heartbeat's time or more, or the clock was set back."""
    full = moment.seconds + intervals.lease
    old = or_(jobs.c.lease_until <= full - intervals.heartbeat, jobs.c.lease_until > full)
    return connection.execute(select(jobs.c.id).where(_ours(held), old).limit(1)).first() is not None


def renew(connection: Connection, held: Sequence[Job], moment: Moment, intervals: Intervals) -> None:
    """All leases that are still ours run from now on anew: one write for all.

    A row that another writer holds at this moment is left for the next beat: who waited for it, holding others, could
    wait for ever.
    """
    free = select(HELD.c.id).where(_ours(held, HELD)).with_for_update(skip_locked=True)
    connection.execute(update(jobs).where(jobs.c.id.in_(free)).values(lease_until=moment.seconds + intervals.lease))


def is_ours(connection: Connection, job: Job) -> bool:
    """True while nobody else claimed or ended the job; it stays so until the transaction ends."""
    found = select(jobs.c.id).where(_ours([job])).with_for_update()
    return connection.execute(found).first() is not None


def end(connection: Connection, job: Job, state: JobState, error: str) -> bool:
    """Ends the job, if it is still ours, and makes the next of its order key due for a wake-up."""
    values = {"state": state.value, "error": error, "owner": "", "finished_at": time.time()}
    return _leave(connection, job, values)


def give_back(connection: Connection, job: Job, *, now: Moment, delay: float, counts: bool, error: str) -> bool:
    """The job waits for `delay` seconds, if it is still ours; its deadline waits too.

    What doesn't count as an attempt starts the deadline anew.
    """
    values = {
        "state": "pending",
        "error": error,
        "owner": "",
        "poked_at": 0,
        "clock": now.clock,
        "due_at": now.seconds + delay,
        "deadline": case((jobs.c.deadline > 0, jobs.c.deadline + delay), else_=0),
    }
    if not counts:
        values |= {"attempts": jobs.c.attempts - 1, "deadline": 0}
    return _leave(connection, job, values)


def free_order(connection: Connection, order_key: str) -> None:
    """One of the jobs that waited for this order key may be woken for again: only one can run."""
    if order_key:
        waiting = and_(is_live(jobs), jobs.c.order_key == order_key, jobs.c.state == PENDING)
        soonest = select(jobs.c.id).where(waiting).order_by(jobs.c.due_at, jobs.c.created_at).limit(1)
        connection.execute(update(jobs).where(jobs.c.id == soonest.scalar_subquery()).values(poked_at=0))


def _leave(connection: Connection, job: Job, values: dict[str, Any]) -> bool:
    left = connection.execute(update(jobs).where(_ours([job])).values(**values).returning(jobs.c.id)).first()
    if left is None:
        return False
    free_order(connection, job.order_key)
    return True


def _ours(held: Sequence[Job], table: FromClause = jobs) -> ColumnElement[bool]:
    claims = [(job.id, job.fence) for job in held]
    return and_(table.c.state == RUNNING, tuple_(table.c.id, table.c.fence).in_(claims))
