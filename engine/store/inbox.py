"""The inbox: deliveries as they came, each stored once, each with the job that reads it."""

import hashlib
import time
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, bindparam, insert, select, update

from engine.domain.job import JobKind
from engine.store.jobs import AT_ONCE, row_of
from engine.store.port import Delivery, NewJob, Taken
from engine.store.schema import inbox, jobs
from engine.store.upsert import insert_into


def take(connection: Connection, deliveries: Sequence[Delivery]) -> list[tuple[Taken, str]]:
    """Stores what is new, with an intake job each; answers in order: what happened, and the job's id (empty if none).

    Of deliveries with the same key the first stays; one with other bytes is counted at it as a conflict.
    """
    digests = [hashlib.sha256(delivery.body).hexdigest() for delivery in deliveries]
    firsts: dict[str, int] = {}
    for position, delivery in enumerate(deliveries):
        firsts.setdefault(delivery.key, position)
    stored = _store(connection, [(deliveries[at], digests[at]) for at in firsts.values()])
    job_ids = _ask_for_intake(connection, [deliveries[at] for key, at in firsts.items() if key in stored])
    known = _digests(connection, firsts.keys()) if len(stored) < len(deliveries) else {}
    outcomes: list[tuple[Taken, str]] = []
    for position, delivery in enumerate(deliveries):
        if delivery.key in stored and firsts[delivery.key] == position:
            outcomes.append((Taken.NEW, job_ids[delivery.key]))
        else:
            same = known.get(delivery.key) == digests[position]
            outcomes.append((Taken.DUPLICATE if same else Taken.CONFLICT, ""))
    _count_conflicts(
        connection,
        [delivery.key for delivery, (taken, _) in zip(deliveries, outcomes, strict=True) if taken is Taken.CONFLICT],
    )
    return outcomes


def _store(connection: Connection, deliveries: Sequence[tuple[Delivery, str]]) -> set[str]:
    now = time.time()
    rows = [
        {
            "key": delivery.key,
            "source": delivery.source,
            "event": delivery.event,
            "body": delivery.body,
            "body_sha256": digest,
            "received_at": now,
        }
        for delivery, digest in deliveries
    ]
    statement = insert_into(connection, inbox).on_conflict_do_nothing().returning(inbox.c.key)
    return set(connection.execute(statement, rows).scalars())


def _ask_for_intake(connection: Connection, deliveries: Sequence[Delivery]) -> dict[str, str]:
    rows = {delivery.key: row_of(_intake(delivery), AT_ONCE) for delivery in deliveries}
    if rows:
        # Ingest wakes for these itself; the poke loop need not do so at once.
        now = time.time()
        connection.execute(insert(jobs), [{**row, "poked_at": now} for row in rows.values()])
    return {key: str(row["id"]) for key, row in rows.items()}


def _intake(delivery: Delivery) -> NewJob:
    return NewJob(
        kind=JobKind.INTAKE,
        key=f"intake:{delivery.key}",
        installation_id=delivery.installation_id,
        subject=delivery.key,
        order_key=delivery.order_key,
        queue="quick",
    )


def _digests(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    found = select(inbox.c.key, inbox.c.body_sha256).where(inbox.c.key.in_(list(keys)))
    return {row.key: row.body_sha256 for row in connection.execute(found)}


def _count_conflicts(connection: Connection, keys: Sequence[str]) -> None:
    if keys:
        counted = update(inbox).where(inbox.c.key == bindparam("of")).values(conflicts=inbox.c.conflicts + 1)
        connection.execute(counted, [{"of": key} for key in keys])
