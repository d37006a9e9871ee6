"""Webhooks that something that happened gives rise to: decided and written down here, sent by `sender`."""

import uuid
from collections.abc import Mapping
from typing import Any

import orjson

from playground.accounts import Account
from playground.application import UNASKED_EVENTS
from playground.deliveries import enqueue
from playground.hub import Hub
from playground.installations import Installation, granted_permissions, installation_of, installation_on
from playground.payloads.accounts import account_payload, organisation_payload
from playground.payloads.installations import installation_mark, installation_payload
from playground.payloads.repositories import push_repository_payload, repository_payload
from playground.repositories import Repository, owner_of

#: GitHub delivers nothing that is larger.
MOST_BYTES = 25 * 1024 * 1024


#: Sent to every App that may write checks, whatever it subscribes to.
WITH_CHECKS = {"check_run": ("rerequested", "requested_action"), "check_suite": ("requested", "rerequested")}


def announce(hub: Hub, event: str, content: Mapping[str, Any], *, repository: Repository, sender: Account) -> None:
    """Queues a webhook about a repository, if an active installation covers it and the App asked for the event."""
    installation = installation_of(hub, repository)
    if installation is None or not _hears(hub, installation, event, content.get("action")):
        return
    owner = owner_of(hub, repository)
    shown = push_repository_payload if event == "push" else repository_payload
    payload = {**content, "repository": shown(hub, repository)}
    if owner.type == "Organization":
        payload["organization"] = organisation_payload(hub, owner)
    payload["sender"] = account_payload(hub, sender)
    payload["installation"] = installation_mark(installation)
    _queue(hub, event, payload, installation=installation, repository=repository)


def announce_to_organisation(
    hub: Hub, event: str, content: Mapping[str, Any], *, organisation: Account, sender: Account
) -> None:
    """Queues a webhook about the people of an organisation, if an active installation is there and asked for it."""
    installation = installation_on(hub, organisation.id)
    if installation is None or not _hears(hub, installation, event, None):
        return
    payload = {
        **content,
        "organization": organisation_payload(hub, organisation),
        "sender": account_payload(hub, sender),
        "installation": installation_mark(installation),
    }
    _queue(hub, event, payload, installation=installation, repository=None)


def announce_installation(
    hub: Hub, event: str, content: Mapping[str, Any], *, installation: Installation, sender: Account
) -> None:
    """Queues a webhook about an installation itself, which every App gets unasked."""
    if event not in UNASKED_EVENTS:
        raise ValueError(f"announcing {event}: it isn't an event of an installation")
    shown = {"installation": installation_payload(hub, installation), "sender": account_payload(hub, sender)}
    _queue(hub, event, {**content, **shown}, installation=installation, repository=None)


def _hears(hub: Hub, installation: Installation, event: str, action: str | None) -> bool:
    if installation.suspended_at is not None:
        return False
    writes_checks = granted_permissions(hub, installation).get("checks") == "write"
    return event in hub.settings.app_events or (writes_checks and action in WITH_CHECKS.get(event, ()))


def _queue(
    hub: Hub, event: str, payload: Mapping[str, Any], *, installation: Installation, repository: Repository | None
) -> None:
    written = orjson.dumps(payload).decode()
    if len(written.encode()) > MOST_BYTES:
        return
    about = installation.id, repository.id if repository else None
    enqueue(hub, event, payload.get("action"), written, guid=str(uuid.uuid4()), about=about)
