"""Roles that people are given on a repository and lose again, with the webhooks that this fires."""

from playground.accounts import Account
from playground.events import announce
from playground.faults.effects import record
from playground.hub import Hub
from playground.payloads.accounts import account_payload
from playground.refusals import Invalid
from playground.repositories import Repository, collaborators, remove_collaborator, set_collaborator
from playground.roles import legacy_permission


def invite(hub: Hub, repository: Repository, account: Account, sender: Account, role: str) -> None:
    """Gives a role, effective at once as for members of an organisation: `member` added or edited."""
    if account.type != "User" or account.id == repository.owner_id:
        raise Invalid.field("Repository", "user", "custom", "Repository owner cannot be a collaborator")
    before = {one.account_id: one.role for one in collaborators(hub, repository)}.get(account.id)
    with hub.database.writing():
        set_collaborator(hub, repository, account, role)
        if before is None:
            to = {"permission": {"to": legacy_permission(role)}, "role_name": {"to": role}}
            _tell(hub, "added", repository, account, sender, changes=to)
        elif before != role:
            moved = {"permission": {"from": legacy_permission(before), "to": legacy_permission(role)}}
            _tell(hub, "edited", repository, account, sender, changes=moved)


def uninvite(hub: Hub, repository: Repository, account: Account, sender: Account) -> None:
    """Takes a role away: `member` removed."""
    with hub.database.writing():
        if remove_collaborator(hub, repository, account):
            _tell(hub, "removed", repository, account, sender)


def _tell(hub: Hub, action: str, repository: Repository, member: Account, sender: Account, **more: object) -> None:
    record(hub, f"collaborator_{action}", repository, member=member.login, actor=sender.login)
    content = {"action": action, "member": account_payload(hub, member), **more}
    announce(hub, "member", content, repository=repository, sender=sender)
