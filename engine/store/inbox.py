"""The inbox: deliveries as they came, each stored once, each with the job that reads it."""

import secrets
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import chain

from sqlalchemy import Connection, bindparam, select, update

from engine.domain.job import JobKind
from engine.store.jobs import AT_ONCE
from engine.store.packed import pack
from engine.store.port import Delivery, Taken
from engine.store.schema import inbox

#: Seconds between two deliveries at least, so that the order they came in shows in their times.
INSTANT = 1e-6

Value = str | bytes | int | float

INBOX_COLUMNS = ("key", "source", "event", "body", "received_at")
JOB_COLUMNS = (
    *("id", "kind", "key", "installation_id", "subject", "order_key"),
    *("queue", "clock", "due_at", "created_at", "poked_at"),
)


def take(connection: Connection, deliveries: Sequence[Delivery]) -> list[tuple[Taken, str]]:
    """Stores what is new, with an intake job each; answers in order: what happened, and the job's id (empty if none).

    Of deliveries with the same key the first stays; one with other bytes is counted at it as a conflict.
    """
    firsts: dict[str, int] = {}
    for position, delivery in enumerate(deliveries):
        firsts.setdefault(delivery.key, position)
    stored = _store(connection, [deliveries[at] for at in firsts.values()])
    job_ids = _ask_for_intake(connection, [deliveries[at] for key, at in firsts.items() if key in stored], stored)
    known = _bodies(connection, deliveries, firsts, stored)
    outcomes: list[tuple[Taken, str]] = []
    for position, delivery in enumerate(deliveries):
        if delivery.key in stored and firsts[delivery.key] == position:
            outcomes.append((Taken.NEW, job_ids[delivery.key]))
        else:
            same = known.get(delivery.key) == delivery.body
            outcomes.append((Taken.DUPLICATE if same else Taken.CONFLICT, ""))
    _count_conflicts(
        connection,
        [delivery.key for delivery, (taken, _) in zip(deliveries, outcomes, strict=True) if taken is Taken.CONFLICT],
    )
    return outcomes


def _store(connection: Connection, deliveries: Sequence[Delivery]) -> dict[str, float]:
    """Stores what is new; answers when each of these was received."""
    start = _now(connection)
    rows: list[tuple[Value, ...]] = [
        (delivery.key, delivery.source, delivery.event, pack(delivery.body), start + at * INSTANT)
        for at, delivery in enumerate(deliveries)
    ]
    # In one order, or two batches with the same keys could wait for each other on PostgreSQL.
    rows.sort(key=lambda row: row[0])
    statement = _insert(connection, "inbox", INBOX_COLUMNS, len(rows))
    values = tuple(chain.from_iterable(rows))
    new = connection.exec_driver_sql(f"{statement} ON CONFLICT DO NOTHING RETURNING key, received_at", values)
    return {row.key: row.received_at for row in new}


def _now(connection: Connection) -> float:
    """Unix seconds, but later than every delivery that is stored: their order holds though a clock is set back."""
    newest = connection.exec_driver_sql("SELECT max(received_at) FROM inbox").scalar_one()
    return max(time.time(), (newest or 0.0) + INSTANT)


def _ask_for_intake(
    connection: Connection, deliveries: Sequence[Delivery], received: Mapping[str, float]
) -> dict[str, str]:
    # Ingest wakes for these itself; the poke loop need not do so at once.
    now = time.time()
    ids = {delivery.key: _job_id(received[delivery.key]) for delivery in deliveries}
    if deliveries:
        rows = [_intake(delivery, ids[delivery.key], received[delivery.key], now) for delivery in deliveries]
        values = tuple(chain.from_iterable(rows))
        connection.exec_driver_sql(_insert(connection, "jobs", JOB_COLUMNS, len(rows)), values)
    return ids


def _intake(delivery: Delivery, job_id: str, received_at: float, woken_at: float) -> tuple[Value, ...]:
    key = delivery.key
    asked = (job_id, JobKind.INTAKE.value, f"intake:{key}", delivery.installation_id, key, delivery.order_key)
    return (*asked, "quick", AT_ONCE.clock, AT_ONCE.seconds, received_at, woken_at)


def _bodies(
    connection: Connection, deliveries: Sequence[Delivery], firsts: Mapping[str, int], stored: Mapping[str, float]
) -> dict[str, bytes]:
    """The body that stays, of each key that came more than once: compared as it is, since that is rare."""
    again = {delivery.key for at, delivery in enumerate(deliveries) if at != firsts[delivery.key]}
    before = firsts.keys() - stored.keys()
    found = {key: deliveries[firsts[key]].body for key in again - before}
    if before:
        rows = connection.execute(select(inbox.c.key, inbox.c.body).where(inbox.c.key.in_(sorted(before))))
        found |= {row.key: row.body for row in rows}
    return found


def _count_conflicts(connection: Connection, keys: Sequence[str]) -> None:
    if keys:
        counted = update(inbox).where(inbox.c.key == bindparam("of")).values(conflicts=inbox.c.conflicts + 1)
        connection.execute(counted, [{"of": key} for key in sorted(keys)])


def _job_id(received_at: float) -> str:
    """A public id that grows with time: many at once then lie side by side in their index, not on a page each."""
    return f"job_{int(received_at * 1e6):014x}{secrets.token_hex(4)}"


def _insert(connection: Connection, table: str, columns: tuple[str, ...], rows: int) -> str:
    return _insert_of("?" if connection.dialect.paramstyle == "qmark" else "%s", table, columns, rows)


@lru_cache(maxsize=512)
def _insert_of(placeholder: str, table: str, columns: tuple[str, ...], rows: int) -> str:
    """One statement for all rows, written out: making it anew for each delivery cost more than storing it."""
    row = f"({', '.join([placeholder] * len(columns))})"
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([row] * rows)}"  # noqa: S608 names are ours
