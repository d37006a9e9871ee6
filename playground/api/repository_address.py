"""How a call names its repository: by its name, by its id, or by a name that it had once."""

from collections.abc import Mapping

from playground.access import may_see
from playground.callers import Caller, TheApp
from playground.hub import Hub
from playground.refusals import Moved, NotFound
from playground.repositories import former_repository, owner_of, repository_by_id, repository_by_name

BY_ID = "/repositories/{repository}"


def named(hub: Hub, caller: Caller, method: str, path: Mapping[str, str], address: str) -> Mapping[str, str]:
    """The parameters of a path with the repository's owner and name of today; a former name is redirected to the id."""
    if "repository" in path:
        return {**path, **_by_id(hub, path["repository"])}
    if "owner" in path and "repo" in path:
        _redirect_former(hub, caller, method, path, address)
    return path


def _by_id(hub: Hub, text: str) -> Mapping[str, str]:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise NotFound()
    repository = repository_by_id(hub, int(text))
    return {"owner": owner_of(hub, repository).login, "repo": repository.name}


def _redirect_former(hub: Hub, caller: Caller, method: str, path: Mapping[str, str], address: str) -> None:
    owner, name = path["owner"], path["repo"]
    try:
        repository_by_name(hub, owner, name)
    except NotFound:
        repository = former_repository(hub, owner, name)
        if repository is not None and (isinstance(caller, TheApp) or may_see(hub, caller, repository)):
            rest = address.partition(f"/repos/{owner}/{name}")[2]
            raise Moved(f"{hub.addresses.api}/repositories/{repository.id}{rest}", method) from None
