"""People, organisations and the App."""

from typing import Any
from urllib.parse import quote

from playground.accounts import GARDENER, ORGANISATION, Account, account_by_login
from playground.application import GARDENER_SLUG, SLUG
from playground.hub import Hub
from playground.payloads.node_ids import node_id
from playground.roles import legacy_permission, permissions_of

#: Below those that ours are given.
GARDENER_APP_ID = 1_700_029
PREFIXES = {"User": "U", "Organization": "O", "Bot": "BOT"}
SUB_ADDRESSES = {
    "followers_url": "/followers",
    "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}",
    "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions",
    "organizations_url": "/orgs",
    "repos_url": "/repos",
    "events_url": "/events{/privacy}",
    "received_events_url": "/received_events",
}


def account_payload(hub: Hub, account: Account) -> dict[str, Any]:
    """What GitHub calls a simple user."""
    url = f"{hub.addresses.api}/users/{quote(account.login)}"
    page = account.login if account.type != "Bot" else f"apps/{account.login.removesuffix('[bot]')}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node_id(PREFIXES[account.type], account.id),
        "avatar_url": f"{hub.addresses.web}/avatars/{account.id}.svg",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{hub.addresses.web}/{page}",
        **{name: url + suffix for name, suffix in SUB_ADDRESSES.items()},
        "type": account.type,
        "user_view_type": "public",
        "site_admin": False,
    }


def profile_payload(hub: Hub, account: Account, public_repositories: int) -> dict[str, Any]:
    """What everybody sees of somebody; addresses here are nobody's secret."""
    return account_payload(hub, account) | {
        "name": account.name,
        "company": None,
        "blog": "",
        "location": None,
        "email": account.email,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "notification_email": account.email,
        "public_repos": public_repositories,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": account.created_at,
        "updated_at": account.created_at,
    }


def organisation_payload(hub: Hub, account: Account) -> dict[str, Any]:
    """The organisation as it stands in a webhook."""
    url = f"{hub.addresses.api}/orgs/{account.login}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": node_id("O", account.id),
        "url": url,
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "hooks_url": f"{url}/hooks",
        "issues_url": f"{url}/issues",
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": f"{hub.addresses.web}/avatars/{account.id}.svg",
        "description": account.name,
    }


def collaborator_payload(hub: Hub, account: Account, role: str) -> dict[str, Any]:
    return account_payload(hub, account) | {"permissions": permissions_of(role), "role_name": role}


def permission_payload(hub: Hub, account: Account, role: str) -> dict[str, Any]:
    """The answer to what somebody may do in a repository."""
    user = collaborator_payload(hub, account, role)
    return {"permission": legacy_permission(role), "user": user, "role_name": role if role != "none" else ""}


def application_payload(hub: Hub) -> dict[str, Any]:
    """The GitHub App."""
    application = hub.application
    shown = _application(hub, application.app_id, application.slug, application.created_at)
    return shown | {
        "client_id": application.client_id,
        "name": "Slipway",
        "description": "Previews, deploys and readiness reports.",
        "external_url": hub.settings.bot_url,
        "permissions": dict(hub.settings.app_permissions),
        "events": list(hub.settings.app_events),
    }


def app_payload(hub: Hub, slug: str) -> dict[str, Any]:
    """The App of a slug: ours, or the gardener's."""
    if slug == SLUG:
        return application_payload(hub)
    return _application(hub, GARDENER_APP_ID, slug, hub.application.created_at) | {
        "client_id": "Iv23ligardener00000001",
        "name": "Gardener",
        "description": "Keeps dependencies fresh and commits checked.",
        "external_url": f"{hub.addresses.web}/apps/{slug}",
        "permissions": {"checks": "write", "contents": "write", "metadata": "read", "statuses": "write"},
        "events": [],
    }


def acting_application(hub: Hub, account: Account) -> dict[str, Any] | None:
    """The App in whose name an account acts; people act for themselves."""
    if account.login == GARDENER:
        return app_payload(hub, GARDENER_SLUG)
    return application_payload(hub) if account.id == hub.bot().id else None


def _application(hub: Hub, app_id: int, slug: str, since: str) -> dict[str, Any]:
    owner = account_by_login(hub.database, ORGANISATION)
    return {
        "id": app_id,
        "slug": slug,
        "node_id": node_id("A", app_id),
        "owner": account_payload(hub, owner) if owner else None,
        "html_url": f"{hub.addresses.web}/apps/{slug}",
        "created_at": since,
        "updated_at": since,
    }
