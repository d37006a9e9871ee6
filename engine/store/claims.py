"""Claiming a job: one UPDATE takes the fairest due one; its fence rises with each claim and keeps older owners out.

On PostgreSQL claims run beside other writers and never wait for a row: what another writer holds at this moment is
passed over, and whoever holds it wakes a worker for it once that is committed.
"""

import time
from collections.abc import Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    ScalarSelect,
    and_,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import FromClause

from engine.domain.job import Job, JobKind
from engine.settings import Intervals
from engine.store.clock import Moment
from engine.store.jobs import RUNNING, is_due, is_expired, is_live, order_is_free
from engine.store.schema import jobs
from engine.store.turns import Turn, take_turn

#: Kinds that this version can run; jobs of others wait for a worker that knows them.
KNOWN_KINDS = tuple(kind.value for kind in JobKind)

# Made once: making them costs more than the queries.
NAMES = ("waiting", "candidate", "busy", "served", "expired")
WAITING, CANDIDATE, BUSY, SERVED, EXPIRED = (jobs.alias(name) for name in NAMES)


def claim(
    connection: Connection, owner: str, queues: Sequence[str], hint: str, *, moment: Moment, intervals: Intervals
) -> Job | None:
    """The fairest due job of `queues`, now ours for a lease; None when there is none or its order is taken."""
    take_turn(connection, Turn.CLAIM)
    release_expired(connection, moment)
    took = (
        update(jobs)
        .where(jobs.c.id == _fairest(queues, hint, moment), is_due(jobs, moment))
        .values(
            state="running",
            fence=jobs.c.fence + 1,
            attempts=jobs.c.attempts + 1,
            owner=owner,
            clock=moment.clock,
            due_at=moment.seconds,
            lease_until=moment.seconds + intervals.lease,
            deadline=case(
                (or_(jobs.c.deadline == 0, jobs.c.clock != moment.clock), moment.seconds + _may_take(intervals)),
                else_=jobs.c.deadline,
            ),
        )
        .returning(*jobs.c)
    )
    try:
        with connection.begin_nested():
            row = connection.execute(took).mappings().one_or_none()
    except IntegrityError:
        # Somebody else's job of the same order key became running between our look and our write: not yet.
        return None
    return None if row is None else job_of(row, moment)


def _may_take(intervals: Intervals) -> ColumnElement[float]:
    """Seconds that a job may take in all, by its kind."""
    return case(
        (jobs.c.kind == JobKind.DEPLOY.value, intervals.deploy_deadline),
        (jobs.c.kind == JobKind.INSPECT.value, intervals.inspect_deadline),
        else_=intervals.build_deadline,
    )


def job_of(row: RowMapping, moment: Moment) -> Job:
    """The claimed job of a row."""
    return Job(
        id=row["id"],
        kind=JobKind(row["kind"]),
        installation_id=row["installation_id"],
        subject=row["subject"],
        order_key=row["order_key"],
        fence=row["fence"],
        attempts=row["attempts"],
        stop_wanted=row["stop_wanted"],
        overdue=0 < row["deadline"] < moment.seconds,
    )


def release_expired(connection: Connection, moment: Moment) -> None:
    """Running jobs whose owner is gone wait again; their order keys are free, what the owner still writes is void."""
    free = select(EXPIRED.c.id).where(is_expired(moment, EXPIRED)).with_for_update(skip_locked=True)
    connection.execute(
        update(jobs)
        .where(jobs.c.id.in_(free))
        .values(
            state="pending",
            owner="",
            poked_at=0,
            clock=moment.clock,
            due_at=moment.seconds,
            deadline=case((jobs.c.clock != moment.clock, 0), else_=jobs.c.deadline),
        )
    )


def _fairest(queues: Sequence[str], hint: str, moment: Moment) -> ScalarSelect[str]:
    """Of the installation whose turn it is: the hinted job, else the oldest."""
    return (
        select(WAITING.c.id)
        .where(
            _free(WAITING, queues, moment),
            WAITING.c.installation_id == _next_installation(queues, moment),
        )
        .order_by((WAITING.c.id == hint).desc(), WAITING.c.created_at, WAITING.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )


def _next_installation(queues: Sequence[str], moment: Moment) -> ScalarSelect[int]:
    """The installation with the fewest running jobs; among equals the one that was served longest ago."""
    busy = (
        select(func.count())
        .select_from(BUSY)
        .where(
            BUSY.c.installation_id == CANDIDATE.c.installation_id,
            is_live(BUSY),
            BUSY.c.state == RUNNING,
            BUSY.c.queue.in_(queues),
        )
        .scalar_subquery()
    )
    last_served = (
        select(func.max(SERVED.c.finished_at))
        .where(
            SERVED.c.installation_id == CANDIDATE.c.installation_id,
            SERVED.c.queue.in_(queues),
            SERVED.c.finished_at.is_not(None),
            # Ends from before the wall clock was set back are in the future: they must not cost anybody a turn.
            SERVED.c.finished_at <= time.time(),
        )
        .scalar_subquery()
    )
    return (
        select(CANDIDATE.c.installation_id)
        .where(_free(CANDIDATE, queues, moment))
        .group_by(CANDIDATE.c.installation_id)
        .order_by(busy, func.coalesce(last_served, 0), func.min(CANDIDATE.c.created_at))
        .limit(1)
        .scalar_subquery()
    )


def _free(table: FromClause, queues: Sequence[str], moment: Moment) -> ColumnElement[bool]:
    """Due, of a kind that we know, and no other job of its order key runs."""
    return and_(
        is_due(table, moment),
        table.c.queue.in_(queues),
        table.c.kind.in_(KNOWN_KINDS),
        order_is_free(table),
    )
