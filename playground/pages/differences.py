"""What a commit or a pull request changes, line by line."""

from playground.accounts import account_by_email
from playground.hub import Hub
from playground.objects import Commit, changed_files, patch
from playground.repositories import Repository, git_dir

MOST_FILES_SHOWN = 50


def differences(hub: Hub, repository: Repository, before: str, after: str) -> list[dict[str, object]]:
    """The changed files with their lines, each marked as added, removed, place or context."""
    path = git_dir(hub, repository)
    return [
        {"file": file, "lines": [(_mark(line), line) for line in patch(path, before, after, file).split("\n")]}
        for file in changed_files(path, before, after)[:MOST_FILES_SHOWN]
    ]


def author_name(hub: Hub, found: Commit) -> str:
    account = account_by_email(hub.database, found.author.email)
    return account.login if account else found.author.name


def _mark(line: str) -> str:
    return {"+": "added", "-": "removed", "@": "place"}.get(line[:1], "context")
