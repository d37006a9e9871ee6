"""Jobs that no worker will end: tried too often, or past their deadline."""

import time

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from engine.domain.job import MAX_ATTEMPTS, Job
from engine.store.claims import KNOWN_KINDS, job_of
from engine.store.clock import Moment
from engine.store.jobs import PENDING, is_expired, is_live
from engine.store.leases import free_order
from engine.store.schema import jobs


def doomed(connection: Connection, moment: Moment, limit: int = 100) -> list[str]:
    """Ids of the jobs that should be buried now, oldest first."""
    found = select(jobs.c.id).where(_is_doomed(moment)).order_by(jobs.c.created_at).limit(limit)
    return list(connection.execute(found).scalars())


def bury(connection: Connection, job_id: str, moment: Moment) -> Job | None:
    """Ends a doomed job as dead and shuts out whoever may still run it; None when it is doomed no longer."""
    buried = (
        update(jobs)
        .where(jobs.c.id == job_id, _is_doomed(moment))
        .values(state="dead", fence=jobs.c.fence + 1, owner="", finished_at=time.time())
        .returning(*jobs.c)
    )
    row = connection.execute(buried).mappings().one_or_none()
    if row is None:
        return None
    free_order(connection, row["order_key"])
    return job_of(row, moment)


def note_error(connection: Connection, job_id: str, error: str) -> None:
    """Keeps why it was buried."""
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(error=error))


def _is_doomed(moment: Moment) -> ColumnElement[bool]:
    past = and_(jobs.c.deadline > 0, jobs.c.deadline < moment.seconds, jobs.c.clock == moment.clock)
    tried_out = and_(jobs.c.attempts >= MAX_ATTEMPTS, or_(jobs.c.state == PENDING, is_expired(moment)))
    return and_(
        is_live(jobs),
        jobs.c.kind.in_(KNOWN_KINDS),
        or_(past, tried_out),
    )
