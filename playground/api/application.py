"""The App looks after itself: its installations and its tokens."""

from typing import Any

from playground import installing
from playground.access import sees
from playground.api.call import Answer, Body, Call, paged
from playground.hub import timestamp
from playground.installations import (
    Installation,
    covered_repositories,
    granted_permissions,
    installation_by_id,
    installation_of,
    installations,
)
from playground.payloads.accounts import application_payload
from playground.payloads.installations import installation_payload
from playground.payloads.repositories import repository_payload
from playground.refusals import Forbidden, Invalid, NotFound
from playground.repositories import Repository, repository_by_name
from playground.settings import LEVELS
from playground.tokens import mint_installation_token, revoke_token

ONLY_INSTALLATIONS = (
    "You must authenticate with an installation access token in order to list repositories for an installation."
)
NOT_COVERED = "There is at least one repository that does not exist or is not accessible to the parent installation."
NOT_GRANTED = "The permissions requested are not granted to this installation."


class TokenRequest(Body):
    """Fewer repositories or permissions than the installation has."""

    repositories: list[str] | None = None
    repository_ids: list[int] | None = None
    permissions: dict[str, str] | None = None


def show_app(call: Call) -> Answer:
    call.as_app()
    shown = application_payload(call.hub)
    return Answer(shown | {"installations_count": len(installations(call.hub))})


def list_installations(call: Call) -> Answer:
    call.as_app()
    return paged(call, installations(call.hub), lambda one: installation_payload(call.hub, one))


def show_installation(call: Call) -> Answer:
    return Answer(installation_payload(call.hub, _installation(call)))


def show_repository_installation(call: Call) -> Answer:
    call.as_app()
    repository = repository_by_name(call.hub, call.path["owner"], call.path["repo"])
    found = installation_of(call.hub, repository)
    if found is None:
        raise NotFound()
    return Answer(installation_payload(call.hub, found))


def create_token(call: Call) -> Answer:
    """Mints a token for one hour, with no more than the installation has and no more than was asked for."""
    installation = _installation(call)
    if installation.suspended_at is not None:
        raise Forbidden("This installation has been suspended")
    request = call.read(TokenRequest)
    permissions = _permissions(call, installation, request)
    chosen = _chosen(call, installation, request)
    ids = None if chosen is None else [repository.id for repository in chosen]
    secret, expires_at = mint_installation_token(call.hub, installation, permissions, ids)
    answer: dict[str, Any] = {
        "token": secret,
        "expires_at": timestamp(expires_at),
        "permissions": permissions,
        "repository_selection": "selected" if chosen is not None else installation.repository_selection,
    }
    if chosen is not None:
        answer["repositories"] = [repository_payload(call.hub, repository) for repository in chosen]
    return Answer(answer, 201)


def suspend(call: Call) -> Answer:
    return _set_suspended(call, suspended=True)


def unsuspend(call: Call) -> Answer:
    return _set_suspended(call, suspended=False)


def uninstall(call: Call) -> Answer:
    """Ends an installation with all its tokens: `installation` deleted."""
    installation = _installation(call)
    installing.uninstall(call.hub, installation, installing.owner_account(call.hub, installation))
    return Answer(status=204)


def list_installation_repositories(call: Call) -> Answer:
    caller = call.as_installation(ONLY_INSTALLATIONS)
    covered = covered_repositories(call.hub, caller.installation)
    reached = [repository for repository in covered if sees(call.hub, caller, repository)]
    selection = "selected" if caller.repository_ids is not None else caller.installation.repository_selection

    def wrap(shown: list[object]) -> object:
        return {"total_count": len(reached), "repository_selection": selection, "repositories": shown}

    return paged(call, reached, lambda one: repository_payload(call.hub, one), wrap)


def revoke_installation_token(call: Call) -> Answer:
    revoke_token(call.hub, call.as_installation("Resource not accessible by integration").secret)
    return Answer(status=204)


def _installation(call: Call) -> Installation:
    call.as_app()
    return installation_by_id(call.hub, call.number("installation"))


def _permissions(call: Call, installation: Installation, request: TokenRequest) -> dict[str, str]:
    if request.permissions is None:
        return granted_permissions(call.hub, installation)
    for name, level in request.permissions.items():
        if level not in LEVELS:
            raise Invalid(f"Invalid request.\n\nFor 'properties/permissions/{name}': {level!r} is not a level.")
        granted = granted_permissions(call.hub, installation).get(name)
        if granted is None or LEVELS.index(level) > LEVELS.index(granted):
            raise Invalid(NOT_GRANTED)
    return {"metadata": "read", **request.permissions}


def _chosen(call: Call, installation: Installation, request: TokenRequest) -> list[Repository] | None:
    if request.repositories is None and request.repository_ids is None:
        return None
    names = {name.lower() for name in request.repositories or ()}
    ids = set(request.repository_ids or ())
    covered = covered_repositories(call.hub, installation)
    chosen = [one for one in covered if one.name.lower() in names or one.id in ids]
    known = {one.name.lower() for one in chosen}, {one.id for one in chosen}
    if not names <= known[0] or not ids <= known[1]:
        raise Invalid(NOT_COVERED)
    return chosen


def _set_suspended(call: Call, *, suspended: bool) -> Answer:
    installation = _installation(call)
    installing.suspend(call.hub, installation, installing.owner_account(call.hub, installation), suspended=suspended)
    return Answer(status=204)
