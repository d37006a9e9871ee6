"""Webhooks that something that happened gives rise to: decided and written down here, sent by `sender`."""

import uuid
from collections.abc import Mapping
from typing import Any

import orjson

from playground.accounts import Account
from playground.application import UNASKED_EVENTS
from playground.hub import Hub
from playground.installations import Installation, installation_of
from playground.payloads.accounts import account_payload, organisation_payload
from playground.payloads.installations import installation_mark, installation_payload
from playground.payloads.repositories import push_repository_payload, repository_payload
from playground.repositories import Repository, owner_of

#: GitHub delivers nothing that is larger.
MOST_BYTES = 25 * 1024 * 1024


def announce(hub: Hub, event: str, content: Mapping[str, Any], *, repository: Repository, sender: Account) -> None:
    """Queues a webhook about a repository, if an active installation covers it and the App asked for the event."""
    installation = installation_of(hub, repository)
    if installation is None or installation.suspended_at is not None or event not in hub.settings.app_events:
        return
    owner = owner_of(hub, repository)
    shown = push_repository_payload if event == "push" else repository_payload
    payload = {**content, "repository": shown(hub, repository)}
    if owner.type == "Organization":
        payload["organization"] = organisation_payload(hub, owner)
    payload["sender"] = account_payload(hub, sender)
    payload["installation"] = installation_mark(installation)
    _queue(hub, event, payload, installation=installation, repository=repository)


def announce_installation(
    hub: Hub, event: str, content: Mapping[str, Any], *, installation: Installation, sender: Account
) -> None:
    """Queues a webhook about an installation itself, which every App gets unasked."""
    if event not in UNASKED_EVENTS:
        raise ValueError(f"announcing {event}: it isn't an event of an installation")
    shown = {"installation": installation_payload(hub, installation), "sender": account_payload(hub, sender)}
    _queue(hub, event, {**content, **shown}, installation=installation, repository=None)


def _queue(
    hub: Hub, event: str, payload: Mapping[str, Any], *, installation: Installation, repository: Repository | None
) -> None:
    written = orjson.dumps(payload).decode()
    if len(written.encode()) > MOST_BYTES:
        return
    hub.database.insert(
        "deliveries",
        guid=str(uuid.uuid4()),
        event=event,
        action=payload.get("action"),
        installation_id=installation.id,
        repository_id=repository.id if repository else None,
        payload=written,
        redelivery=False,
    )
    hub.wake_sender()
