"""The outbox: the subjects that the outside doesn't show as they are. Marks have no content, only a version.

`attempts` counts tries since the last success. A mark leaves it alone: above 0, an earlier try may have had its effect
without our knowing, and forgetting that would post twice.
"""

import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, assert_never

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, or_, select, text, update

from engine.reports.port import Impossible, Later, Outcome, Posted
from engine.store.clock import LONGEST_DELAY, LONGEST_LEASE, Moment
from engine.store.creations import exhausted
from engine.store.pauses import paused
from engine.store.schema import WAITING, outbox
from engine.store.upsert import insert_into

#: What a reporter has noted of a subject that it never posted.
NOTHING = "{}"


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


@dataclass(frozen=True)
class Trouble:
    """A subject that the outside doesn't show as it is, because the last try went wrong."""

    key: str
    reporter: str
    why: str
    #: True: it is tried no more until it changes.
    given_up: bool


@dataclass(frozen=True)
class Mark:
    """A subject that should show the state of now."""

    key: str
    reporter: str
    installation_id: int
    repository_id: int


def mark(connection: Connection, key: str, reporter: str, *, installation_id: int, repository_id: int) -> None:
    """The subject should show the state of now: its version rises, and it is due at once."""
    mark_all(connection, [Mark(key, reporter, installation_id, repository_id)])


def mark_all(connection: Connection, marks: Sequence[Mark]) -> None:
    """The same of many at once."""
    if not marks:
        return
    insert = insert_into(connection, outbox)
    # The clock and a lease in force stay: a second sender must not come in beside the first.
    again = {
        "version": outbox.c.version + 1,
        "due_at": 0,
        "given_up": False,
        "marked_at": insert.excluded.marked_at,
        # A repository can pass to another installation; what may post there is that one's token.
        "installation_id": insert.excluded.installation_id,
    }
    now = time.time()
    rows = [
        {
            "subject": each.key,
            "reporter": each.reporter,
            "installation_id": each.installation_id,
            "repository_id": each.repository_id,
            "marked_at": now,
        }
        # In one order, or two that mark the same could wait for each other on PostgreSQL.
        for each in sorted(marks, key=lambda one: one.key)
    ]
    connection.execute(insert.on_conflict_do_update(index_elements=["subject"], set_=again), rows)


def has_due(connection: Connection, moment: Moment, now: float, reporters: Collection[str] | None = None) -> bool:
    """Whether something could be leased, without asking for the write lock. `now` is in Unix seconds."""
    waiting = select(outbox.c.subject).where(text(WAITING)).limit(1)
    # Mostly there is nothing, and then nothing else is asked.
    if connection.execute(waiting).first() is None:
        return False
    return connection.execute(waiting.where(_due(connection, moment, now, reporters))).first() is not None


def take_due(
    connection: Connection,
    moment: Moment,
    now: float,
    lease_seconds: float,
    limit: int,
    workspaces: int | None = None,
    reporters: Collection[str] | None = None,
) -> list[Leased]:
    """Leases due subjects of at most `limit` installations, longest due first: one of each, none that is being served;
    and of as many workspaces of Slack's, or of `workspaces`. None: of every reporter.

    Left out are installations that GitHub has asked to wait, and what was never posted where no more may be created.
    Must be called in a serial transaction: two that look at once would both find an installation free.
    """
    due = _due(connection, moment, now, reporters)
    sides = ((outbox.c.installation_id >= 0, limit), (outbox.c.installation_id < 0, workspaces))
    taken = []
    for installation_id in [
        each
        for side, most in sides
        for each in _longest_due(connection, and_(due, side), limit if most is None else most)
    ]:
        first = (
            select(outbox.c.subject)
            .where(outbox.c.installation_id == installation_id, due)
            .order_by(outbox.c.due_at, outbox.c.marked_at)
            .limit(1)
        )
        lease = {
            "fence": outbox.c.fence + 1,
            "attempts": outbox.c.attempts + 1,
            "clock": moment.clock,
            "lease_until": moment.seconds + lease_seconds,
        }
        ours = outbox.c.subject == first.scalar_subquery()
        leased = update(outbox).where(ours).values(**lease).returning(*outbox.c)
        taken += [_leased(row) for row in connection.execute(leased).mappings().all()]
    return taken


def settle(connection: Connection, leased: Leased, outcome: Outcome, now: float, moment: Moment) -> None:
    """Records how a try went; nothing when the lease went to another sender meanwhile. `now` is in Unix seconds."""
    values: dict[str, Any] = {"lease_until": 0.0, "clock": moment.clock}
    match outcome:
        case Posted(remote):
            values |= {"posted": leased.version, "posted_at": now, "remote": json.dumps(remote)}
            values |= {"attempts": 0, "due_at": 0.0, "error": ""}
        case Later():
            values |= {"due_at": moment.seconds + outcome.seconds, "error": outcome.why}
            if outcome.remote is not None:
                values["remote"] = json.dumps(outcome.remote)
            if not outcome.tried:
                values["attempts"] = leased.attempts
        case Impossible(why):
            # A mark that came meanwhile deserves a try of its own.
            values |= {"given_up": outbox.c.version == leased.version, "due_at": 0.0, "error": why}
        case _:
            assert_never(outcome)
    ours = and_(outbox.c.subject == leased.key, outbox.c.fence == leased.fence)
    connection.execute(update(outbox).where(ours).values(**values))


def troubles(connection: Connection, keys: Sequence[str]) -> list[Trouble]:
    """Which of these subjects the outside doesn't show as they are, and why."""
    columns = outbox.c.subject, outbox.c.reporter, outbox.c.error, outbox.c.given_up
    wrong = select(*columns).where(outbox.c.subject.in_(keys), outbox.c.error != "").order_by(outbox.c.subject)
    return [Trouble(key, reporter, why, bool(ended)) for key, reporter, why, ended in connection.execute(wrong)]


def _longest_due(connection: Connection, due: ColumnElement[bool], limit: int) -> Sequence[int]:
    """The installations that have something due, longest due first."""
    serving = select(outbox.c.installation_id).where(due).group_by(outbox.c.installation_id)
    first = serving.order_by(func.min(outbox.c.due_at), func.min(outbox.c.marked_at)).limit(limit)
    return connection.execute(first).scalars().all()


def _due(connection: Connection, moment: Moment, now: float, reporters: Collection[str] | None) -> ColumnElement[bool]:
    """A subject that may be posted now: nothing else of its installation is being posted, and GitHub lets us.

    What is for Slack waits while `reporters` (None: there are all) has nothing for it: there may be a Slack app again.
    """
    leased = select(outbox.c.installation_id).where(
        # Only what waits is ever leased; saying so lets the database use the index of that.
        text(WAITING),
        outbox.c.clock == moment.clock,
        outbox.c.lease_until > moment.seconds,
        outbox.c.lease_until <= moment.seconds + LONGEST_LEASE,
    )
    barred = [*connection.execute(leased).scalars(), *connection.execute(paused(now)).scalars()]
    full = connection.execute(exhausted(now)).scalars().all()
    at_github, made_by = outbox.c.installation_id >= 0, outbox.c.reporter
    known = [] if reporters is None else [or_(at_github, made_by.in_(sorted(reporters)))]
    return and_(
        text(WAITING),
        or_(
            outbox.c.clock != moment.clock,
            outbox.c.due_at <= moment.seconds,
            outbox.c.due_at > moment.seconds + LONGEST_DELAY,
        ),
        outbox.c.installation_id.not_in(barred),
        or_(outbox.c.remote != NOTHING, outbox.c.installation_id.not_in(full)),
        *known,
    )


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
