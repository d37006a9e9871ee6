"""Taking a running job out of its worker's hands: from this commit on, whatever that worker writes is void."""

from sqlalchemy import Connection, update

from engine.domain.job import Job, JobKind
from engine.settings import Intervals
from engine.store.claims import job_of
from engine.store.clock import Moment
from engine.store.jobs import RUNNING, is_live
from engine.store.schema import jobs


def take_over(
    connection: Connection, subject: str, kind: JobKind, owner: str, *, moment: Moment, intervals: Intervals
) -> Job | None:
    """The running job of `subject`, ours for a lease; None when none runs.

    It goes on counting as running, so that no other job of its order key starts before it is ended.
    """
    taken = (
        update(jobs)
        .where(is_live(jobs), jobs.c.state == RUNNING, jobs.c.subject == subject, jobs.c.kind == kind.value)
        .values(
            fence=jobs.c.fence + 1,
            owner=owner,
            clock=moment.clock,
            lease_until=moment.seconds + intervals.lease,
        )
        .returning(*jobs.c)
    )
    row = connection.execute(taken).mappings().one_or_none()
    return None if row is None else job_of(row, moment)
