"""Deliveries that GitHub has logged and that we haven't got: noted from its log, gone once they are in the inbox."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, and_, case, delete, func, literal, select, update

from engine.store.schema import inbox, jobs, missed_deliveries
from engine.store.upsert import insert_into

PREFIX = "gh:"

#: Where a delivery came from: GitHub brought it; we fetched it from its log; the same, but too late to be believed.
DOOR, LOG, OVERTAKEN = "github", "log", "overtaken"
#: Events that say for whom we work.
HOUSEHOLD = ("installation", "installation_repositories", "repository")


@dataclass(frozen=True)
class MissedDelivery:
    """A webhook whose payload is to be read at GitHub."""

    guid: str
    #: The newest attempt's id, by which the payload is read.
    delivery_id: int
    event: str
    #: Unix seconds: the first attempt that we saw.
    delivered_at: float
    #: Tries to read it, this one too.
    tries: int = 0

    @property
    def key(self) -> str:
        """Its key in the inbox: the same as if it had come through the door."""
        return PREFIX + self.guid


def unknown(connection: Connection, seen: Collection[MissedDelivery]) -> list[MissedDelivery]:
    """Those that neither the inbox holds nor an attempt as new as this is noted of."""
    keys = connection.execute(select(inbox.c.key).where(inbox.c.key.in_([each.key for each in seen]))).scalars().all()
    noted = connection.execute(
        select(missed_deliveries.c.guid, missed_deliveries.c.delivery_id).where(
            missed_deliveries.c.guid.in_([each.guid for each in seen])
        )
    )
    newest = {row.guid: row.delivery_id for row in noted}
    return [each for each in seen if each.key not in keys and newest.get(each.guid, -1) < each.delivery_id]


def note(connection: Connection, found: Sequence[MissedDelivery]) -> None:
    """Notes them; of one that is noted already only a newer attempt counts, which doesn't make it due earlier."""
    for each in found:
        new = insert_into(connection, missed_deliveries).values(
            guid=each.guid, delivery_id=each.delivery_id, event=each.event, delivered_at=each.delivered_at
        )
        # What was given up is due at once: its payload can be read by the newer attempt.
        due_at = case((missed_deliveries.c.given_up, 0.0), else_=missed_deliveries.c.due_at)
        newer = {"delivery_id": each.delivery_id, "given_up": False, "due_at": due_at}
        connection.execute(
            new.on_conflict_do_update(
                index_elements=["guid"], set_=newer, where=missed_deliveries.c.delivery_id < each.delivery_id
            )
        )


def drop_taken(connection: Connection) -> None:
    """Forgets those that are in the inbox by now."""
    taken = select(inbox.c.key).where(inbox.c.key == literal(PREFIX) + missed_deliveries.c.guid).exists()
    connection.execute(delete(missed_deliveries).where(taken))


def is_overtaken(connection: Connection, late: MissedDelivery, installation_id: int) -> bool:
    """True of news about an installation that came through the door after this was sent: together with it they were
    true, alone it may not be so any more.
    """
    if late.event not in HOUSEHOLD:
        return False
    newer = (
        select(inbox.c.key)
        .join(jobs, jobs.c.subject == inbox.c.key)
        .where(
            jobs.c.installation_id == installation_id,
            inbox.c.event.in_(HOUSEHOLD),
            inbox.c.source == DOOR,
            inbox.c.received_at > late.delivered_at,
        )
    )
    return connection.execute(newer.limit(1)).first() is not None


def any_due(connection: Connection, now: float) -> bool:
    """True when one should be read now."""
    return connection.execute(select(missed_deliveries.c.guid).where(_due(now)).limit(1)).first() is not None


def claim(connection: Connection, now: float, seconds: float) -> MissedDelivery | None:
    """The oldest that is due, which nobody else gets for so long."""
    oldest = select(missed_deliveries.c.guid).where(_due(now))
    oldest = oldest.order_by(missed_deliveries.c.delivered_at, missed_deliveries.c.delivery_id).limit(1)
    taken = (
        update(missed_deliveries)
        .where(missed_deliveries.c.guid == oldest.scalar_subquery())
        .values(due_at=now + seconds, tries=missed_deliveries.c.tries + 1)
        .returning(*missed_deliveries.c)
    )
    row = connection.execute(taken).one_or_none()
    return None if row is None else _missed(row)


def put_off(connection: Connection, guid: str, due_at: float, error: str, *, given_up: bool = False) -> None:
    """It is tried again at `due_at` (Unix seconds), or never."""
    mine = update(missed_deliveries).where(missed_deliveries.c.guid == guid)
    connection.execute(mine.values(due_at=due_at, error=error, given_up=given_up))


def drop(connection: Connection, guid: str) -> None:
    """It is in the inbox."""
    connection.execute(delete(missed_deliveries).where(missed_deliveries.c.guid == guid))


def waiting(connection: Connection) -> int:
    """How many are still to be read."""
    left = select(func.count()).select_from(missed_deliveries).where(missed_deliveries.c.given_up.is_(False))
    return connection.execute(left).scalar_one()


def _due(now: float) -> ColumnElement[bool]:
    return and_(missed_deliveries.c.given_up.is_(False), missed_deliveries.c.due_at <= now)


def _missed(row: Row[tuple[object, ...]]) -> MissedDelivery:
    return MissedDelivery(row.guid, row.delivery_id, row.event, row.delivered_at, row.tries)
