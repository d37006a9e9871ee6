"""What becomes of repositories: renamed, transferred, shown or hidden, archived, deleted; each fires its webhooks."""

import shutil
from pathlib import Path

from playground.accounts import Account
from playground.events import announce
from playground.git import git
from playground.hub import Hub
from playground.installations import installation_of, installation_on
from playground.objects import branches
from playground.payloads.accounts import account_payload, organisation_payload
from playground.refusals import Invalid
from playground.repositories import (
    Repository,
    check_name,
    git_dir,
    owner_of,
    remove_collaborator,
    repository_by_id,
    set_collaborator,
)
from playground.settlements import tell_selection


def rename(hub: Hub, repository: Repository, sender: Account, name: str) -> Repository:
    """Gives another name, and keeps the old one as a way to find it: `repository` renamed."""
    if name == repository.name:
        return repository
    before = git_dir(hub, repository)
    with hub.database.writing():
        if name.lower() != repository.name.lower():
            check_name(hub, owner_of(hub, repository), name)
            _remember(hub, repository)
            _forget(hub, repository.owner_id, name)
        renamed = _change(hub, repository, name=name)
        changes = {"repository": {"name": {"from": repository.name}}}
        announce(hub, "repository", {"action": "renamed", "changes": changes}, repository=renamed, sender=sender)
        _move(before, git_dir(hub, renamed))
    return renamed


def transfer(hub: Hub, repository: Repository, sender: Account, owner: Account, name: str) -> Repository:
    """Gives a repository to another account: `repository` transferred there, and what the App sees changes."""
    if owner.id == repository.owner_id:
        raise Invalid("Repositories cannot be transferred to the original owner")
    before, giver, left = git_dir(hub, repository), owner_of(hub, repository), installation_of(hub, repository)
    with hub.database.writing():
        check_name(hub, owner, name)
        _remember(hub, repository)
        _forget(hub, owner.id, name)
        hub.database.execute("DELETE FROM installation_repositories WHERE repository_id = ?", repository.id)
        moved = _change(hub, repository, owner_id=owner.id, name=name)
        remove_collaborator(hub, moved, owner)
        if giver.type == "User":
            set_collaborator(hub, moved, giver, "admin" if owner.type == "Organization" else "write")
        _move(before, git_dir(hub, moved))
        if left is not None:
            tell_selection(hub, left, repository, sender, "removed")
        entered = installation_on(hub, owner.id)
        if entered is not None and entered.repository_selection == "all":
            tell_selection(hub, entered, moved, sender, "added")
        kind, shown = ("user", account_payload) if giver.type == "User" else ("organization", organisation_payload)
        changes = {"owner": {"from": {kind: shown(hub, giver)}}}
        announce(hub, "repository", {"action": "transferred", "changes": changes}, repository=moved, sender=sender)
    return moved


def show_or_hide(hub: Hub, repository: Repository, sender: Account, *, private: bool) -> Repository:
    """Makes a repository private or public: `repository` privatized or publicized."""
    return _turn(hub, repository, sender, "private", private, ("privatized", "publicized"))


def archive(hub: Hub, repository: Repository, sender: Account, *, archived: bool) -> Repository:
    """Lets nobody change anything any more, or again: `repository` archived or unarchived."""
    return _turn(hub, repository, sender, "archived", archived, ("archived", "unarchived"))


def describe(
    hub: Hub, repository: Repository, sender: Account, *, description: str | None, default_branch: str
) -> Repository:
    """Changes what a repository says of itself: `repository` edited."""
    changes: dict[str, object] = {}
    if description != repository.description:
        changes["description"] = {"from": repository.description}
    if default_branch != repository.default_branch:
        if default_branch not in branches(git_dir(hub, repository)):
            message = (
                f"The branch {default_branch} was not found. Please push that ref first or create it via the Git API."
            )
            raise Invalid(message)
        changes["default_branch"] = {"from": repository.default_branch}
    if not changes:
        return repository
    with hub.database.writing():
        edited = _change(hub, repository, description=description, default_branch=default_branch)
        git(git_dir(hub, edited), "symbolic-ref", "HEAD", f"refs/heads/{default_branch}")
        announce(hub, "repository", {"action": "edited", "changes": changes}, repository=edited, sender=sender)
    return edited


def delete(hub: Hub, repository: Repository, sender: Account) -> None:
    """Ends a repository, and with a private one its forks: `repository` deleted, out of the installation."""
    with hub.database.writing():
        for fork in _forks(hub, repository):
            if repository.private:
                delete(hub, fork, sender)
            else:
                _change(hub, fork, parent_id=None)
        installation = installation_of(hub, repository)
        announce(hub, "repository", {"action": "deleted"}, repository=repository, sender=sender)
        if installation is not None:
            tell_selection(hub, installation, repository, sender, "removed")
        folder = git_dir(hub, repository)
        _bury(hub, repository)
        shutil.rmtree(folder)


def _turn(
    hub: Hub, repository: Repository, sender: Account, column: str, value: bool, actions: tuple[str, str]
) -> Repository:
    if getattr(repository, column) == value:
        return repository
    with hub.database.writing():
        turned = _change(hub, repository, **{column: value})
        action = actions[0] if value else actions[1]
        announce(hub, "repository", {"action": action}, repository=turned, sender=sender)
    return turned


def _change(hub: Hub, repository: Repository, **values: str | int | None) -> Repository:
    hub.database.update("repositories", repository.id, updated_at=hub.now(), **values)
    return repository_by_id(hub, repository.id)


def _forks(hub: Hub, repository: Repository) -> list[Repository]:
    sql = "SELECT * FROM repositories WHERE parent_id = ? AND deleted_at IS NULL ORDER BY id"
    return hub.database.all(Repository, sql, repository.id)


def _bury(hub: Hub, repository: Repository) -> None:
    now = hub.now()
    for table in ("collaborators", "installation_repositories", "former_names"):
        hub.database.execute(f"DELETE FROM {table} WHERE repository_id = ?", repository.id)  # noqa: S608 (names of ours)
    sql = "UPDATE pull_requests SET state = 'closed', closed_at = coalesce(closed_at, ?) WHERE repository_id = ?"
    hub.database.execute(sql, now, repository.id)
    # No name that anybody can give holds a hash, so the old name is free again.
    hub.database.update("repositories", repository.id, deleted_at=now, name=f"{repository.name}#{repository.id}")


def _remember(hub: Hub, repository: Repository) -> None:
    hub.database.execute(
        "INSERT INTO former_names (owner_id, name, repository_id) VALUES (?, ?, ?) "
        "ON CONFLICT (owner_id, name) DO UPDATE SET repository_id = excluded.repository_id",
        repository.owner_id,
        repository.name,
        repository.id,
    )


def _forget(hub: Hub, owner_id: int, name: str) -> None:
    hub.database.execute("DELETE FROM former_names WHERE owner_id = ? AND name = ?", owner_id, name)


def _move(before: Path, after: Path) -> None:
    after.parent.mkdir(parents=True, exist_ok=True)
    before.rename(after)
