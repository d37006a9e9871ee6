"""What accounts do with the App: install it, let it see more or less, suspend it, and send it away."""

from collections.abc import Collection
from typing import Any

import orjson

from playground.accounts import Account, account_by_id
from playground.events import announce_installation
from playground.faults.effects import record
from playground.hub import Hub
from playground.installations import (
    Installation,
    covered_repositories,
    create_installation,
    deselect_repository,
    installation_by_id,
    installation_on,
    select_repository,
)
from playground.payloads.repositories import minimal_payload
from playground.refusals import Invalid
from playground.repositories import Repository
from playground.settlements import tell_selections


def install(hub: Hub, account: Account, sender: Account) -> Installation:
    """Installs the App on all repositories of an account: `installation` created."""
    if installation_on(hub, account.id) is not None:
        raise Invalid(f"The App is installed on {account.login} already.")
    with hub.database.writing():
        installation = create_installation(hub, account.id, selection="all")
        _tell(hub, "created", installation, sender, requester=None)
    return installation


def uninstall(hub: Hub, installation: Installation, sender: Account) -> None:
    """Ends an installation with all its tokens: `installation` deleted."""
    with hub.database.writing():
        _tell(hub, "deleted", installation, sender)
        hub.database.execute("DELETE FROM installations WHERE id = ?", installation.id)


def suspend(hub: Hub, installation: Installation, sender: Account, *, suspended: bool) -> Installation:
    """Takes everything away from the App for a while, or gives it back: `installation` suspend or unsuspend."""
    if (installation.suspended_at is not None) == suspended:
        return installation
    with hub.database.writing():
        changed = _change(hub, installation, suspended_at=hub.now() if suspended else None)
        _tell(hub, "suspend" if suspended else "unsuspend", changed, sender)
    return changed


def withhold(hub: Hub, installation: Installation, permission: str) -> Installation:
    """Makes a permission one that the App asks for and the account hasn't accepted; nobody is told of that."""
    asked = hub.settings.app_permissions
    if permission not in asked or permission == "metadata":
        raise Invalid(f"{permission!r} is not a permission that can be withheld.")
    withheld = sorted({*installation.withheld, permission} & set(asked))
    return _change(hub, installation, withheld=orjson.dumps(withheld).decode())


def accept(hub: Hub, installation: Installation, sender: Account) -> Installation:
    """Grants all that the App asks for: `installation` new_permissions_accepted."""
    if not installation.withheld:
        return installation
    with hub.database.writing():
        changed = _change(hub, installation, withheld="[]")
        _tell(hub, "new_permissions_accepted", changed, sender)
    return changed


def choose(hub: Hub, installation: Installation, sender: Account, chosen: Collection[int] | None) -> Installation:
    """Lets the App see all repositories, or these ids: `installation_repositories` added, removed, or both."""
    before = covered_repositories(hub, installation)
    with hub.database.writing():
        changed = _change(hub, installation, repository_selection="all" if chosen is None else "selected")
        _select(hub, changed, set(chosen or ()))
        after = covered_repositories(hub, changed)
        added, removed = _without(after, before), _without(before, after)
        tell_selections(hub, changed, sender, added=added, removed=removed)
    return changed


def owner_account(hub: Hub, installation: Installation) -> Account:
    """On whose account the App is installed."""
    return account_by_id(hub.database, installation.account_id)


def _select(hub: Hub, installation: Installation, chosen: set[int]) -> None:
    sql = "SELECT * FROM repositories WHERE owner_id = ? AND deleted_at IS NULL"
    for repository in hub.database.all(Repository, sql, installation.account_id):
        deselect_repository(hub, installation, repository)
        if repository.id in chosen and installation.repository_selection == "selected":
            select_repository(hub, installation, repository)


def _without(some: list[Repository], others: list[Repository]) -> list[Repository]:
    ids = {one.id for one in others}
    return [one for one in some if one.id not in ids]


def _change(hub: Hub, installation: Installation, **values: str | None) -> Installation:
    hub.database.update("installations", installation.id, updated_at=hub.now(), **values)
    return installation_by_id(hub, installation.id)


def _tell(hub: Hub, action: str, installation: Installation, sender: Account, **more: Any) -> None:
    record(hub, f"installation_{action}", installation_id=installation.id, actor=sender.login)
    covered = covered_repositories(hub, installation)
    content = {"action": action, "repositories": [minimal_payload(hub, one) for one in covered], **more}
    announce_installation(hub, "installation", content, installation=installation, sender=sender)
