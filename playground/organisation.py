"""What happens to the people of an organisation and its teams; each fires its webhook."""

from typing import Any

from playground.accounts import Account
from playground.events import announce_to_organisation
from playground.faults.effects import record
from playground.hub import Hub
from playground.members import Team, drop_member, join_team, leave_team, member_of, store_member, team_members, teams_of
from playground.payloads.accounts import account_payload
from playground.payloads.organisations import membership_payload, team_payload


def welcome(hub: Hub, organisation: Account, account: Account, sender: Account, role: str) -> None:
    """Takes somebody in, or gives them another role, at once: `organization` member_added when they are new."""
    known = member_of(hub, organisation, account)
    with hub.database.writing():
        store_member(hub, organisation, account, role)
        if known is None:
            _tell(hub, "member_added", organisation, account, sender)


def dismiss(hub: Hub, organisation: Account, account: Account, sender: Account) -> bool:
    """Sends somebody away, out of teams and repositories too: `organization` member_removed; false for a stranger."""
    if member_of(hub, organisation, account) is None:
        return False
    with hub.database.writing():
        for team in teams_of(hub, organisation):
            depart(hub, organisation, team, account, sender)
        _tell(hub, "member_removed", organisation, account, sender)
        drop_member(hub, organisation, account)
    return True


def join(hub: Hub, organisation: Account, team: Team, account: Account, sender: Account) -> None:
    """Puts a member into a team: `membership` added."""
    with hub.database.writing():
        if join_team(hub, team, account):
            _tell_team(hub, "added", organisation, team, account, sender)


def depart(hub: Hub, organisation: Account, team: Team, account: Account, sender: Account) -> None:
    """Takes somebody out of a team: `membership` removed."""
    with hub.database.writing():
        if account in team_members(hub, team):
            _tell_team(hub, "removed", organisation, team, account, sender)
            leave_team(hub, team, account)


def _tell(hub: Hub, action: str, organisation: Account, account: Account, sender: Account) -> None:
    record(hub, action, organisation=organisation.login, member=account.login, actor=sender.login)
    content = {"action": action, "membership": membership_payload(hub, organisation, account)}
    announce_to_organisation(hub, "organization", content, organisation=organisation, sender=sender)


def _tell_team(hub: Hub, action: str, organisation: Account, team: Team, account: Account, sender: Account) -> None:
    content: dict[str, Any] = {
        "action": action,
        "scope": "team",
        "member": account_payload(hub, account),
        "team": team_payload(hub, organisation, team),
    }
    announce_to_organisation(hub, "membership", content, organisation=organisation, sender=sender)
