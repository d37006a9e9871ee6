"""People: who is calling, who works in a repository and with what permission."""

from typing import Any

from playground.access import ADMINISTER, READ_METADATA
from playground.accounts import Account, account_by_id, account_by_login
from playground.api.call import Answer, Body, Call, paged
from playground.events import announce
from playground.payloads.accounts import (
    account_payload,
    collaborator_payload,
    permission_payload,
    profile_payload,
)
from playground.refusals import Invalid, NotFound
from playground.repositories import (
    Repository,
    collaborators,
    remove_collaborator,
    role_of,
    set_collaborator,
    visible_repositories,
)
from playground.roles import GRANTS, legacy_permission


class CollaboratorRequest(Body):
    """The permission somebody is given."""

    permission: str = "push"


def show_self(call: Call) -> Answer:
    account = call.as_person()
    visible = visible_repositories(call.hub, account)
    public = sum(1 for one in visible if one.owner_id == account.id and not one.private)
    return Answer(profile_payload(call.hub, account, public))


def show_account(call: Call) -> Answer:
    account = call.account()
    return Answer(account_payload(call.hub, account) | {"name": account.name, "created_at": account.created_at})


def show_permission(call: Call) -> Answer:
    repository = call.repository(READ_METADATA)
    account = account_by_login(call.hub.database, call.path["username"])
    if account is None:
        raise NotFound(f"{call.path['username']} is not a user")
    return Answer(permission_payload(call.hub, account, role_of(call.hub, account, repository)))


def list_collaborators(call: Call) -> Answer:
    repository = call.repository(READ_METADATA)

    def show(one: Any) -> object:
        return collaborator_payload(call.hub, account_by_id(call.hub.database, one.account_id), one.role)

    return paged(call, collaborators(call.hub, repository), show)


def is_collaborator(call: Call) -> Answer:
    repository, account = call.repository(READ_METADATA), call.account()
    if account.id not in [one.account_id for one in collaborators(call.hub, repository)]:
        raise NotFound()
    return Answer(status=204)


def add_collaborator(call: Call) -> Answer:
    """Gives a role, effective at once as for members of an organisation: `member` added or edited."""
    repository, account = call.repository(ADMINISTER), call.account()
    permission = call.read(CollaboratorRequest).permission
    if permission not in GRANTS:
        raise Invalid.field("Repository", "permission", "invalid", f"{permission} is not a permission")
    if account.type != "User" or account.id == repository.owner_id:
        raise Invalid.field("Repository", "user", "custom", "Repository owner cannot be a collaborator")
    before = _given_role(call, repository, account)
    role = GRANTS[permission]
    with call.hub.database.writing():
        set_collaborator(call.hub, repository, account, role)
        if before is None:
            to = {"permission": {"to": legacy_permission(role)}, "role_name": {"to": role}}
            _announce(call, repository, account, "added", changes=to)
        elif before != role:
            moved = {"permission": {"from": legacy_permission(before), "to": legacy_permission(role)}}
            _announce(call, repository, account, "edited", changes=moved)
    return Answer(status=204)


def drop_collaborator(call: Call) -> Answer:
    """Takes a role away: `member` removed."""
    repository, account = call.repository(ADMINISTER), call.account()
    with call.hub.database.writing():
        if remove_collaborator(call.hub, repository, account):
            _announce(call, repository, account, "removed")
    return Answer(status=204)


def _given_role(call: Call, repository: Repository, account: Account) -> str | None:
    given = {one.account_id: one.role for one in collaborators(call.hub, repository)}
    return given.get(account.id)


def _announce(call: Call, repository: Repository, member: Account, action: str, **more: object) -> None:
    content = {"action": action, "member": account_payload(call.hub, member), **more}
    announce(call.hub, "member", content, repository=repository, sender=call.as_person())
