"""People: who is calling, who works in a repository and with what permission."""

from typing import Any

from playground.access import ADMINISTER, READ_METADATA
from playground.accounts import Account, account_by_id, account_by_login
from playground.api.call import Answer, Body, Call, paged
from playground.collaborating import invite, uninvite
from playground.payloads.accounts import (
    collaborator_payload,
    permission_payload,
    profile_payload,
)
from playground.refusals import Invalid, NotFound
from playground.repositories import (
    all_repositories,
    collaborators,
    role_of,
)
from playground.roles import GRANTS


class CollaboratorRequest(Body):
    """The permission somebody is given."""

    permission: str = "push"


def show_self(call: Call) -> Answer:
    account = call.as_person()
    return Answer(profile_payload(call.hub, account, _public_repositories(call, account)))


def show_account(call: Call) -> Answer:
    account = call.account()
    return Answer(profile_payload(call.hub, account, _public_repositories(call, account)))


def _public_repositories(call: Call, account: Account) -> int:
    return sum(1 for one in all_repositories(call.hub) if one.owner_id == account.id and not one.private)


def show_permission(call: Call) -> Answer:
    repository = call.repository(READ_METADATA)
    account = account_by_login(call.hub.database, call.path["username"])
    if account is None or account.type != "User":
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
    """Gives a role: `member` added or edited."""
    repository, account = call.repository(ADMINISTER), call.account()
    permission = call.read(CollaboratorRequest).permission
    if permission not in GRANTS:
        raise Invalid.field("Repository", "permission", "invalid", f"{permission} is not a permission")
    invite(call.hub, repository, account, call.as_person(), GRANTS[permission])
    return Answer(status=204)


def drop_collaborator(call: Call) -> Answer:
    """Takes a role away: `member` removed."""
    repository, account = call.repository(ADMINISTER), call.account()
    uninvite(call.hub, repository, account, call.as_person())
    return Answer(status=204)
