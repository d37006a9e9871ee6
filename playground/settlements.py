"""New repositories of people, which the App's installation then covers."""

from collections.abc import Sequence
from typing import Any

from playground.accounts import Account
from playground.events import announce, announce_installation
from playground.git import git
from playground.hub import Hub
from playground.installations import Installation, installation_on, select_repository
from playground.objects import Signature
from playground.payloads.repositories import minimal_payload
from playground.repositories import Repository, create_repository, git_dir
from playground.trees import Draft, commit_tree, set_ref


def make_repository(
    hub: Hub, owner: Account, name: str, *, private: bool, description: str | None, first_commit: bool
) -> Repository:
    """Makes a repository and tells of it: `installation_repositories` added, `repository` created."""
    with hub.database.writing():
        repository = create_repository(hub, owner, name, private=private, description=description)
        if first_commit:
            _write_readme(hub, repository, owner)
        installation = installation_on(hub, owner.id)
        if installation is not None:
            if installation.repository_selection == "selected":
                select_repository(hub, installation, repository)
            tell_selection(hub, installation, repository, owner, "added")
        announce(hub, "repository", {"action": "created"}, repository=repository, sender=owner)
    return repository


def tell_selection(hub: Hub, installation: Installation, repository: Repository, sender: Account, action: str) -> None:
    """Queues `installation_repositories`, added or removed, for one repository."""
    added, removed = ([repository], []) if action == "added" else ([], [repository])
    tell_selections(hub, installation, sender, added=added, removed=removed)


def tell_selections(
    hub: Hub, installation: Installation, sender: Account, *, added: Sequence[Repository], removed: Sequence[Repository]
) -> None:
    """Queues `installation_repositories` added, then removed, where there is something to tell."""
    for action, changed in (("added", added), ("removed", removed)):
        shown = [minimal_payload(hub, one) for one in changed]
        content: dict[str, Any] = {
            "action": action,
            "repository_selection": installation.repository_selection,
            "repositories_added": shown if action == "added" else [],
            "repositories_removed": shown if action == "removed" else [],
            "requester": None,
        }
        if changed:
            announce_installation(hub, "installation_repositories", content, installation=installation, sender=sender)


def _write_readme(hub: Hub, repository: Repository, owner: Account) -> None:
    path = git_dir(hub, repository)
    text = f"# {repository.name}\n{repository.description or ''}\n".encode()
    blob = git(path, "hash-object", "-w", "--stdin", feed=text).decode().strip()
    tree = git(path, "mktree", feed=f"100644 blob {blob}\tREADME.md\n".encode()).decode().strip()
    draft = Draft("Initial commit", Signature(owner.name, owner.email, hub.now()))
    set_ref(path, f"refs/heads/{repository.default_branch}", commit_tree(path, tree, draft, parents=[]))
