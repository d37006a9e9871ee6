"""Repositories: shown, made, forked, and selected for an installation."""

from playground.access import READ_METADATA, viewer_role
from playground.api.call import Answer, Body, Call, paged
from playground.installations import deselect_repository, installation_by_id, select_repository
from playground.payloads.repositories import full_payload, repository_payload
from playground.refusals import Forbidden, Invalid, NotFound
from playground.repositories import (
    Repository,
    create_fork,
    fork_of,
    repository_by_id,
    role_of,
    visible_repositories,
)
from playground.settlements import make_repository, tell_selection


class RepositoryRequest(Body):
    """A repository to be made."""

    name: str
    description: str | None = None
    private: bool = False
    auto_init: bool = False


class ForkRequest(Body):
    """A fork, perhaps under another name."""

    name: str | None = None
    organization: str | None = None
    default_branch_only: bool = False


def show_repository(call: Call) -> Answer:
    return _shown(call, call.repository(READ_METADATA))


def list_own(call: Call) -> Answer:
    """What the caller may read, most recently made last."""
    account = call.as_person()

    def show(repository: Repository) -> object:
        return repository_payload(call.hub, repository, role_of(call.hub, account, repository))

    return paged(call, visible_repositories(call.hub, account), show)


def create(call: Call) -> Answer:
    account = call.as_person()
    request = call.read(RepositoryRequest)
    repository = make_repository(
        call.hub,
        account,
        request.name,
        private=request.private,
        description=request.description,
        first_commit=request.auto_init,
    )
    return Answer(full_payload(call.hub, repository, "admin"), 201)


def fork(call: Call) -> Answer:
    """Copies a repository for the caller; one that exists is the answer, as at GitHub."""
    account = call.as_person()
    parent = call.repository(READ_METADATA)
    request = call.read(ForkRequest)
    if request.organization is not None:
        raise Invalid("The playground forks into personal accounts only; leave 'organization' out")
    if parent.owner_id == account.id:
        raise Forbidden("A repository can't be forked by its owner into the same account.")
    made = fork_of(call.hub, parent, account) or create_fork(call.hub, parent, account, request.name or parent.name)
    return Answer(full_payload(call.hub, made, "admin"), 202)


def select(call: Call) -> Answer:
    """Adds a repository to an installation: `installation_repositories` added."""
    return _selection(call, "added")


def deselect(call: Call) -> Answer:
    """Takes a repository out of an installation: `installation_repositories` removed."""
    return _selection(call, "removed")


def _selection(call: Call, action: str) -> Answer:
    account = call.as_person()
    installation = installation_by_id(call.hub, call.number("installation"))
    repository = repository_by_id(call.hub, call.number("id"))
    if repository.owner_id != installation.account_id or role_of(call.hub, account, repository) != "admin":
        raise NotFound()
    if installation.repository_selection == "all":
        raise Invalid("The installation covers all repositories; there is nothing to select")
    change = select_repository if action == "added" else deselect_repository
    with call.hub.database.writing():
        if change(call.hub, installation, repository):
            tell_selection(call.hub, installation, repository, account, action)
    return Answer(status=204)


def _shown(call: Call, repository: Repository) -> Answer:
    return Answer(full_payload(call.hub, repository, viewer_role(call.hub, call.caller, repository)))
