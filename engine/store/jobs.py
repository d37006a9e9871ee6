"""Jobs as others see them: asked for, stopped, hinted at. Claims and their ends are in claims.py and leases.py."""

import secrets
import time

from sqlalchemy import ColumnElement, Connection, and_, case, literal_column, or_, select, update
from sqlalchemy.sql import FromClause

from engine.domain.job import JobKind
from engine.store.clock import LONGEST_DELAY, LONGEST_LEASE, LeaseClock, Moment, clock_for
from engine.store.port import NewJob
from engine.store.schema import jobs
from engine.store.upsert import insert_into

# Written out, not bound, and always beside `is_live`: only then may the database use the partial indexes.
PENDING: ColumnElement[str] = literal_column("'pending'")
RUNNING: ColumnElement[str] = literal_column("'running'")

NO_ORDER: ColumnElement[str] = literal_column("''")
SIBLING = jobs.alias("sibling")

#: Hints given at a time; a hint wakes a worker, which then takes the fairest job, maybe another.
HINTS = 200


def new_job_id() -> str:
    """A public id for a job."""
    return f"job_{secrets.token_hex(8)}"


def row_of(new_job: NewJob, due: Moment) -> dict[str, object]:
    """The row of a new job that is due at `due`."""
    return {
        "id": new_job_id(),
        "kind": new_job.kind.value,
        "key": new_job.key,
        "installation_id": new_job.installation_id,
        "subject": new_job.subject,
        "order_key": new_job.order_key,
        "queue": new_job.queue,
        "clock": due.clock,
        "due_at": due.seconds,
        "created_at": time.time(),
    }


#: The clock without a name differs from every other: due at once, wherever it is looked at.
AT_ONCE = Moment("", 0.0)


def add(connection: Connection, new_job: NewJob, clock: LeaseClock | None = None) -> str | None:
    """Asks for a job; its id, None when one of that key lives already. A delay is measured by the database's clock."""
    due = AT_ONCE
    if new_job.delay > 0:
        now = (clock or clock_for(connection)).now(connection)
        due = Moment(now.clock, now.seconds + new_job.delay)
    insert = insert_into(connection, jobs).values(**row_of(new_job, due))
    made = connection.execute(insert.on_conflict_do_nothing().returning(jobs.c.id)).scalar_one_or_none()
    return None if made is None else str(made)


def want_stop(connection: Connection, *, subject: str, kind: JobKind, why: str) -> None:
    """The live job of `subject` should end as `why` (`cancelled` or `superseded`): a waiting one does so here and now,
    a running one is told through its lease.
    """
    live = and_(is_live(jobs), jobs.c.subject == subject, jobs.c.kind == kind.value)
    waits = jobs.c.state == PENDING
    connection.execute(
        update(jobs)
        .where(live)
        .values(
            stop_wanted=why,
            state=case((waits, why), else_=jobs.c.state),
            finished_at=case((waits, time.time()), else_=jobs.c.finished_at),
        )
    )


def is_live(table: FromClause) -> ColumnElement[bool]:
    """True of rows that aren't over: few, and indexed."""
    return table.c.state.in_([PENDING, RUNNING])


def is_due(table: FromClause, moment: Moment) -> ColumnElement[bool]:
    """True of waiting rows whose time has come; a time of another clock (before a reboot) has."""
    return and_(
        is_live(table),
        table.c.state == PENDING,
        or_(
            table.c.clock != moment.clock,
            table.c.due_at <= moment.seconds,
            table.c.due_at > moment.seconds + LONGEST_DELAY,
        ),
    )


def is_expired(moment: Moment, table: FromClause = jobs) -> ColumnElement[bool]:
    """True of running rows whose owner stopped renewing, or ran before a reboot."""
    return and_(
        is_live(table),
        table.c.state == RUNNING,
        or_(
            table.c.clock != moment.clock,
            table.c.lease_until < moment.seconds,
            table.c.lease_until > moment.seconds + LONGEST_LEASE,
        ),
    )


def order_is_free(table: FromClause) -> ColumnElement[bool]:
    """True of rows without an order key, or while no job of it runs."""
    taken = (
        select(literal_column("1"))
        .select_from(SIBLING)
        .where(SIBLING.c.order_key == table.c.order_key, SIBLING.c.state == RUNNING, SIBLING.c.order_key != NO_ORDER)
        .exists()
    )
    return or_(table.c.order_key == "", ~taken)


def any_waits(connection: Connection, moment: Moment) -> bool:
    """True when a job is due, or its owner may be gone."""
    waits = and_(is_due(jobs, moment), order_is_free(jobs))
    found = select(jobs.c.id).where(or_(waits, is_expired(moment))).limit(1)
    return connection.execute(found).first() is not None


def wake_list(connection: Connection, moment: Moment, again_after: float | None = None) -> dict[str, list[str]]:
    """Queue → ids of due jobs that nobody was woken for yet, or `again_after` seconds ago; they count as woken now.

    Called in the transaction that made them due, so that whoever commits knows whom to wake.
    """
    now = time.time()
    unwoken: ColumnElement[bool] = jobs.c.poked_at == 0
    if again_after is not None:
        # A wall clock that was set back must not silence a job.
        unwoken = or_(unwoken, jobs.c.poked_at < now - again_after, jobs.c.poked_at > now)
    free = and_(is_due(jobs, moment), order_is_free(jobs))
    found = select(jobs.c.id).where(free, unwoken).order_by(jobs.c.created_at).limit(HINTS)
    ids = connection.execute(found).scalars().all()
    if not ids:
        return {}
    woken = update(jobs).where(jobs.c.id.in_(ids)).values(poked_at=now).returning(jobs.c.queue, jobs.c.id)
    queues: dict[str, list[str]] = {}
    for queue, job_id in connection.execute(woken):
        queues.setdefault(queue, []).append(job_id)
    return queues
