"""The log of webhook deliveries: what waits, and how each attempt went."""

from collections.abc import Sequence
from dataclasses import dataclass

import orjson

from playground.hub import Hub, timestamp
from playground.refusals import NotFound

#: GitHub forgets an attempt after three days.
KEPT_SECONDS = 3 * 24 * 3600

#: What one delivery after the other is sent of: a repository, or, below zero, an installation.
LANE = "coalesce(repository_id, -coalesce(installation_id, 0))"


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

    @property
    def name(self) -> str:
        """The event with its action, such as `pull_request.opened`."""
        return f"{self.event}.{self.action}" if self.action else self.event

    @property
    def lane(self) -> int:
        """Deliveries of one lane are sent in order."""
        return -(self.installation_id or 0) if self.repository_id is None else self.repository_id


@dataclass(frozen=True)
class Outcome:
    """How an attempt went: what was sent, what came back, and how long it took in seconds."""

    status: str
    status_code: int
    duration: float
    request_headers: dict[str, str]
    response_headers: dict[str, str]
    response_body: str


def enqueue(
    hub: Hub, event: str, action: str | None, payload: str, *, guid: str, about: tuple[int, int | None]
) -> None:
    """Lets a webhook wait for being sent; what it is about is an installation and perhaps a repository."""
    installation_id, repository_id = about
    hub.database.insert(
        "deliveries",
        guid=guid,
        event=event,
        action=action,
        installation_id=installation_id,
        repository_id=repository_id,
        payload=payload,
        redelivery=False,
    )
    hub.database.execute("DELETE FROM deliveries WHERE delivered_at < ?", _oldest_kept(hub))
    hub.wake_sender()


def next_waiting(hub: Hub, *, taken: Sequence[int], lanes: Sequence[int]) -> Delivery | None:
    """The oldest delivery that wasn't attempted yet, isn't taken, and is in none of these lanes."""
    sql = (
        f"SELECT * FROM deliveries WHERE delivered_at IS NULL AND id NOT IN (SELECT value FROM json_each(?)) "  # noqa: S608
        f"AND {LANE} NOT IN (SELECT value FROM json_each(?)) ORDER BY id LIMIT 1"
    )
    return hub.database.one(Delivery, sql, orjson.dumps(taken).decode(), orjson.dumps(lanes).decode())


def store_outcomes(hub: Hub, delivery: Delivery, outcomes: Sequence[Outcome]) -> None:
    """Logs how a delivery went; every attempt after the first is one more line of the log."""
    with hub.database.writing():
        row = delivery.id
        for number, outcome in enumerate(outcomes):
            if number > 0:
                row = _copy(hub, delivery, redelivery=delivery.redelivery)
            _store(hub, row, outcome)


def attempted(hub: Hub, *, before: int | None, limit: int, codes: tuple[int, int] | None = None) -> list[Delivery]:
    """Attempts that aren't forgotten, newest first, from below an id on, perhaps only with codes from a to b."""
    sql = (
        "SELECT * FROM deliveries WHERE +delivered_at >= ? AND id < ? AND status_code BETWEEN ? AND ? "
        "ORDER BY id DESC LIMIT ?"
    )
    below = before if before is not None else 2**63 - 1
    return hub.database.all(Delivery, sql, _oldest_kept(hub), below, *(codes or (0, 999)), limit)


def delivery_by_id(hub: Hub, delivery_id: int) -> Delivery:
    """The attempt of an id; refused with 404 where there is none, it still waits, or it is forgotten."""
    sql = "SELECT * FROM deliveries WHERE id = ? AND delivered_at >= ?"
    found = hub.database.one(Delivery, sql, delivery_id, _oldest_kept(hub))
    if found is None:
        raise NotFound()
    return found


def redeliver(hub: Hub, delivery: Delivery) -> None:
    """Queues the same webhook again, under the same guid."""
    _copy(hub, delivery, redelivery=True)
    hub.wake_sender()


def _copy(hub: Hub, delivery: Delivery, *, redelivery: bool) -> int:
    return hub.database.insert(
        "deliveries",
        guid=delivery.guid,
        event=delivery.event,
        action=delivery.action,
        installation_id=delivery.installation_id,
        repository_id=delivery.repository_id,
        payload=delivery.payload,
        redelivery=redelivery,
    )


def _store(hub: Hub, row: int, outcome: Outcome) -> None:
    hub.database.update(
        "deliveries",
        row,
        delivered_at=hub.now(),
        status=outcome.status,
        status_code=outcome.status_code,
        duration=outcome.duration,
        request_headers=orjson.dumps(outcome.request_headers).decode(),
        response_headers=orjson.dumps(outcome.response_headers).decode(),
        response_body=outcome.response_body,
    )


def _oldest_kept(hub: Hub) -> str:
    return timestamp(hub.clock() - KEPT_SECONDS)
