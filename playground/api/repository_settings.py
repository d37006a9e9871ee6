"""What the owner of a repository does with it."""

from playground import estate
from playground.access import ADMINISTER, author_of, viewer_role
from playground.accounts import account_by_login
from playground.api.call import Answer, Body, Call
from playground.members import is_member
from playground.payloads.repositories import full_payload, repository_payload
from playground.refusals import Forbidden, Invalid

VISIBILITIES = {"private": True, "public": False}


class RepositoryChange(Body):
    """What shall be different about a repository."""

    name: str | None = None
    description: str | None = None
    private: bool | None = None
    visibility: str | None = None
    default_branch: str | None = None
    archived: bool | None = None


class TransferRequest(Body):
    """To whom a repository goes."""

    new_owner: str
    new_name: str | None = None


def change(call: Call) -> Answer:
    """Everything that is given, the name last; an archived repository takes nothing but being unarchived."""
    repository = call.repository(ADMINISTER)
    request = call.read(RepositoryChange)
    sender = author_of(call.hub, call.caller)
    if request.visibility not in (None, *VISIBILITIES):
        raise Invalid.field("Repository", "visibility", "invalid")
    if repository.archived and request.archived is not False:
        raise Forbidden("Repository was archived so is read-only.")
    with call.hub.database.writing():
        if request.archived is not None:
            repository = estate.archive(call.hub, repository, sender, archived=request.archived)
        description = repository.description if request.description is None else request.description
        branch = request.default_branch or repository.default_branch
        repository = estate.describe(call.hub, repository, sender, description=description, default_branch=branch)
        private = VISIBILITIES.get(request.visibility or "", request.private)
        if private is not None:
            repository = estate.show_or_hide(call.hub, repository, sender, private=private)
        if request.name is not None:
            repository = estate.rename(call.hub, repository, sender, request.name)
    return Answer(full_payload(call.hub, repository, viewer_role(call.hub, call.caller, repository)))


def transfer(call: Call) -> Answer:
    """At once; at GitHub a person has to accept what they are given."""
    repository = call.repository(ADMINISTER)
    sender = call.as_person()
    request = call.read(TransferRequest)
    owner = account_by_login(call.hub.database, request.new_owner)
    if owner is None or owner.type == "Bot":
        raise Invalid.field("Repository", "new_owner", "invalid", "new_owner is not an account")
    if owner.type == "Organization" and not is_member(call.hub, owner, sender):
        raise Forbidden(f"You don’t have the permission to create repositories on {owner.login}")
    moved = estate.transfer(call.hub, repository, sender, owner, request.new_name or repository.name)
    return Answer(repository_payload(call.hub, moved), 202)


def delete(call: Call) -> Answer:
    repository = call.repository(ADMINISTER)
    estate.delete(call.hub, repository, author_of(call.hub, call.caller))
    return Answer(status=204)
