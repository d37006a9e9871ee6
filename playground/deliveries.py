"""The log of webhook deliveries: what waits, and how each attempt went."""

from dataclasses import dataclass

import orjson

from playground.hub import Hub
from playground.refusals import NotFound


@dataclass(frozen=True)
class Delivery:
    """One attempt, made or waiting, to hand a webhook over; attempts of one webhook share the guid."""

    id: int
    guid: str
    event: str
    action: str | None
    installation_id: int | None
    repository_id: int | None
    payload: str
    redelivery: bool
    delivered_at: str | None
    duration: float | None
    status: str | None
    status_code: int | None
    request_headers: dict[str, str] | None
    response_headers: dict[str, str] | None
    response_body: str | None


@dataclass(frozen=True)
class Outcome:
    """How an attempt went: what was sent, what came back, and how long it took in seconds."""

    status: str
    status_code: int
    duration: float
    request_headers: dict[str, str]
    response_headers: dict[str, str]
    response_body: str


def next_waiting(hub: Hub) -> Delivery | None:
    """The oldest delivery that wasn't attempted yet."""
    return hub.database.one(Delivery, "SELECT * FROM deliveries WHERE delivered_at IS NULL ORDER BY id LIMIT 1")


def store_outcome(hub: Hub, delivery: Delivery, outcome: Outcome) -> None:
    hub.database.update(
        "deliveries",
        delivery.id,
        delivered_at=hub.now(),
        status=outcome.status,
        status_code=outcome.status_code,
        duration=outcome.duration,
        request_headers=orjson.dumps(outcome.request_headers).decode(),
        response_headers=orjson.dumps(outcome.response_headers).decode(),
        response_body=outcome.response_body,
    )


def attempted(hub: Hub, *, before: int | None, limit: int) -> list[Delivery]:
    """Attempts that were made, newest first, from below an id on."""
    sql = "SELECT * FROM deliveries WHERE delivered_at IS NOT NULL AND id < ? ORDER BY id DESC LIMIT ?"
    return hub.database.all(Delivery, sql, before if before is not None else 2**63 - 1, limit)


def delivery_by_id(hub: Hub, delivery_id: int) -> Delivery:
    """The attempt of an id; refused with 404 where there is none or it still waits."""
    sql = "SELECT * FROM deliveries WHERE id = ? AND delivered_at IS NOT NULL"
    found = hub.database.one(Delivery, sql, delivery_id)
    if found is None:
        raise NotFound()
    return found


def redeliver(hub: Hub, delivery: Delivery) -> None:
    """Queues the same webhook again, under the same guid."""
    hub.database.insert(
        "deliveries",
        guid=delivery.guid,
        event=delivery.event,
        action=delivery.action,
        installation_id=delivery.installation_id,
        repository_id=delivery.repository_id,
        payload=delivery.payload,
        redelivery=True,
    )
    hub.wake_sender()
