"""Installations of the App."""

from typing import Any

from playground.accounts import account_by_id
from playground.hub import Hub
from playground.installations import Installation, granted_permissions
from playground.payloads.accounts import account_payload
from playground.payloads.node_ids import node_id


def installation_payload(hub: Hub, installation: Installation) -> dict[str, Any]:
    """One installation, as the API and the installation events show it."""
    account = account_by_id(hub.database, installation.account_id)
    settings = "settings" if account.type == "User" else f"organizations/{account.login}/settings"
    return {
        "id": installation.id,
        "client_id": hub.application.client_id,
        "account": account_payload(hub, account),
        "repository_selection": installation.repository_selection,
        "access_tokens_url": f"{hub.addresses.api}/app/installations/{installation.id}/access_tokens",
        "repositories_url": f"{hub.addresses.api}/installation/repositories",
        "html_url": f"{hub.addresses.web}/{settings}/installations/{installation.id}",
        "app_id": hub.application.app_id,
        "app_slug": hub.application.slug,
        "target_id": account.id,
        "target_type": account.type,
        "permissions": granted_permissions(hub, installation),
        "events": list(hub.settings.app_events),
        "created_at": installation.created_at,
        "updated_at": installation.updated_at,
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": account_payload(hub, account) if installation.suspended_at else None,
        "suspended_at": installation.suspended_at,
    }


def installation_mark(installation: Installation) -> dict[str, Any]:
    """The two fields by which every other webhook names its installation."""
    return {"id": installation.id, "node_id": node_id("IN", installation.id)}
