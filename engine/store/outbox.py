"""The outbox: the subjects that the outside doesn't show as they are. Marks have no content, only a version.

`attempts` counts tries since the last success. A mark leaves it alone: above 0, an earlier try may have had its effect
without our knowing, and forgetting that would post twice.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from sqlalchemy import Connection, RowMapping, and_, or_, select, text, update

from engine.reports.port import Impossible, Later, Outcome, Posted
from engine.store.clock import Moment
from engine.store.schema import WAITING, outbox
from engine.store.upsert import insert_into


@dataclass(frozen=True)
class Leased:
    """A subject that is ours to post until the lease ends. `fence`: writes of an older lease change nothing."""

    key: str
    reporter: str
    installation_id: int
    repository_id: int
    #: The version to render; one that is marked meanwhile stays due.
    version: int
    fence: int
    #: What the reporter noted when it posted before.
    remote: Mapping[str, object]
    #: Tries before this one since the last success.
    attempts: int


def mark(connection: Connection, key: str, reporter: str, *, installation_id: int, repository_id: int) -> None:
    """The subject should show the state of now: its version rises, and it is due at once."""
    insert = insert_into(connection, outbox).values(
        subject=key,
        reporter=reporter,
        installation_id=installation_id,
        repository_id=repository_id,
        marked_at=time.time(),
    )
    # The clock and a lease in force stay: a second sender must not come in beside the first.
    again = {"version": outbox.c.version + 1, "due_at": 0, "given_up": False, "marked_at": time.time()}
    connection.execute(insert.on_conflict_do_update(index_elements=["subject"], set_=again))


def take_due(connection: Connection, moment: Moment, lease_seconds: float, limit: int) -> list[Leased]:
    """Leases at most `limit` due subjects, longest due first."""
    free = or_(
        outbox.c.clock != moment.clock,
        and_(outbox.c.due_at <= moment.seconds, outbox.c.lease_until <= moment.seconds),
    )
    due = (
        select(outbox.c.subject)
        .where(text(WAITING), free)
        .order_by(outbox.c.due_at, outbox.c.marked_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(
        update(outbox)
        .where(outbox.c.subject.in_(due))
        .values(
            fence=outbox.c.fence + 1,
            attempts=outbox.c.attempts + 1,
            clock=moment.clock,
            lease_until=moment.seconds + lease_seconds,
        )
        .returning(*outbox.c)
    )
    return [_leased(row) for row in rows.mappings().all()]


def settle(connection: Connection, leased: Leased, outcome: Outcome, now: float, moment: Moment) -> None:
    """Records how a try went; nothing when the lease went to another sender meanwhile. `now` is in Unix seconds."""
    values: dict[str, Any] = {"lease_until": 0.0, "clock": moment.clock}
    match outcome:
        case Posted(remote):
            values |= {"posted": leased.version, "posted_at": now, "remote": json.dumps(remote)}
            values |= {"attempts": 0, "due_at": 0.0, "error": ""}
        case Later(seconds, why):
            values |= {"due_at": moment.seconds + seconds, "error": why}
        case Impossible(why):
            # A mark that came meanwhile deserves a try of its own.
            values |= {"given_up": outbox.c.version == leased.version, "due_at": 0.0, "error": why}
        case _:
            assert_never(outcome)
    ours = and_(outbox.c.subject == leased.key, outbox.c.fence == leased.fence)
    connection.execute(update(outbox).where(ours).values(**values))


def _leased(row: RowMapping) -> Leased:
    return Leased(
        key=row["subject"],
        reporter=row["reporter"],
        installation_id=row["installation_id"],
        repository_id=row["repository_id"],
        version=row["version"],
        fence=row["fence"],
        remote=json.loads(row["remote"]),
        attempts=row["attempts"] - 1,
    )
