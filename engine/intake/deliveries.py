"""Deliveries as intake reads and settles them; they were stored at the door."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from engine.domain.event import ButtonPressed, Commented, Event, PullRequestChanged
from engine.forge.payloads import event_of
from engine.planner.pull_request import BUILDING
from engine.store.pull_requests import Head, head_by
from engine.store.schema import inbox

STORED, HANDLED, IGNORED, REJECTED = "stored", "handled", "ignored", "rejected"
#: Seconds that a webhook may be on its way, and that GitHub's clock and ours may differ, before it counts as late.
LATE = 30.0
#: Deliveries that wait to be read are looked through for heads; more than these are not.
MOST_WAITING = 500


@dataclass(frozen=True)
class StoredDelivery:
    """A row of the inbox."""

    key: str
    event: str
    body: bytes
    #: Unix seconds.
    received_at: float
    state: str
    #: What became of it, for the operator.
    note: str = ""
    #: Where it came from (engine.store.missed).
    source: str = ""


def read(connection: Connection, key: str) -> StoredDelivery | None:
    """The delivery of that key."""
    row = connection.execute(select(inbox).where(inbox.c.key == key)).one_or_none()
    if row is None:
        return None
    return StoredDelivery(row.key, row.event, row.body, row.received_at, row.state, row.note, row.source)


def settle(connection: Connection, key: str, state: str, note: str) -> None:
    """Notes what became of a delivery."""
    connection.execute(update(inbox).where(inbox.c.key == key).values(state=state, note=note))


def read_event(delivery: StoredDelivery) -> Event:
    """What the delivery says, under GitHub's own id of it."""
    return event_of(delivery.event, delivery.key.removeprefix("gh:"), delivery.body)


def moment_of(event: PullRequestChanged | Commented | ButtonPressed, received_at: float) -> float:
    """When it counts as received: what came late, fetched from GitHub's log, belongs where it would have been.

    Else a command would be about pushes that came between its being written and its being fetched.
    """
    told_at = 0.0 if isinstance(event, ButtonPressed) else event.told_at
    return told_at if 0 < told_at < received_at - LATE else received_at


def head_received_by(connection: Connection, repository_id: int, number: int, moment: float, received_at: float) -> str:
    """The head that we had received by `moment`, also by a delivery that waits to be read; empty when none (C3).

    `received_at`: of the delivery that asks; what came later is nothing to it.
    """
    known = head_by(connection, repository_id, number, moment)
    waiting = (
        select(inbox)
        .where(inbox.c.state == STORED, inbox.c.event == "pull_request", inbox.c.received_at <= received_at)
        .order_by(inbox.c.received_at.desc())
        .limit(MOST_WAITING)
    )
    for row in connection.execute(waiting):
        if known is not None and row.received_at <= known.received_at:
            break
        event = read_event(StoredDelivery(row.key, row.event, row.body, row.received_at, row.state))
        told = _head_told_by(event, repository_id, number)
        if told is not None and (at := moment_of(told, row.received_at)) <= moment:
            known = Head(told.pull_request.head_sha, at)
            break
    return known.sha if known is not None else ""


def _head_told_by(event: Event, repository_id: int, number: int) -> PullRequestChanged | None:
    """The event, if it gives the pull request a head."""
    if not isinstance(event, PullRequestChanged) or event.action not in BUILDING:
        return None
    same = event.repository.id == repository_id and event.pull_request.number == number
    return event if same else None
