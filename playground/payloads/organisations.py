"""Who is in an organisation, and its teams."""

from typing import Any

from playground.accounts import Account
from playground.hub import Hub
from playground.members import Team, member_of
from playground.payloads.accounts import account_payload, organisation_payload
from playground.payloads.node_ids import node_id


def membership_payload(hub: Hub, organisation: Account, account: Account) -> dict[str, Any]:
    """What somebody is in an organisation, as webhooks show it."""
    member = member_of(hub, organisation, account)
    url = f"{hub.addresses.api}/orgs/{organisation.login}"
    return {
        "url": f"{url}/memberships/{account.login}",
        "state": "active",
        "role": member.role if member else "member",
        "organization_url": url,
        "user": account_payload(hub, account),
    }


def full_membership_payload(hub: Hub, organisation: Account, account: Account) -> dict[str, Any]:
    """The same with the organisation, as the API answers."""
    shown = membership_payload(hub, organisation, account)
    return shown | {"organization": organisation_payload(hub, organisation)}


def team_payload(hub: Hub, organisation: Account, team: Team) -> dict[str, Any]:
    """A team."""
    url = f"{hub.addresses.api}/organizations/{organisation.id}/team/{team.id}"
    return {
        "name": team.name,
        "id": team.id,
        "node_id": node_id("T", team.id),
        "slug": team.slug,
        "description": None,
        "privacy": "closed",
        "notification_setting": "notifications_enabled",
        "url": url,
        "html_url": f"{hub.addresses.web}/orgs/{organisation.login}/teams/{team.slug}",
        "members_url": f"{url}/members{{/member}}",
        "repositories_url": f"{url}/repos",
        "type": "organization",
        "organization_id": organisation.id,
        "permission": "pull",
        "parent": None,
    }
