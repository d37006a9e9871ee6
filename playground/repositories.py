"""Repositories: their rows, their owners, who may do what in them."""

import re
from dataclasses import dataclass
from pathlib import Path

from playground.accounts import GARDENER, Account, account_by_id
from playground.hub import Hub
from playground.members import owns
from playground.objects import create_bare, refs, resolve
from playground.refusals import Invalid, NotFound
from playground.roles import at_least
from playground.trees import copy_ref

GOOD_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")


@dataclass(frozen=True)
class Repository:
    """One repository as it is stored."""

    id: int
    owner_id: int
    name: str
    description: str | None
    private: bool
    default_branch: str
    #: The repository that this one is a fork of.
    parent_id: int | None
    created_at: str
    updated_at: str
    pushed_at: str
    archived: bool
    deleted_at: str | None


@dataclass(frozen=True)
class Collaborator:
    """A role that somebody was given."""

    repository_id: int
    account_id: int
    role: str


def repository_by_id(hub: Hub, repository_id: int) -> Repository:
    """The repository of an id; refused with 404 where there is none, or none any more."""
    found = standing_repository(hub, repository_id)
    if found is None:
        raise NotFound()
    return found


def standing_repository(hub: Hub, repository_id: int) -> Repository | None:
    """The repository of an id, or nothing where it was deleted."""
    sql = "SELECT * FROM repositories WHERE id = ? AND deleted_at IS NULL"
    return hub.database.one(Repository, sql, repository_id)


def repository_by_name(hub: Hub, owner: str, name: str) -> Repository:
    """The repository of a full name in any case; refused with 404 where there is none."""
    found = hub.database.one(
        Repository,
        "SELECT r.* FROM repositories r JOIN accounts a ON a.id = r.owner_id WHERE a.login = ? AND r.name = ?",
        owner,
        name,
    )
    if found is None:
        raise NotFound()
    return found


def all_repositories(hub: Hub) -> list[Repository]:
    return hub.database.all(Repository, "SELECT * FROM repositories WHERE deleted_at IS NULL ORDER BY id")


def owner_of(hub: Hub, repository: Repository) -> Account:
    return account_by_id(hub.database, repository.owner_id)


def full_name(hub: Hub, repository: Repository) -> str:
    return f"{owner_of(hub, repository).login}/{repository.name}"


def git_dir(hub: Hub, repository: Repository) -> Path:
    """Where the bare repository lies."""
    return hub.repositories_root / owner_of(hub, repository).login / f"{repository.name}.git"


def commit_named(hub: Hub, repository: Repository, name: str) -> str:
    """The sha of a branch, tag or commit; refused as GitHub refuses an unknown one."""
    sha = resolve(git_dir(hub, repository), name)
    if sha is None:
        raise Invalid(f"No commit found for SHA: {name}")
    return sha


def role_of(hub: Hub, account: Account, repository: Repository) -> str:
    """The strongest role an account has: it decides for the owner, was given a role, or reads what is public."""
    if owns(hub, account_by_id(hub.database, repository.owner_id), account):
        return "admin"
    if account.login == GARDENER:  # an App that may write contents, installed everywhere
        return "write"
    given = hub.database.scalar(
        "SELECT role FROM collaborators WHERE repository_id = ? AND account_id = ?", repository.id, account.id
    )
    return str(given) if given else "none" if repository.private else "read"


def collaborators(hub: Hub, repository: Repository) -> list[Collaborator]:
    found = hub.database.all(
        Collaborator, "SELECT * FROM collaborators WHERE repository_id = ? ORDER BY account_id", repository.id
    )
    owner = owner_of(hub, repository)
    own = [Collaborator(repository.id, owner.id, "admin")] if owner.type == "User" else []
    return own + found


def visible_repositories(hub: Hub, account: Account) -> list[Repository]:
    """What an account may read, oldest first."""
    return [found for found in all_repositories(hub) if at_least(role_of(hub, account, found), "read")]


def create_repository(
    hub: Hub,
    owner: Account,
    name: str,
    *,
    private: bool,
    description: str | None = None,
    parent: Repository | None = None,
) -> Repository:
    """Adds a row and an empty bare repository; a name that is taken or bad is refused."""
    now = hub.now()
    with hub.database.writing():
        check_name(hub, owner, name)
        repository_id = hub.database.insert(
            "repositories",
            owner_id=owner.id,
            name=name,
            description=description,
            private=private,
            default_branch=parent.default_branch if parent else "main",
            parent_id=parent.id if parent else None,
            created_at=now,
            updated_at=now,
            pushed_at=now,
        )
        # Whoever looks for the repository that once had this name finds the new one.
        hub.database.execute("DELETE FROM former_names WHERE owner_id = ? AND name = ?", owner.id, name)
        repository = repository_by_id(hub, repository_id)
        create_bare(git_dir(hub, repository), repository.default_branch)
    return repository


def check_name(hub: Hub, owner: Account, name: str) -> None:
    """Refuses a name that is no good or that another repository of the account has."""
    if not GOOD_NAME.fullmatch(name) or name in (".", "..") or name.endswith(".git"):
        raise Invalid.field("Repository", "name", "custom", "name is not a valid repository name")
    if hub.database.scalar("SELECT 1 FROM repositories WHERE owner_id = ? AND name = ?", owner.id, name):
        raise Invalid.field("Repository", "name", "custom", "name already exists on this account")


def former_repository(hub: Hub, owner: str, name: str) -> Repository | None:
    """The repository that once had a full name, under whatever name it stands today."""
    return hub.database.one(
        Repository,
        "SELECT r.* FROM former_names f JOIN accounts a ON a.id = f.owner_id JOIN repositories r "
        "ON r.id = f.repository_id WHERE a.login = ? AND f.name = ? AND r.deleted_at IS NULL",
        owner,
        name,
    )


def fork_of(hub: Hub, parent: Repository, owner: Account) -> Repository | None:
    """The fork an account already has."""
    return hub.database.one(
        Repository,
        "SELECT * FROM repositories WHERE parent_id = ? AND owner_id = ? AND deleted_at IS NULL",
        parent.id,
        owner.id,
    )


def create_fork(hub: Hub, parent: Repository, owner: Account, name: str) -> Repository:
    """A copy of all branches and tags under another owner, as private as the original."""
    fork = create_repository(hub, owner, name, private=parent.private, description=parent.description, parent=parent)
    source, destination = git_dir(hub, parent), git_dir(hub, fork)
    for ref in refs(source, "refs/heads/", "refs/tags/"):
        copy_ref(source, destination, name=ref, to=ref)
    return fork


def set_collaborator(hub: Hub, repository: Repository, account: Account, role: str) -> None:
    hub.database.execute(
        "INSERT INTO collaborators (repository_id, account_id, role) VALUES (?, ?, ?) "
        "ON CONFLICT (repository_id, account_id) DO UPDATE SET role = excluded.role",
        repository.id,
        account.id,
        role,
    )


def remove_collaborator(hub: Hub, repository: Repository, account: Account) -> bool:
    """Takes a role away and says whether there was one."""
    sql = "DELETE FROM collaborators WHERE repository_id = ? AND account_id = ?"
    return hub.database.execute(sql, repository.id, account.id) > 0


def touch_pushed(hub: Hub, repository: Repository) -> None:
    now = hub.now()
    hub.database.update("repositories", repository.id, pushed_at=now, updated_at=now)
