"""Protected branches: nobody pushes to them, changes come by pull requests; and what git is told when it tries."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from playground.hub import Hub
from playground.refusals import Invalid
from playground.repositories import Repository

#: GitHub's words for a call that would move such a branch.
BY_PULL_REQUEST = "Changes must be made through a pull request."
#: What `git push` hears, in GitHub's words; git calls it with the ref's name, its old and its new object.
HOOK = """#!/bin/sh
case " $PLAYGROUND_PROTECTED " in
  *" $1 "*)
    echo "error: GH006: Protected branch update failed for $1." >&2
    echo "" >&2
    echo "- Changes must be made through a pull request." >&2
    exit 1 ;;
esac
"""


@dataclass(frozen=True)
class Protection:
    """A branch that is protected, with what was asked for."""

    repository_id: int
    branch: str
    settings: dict[str, Any]

    @property
    def closed(self) -> bool:
        """Whether changes come by pull requests alone."""
        return self.settings.get("required_pull_request_reviews") is not None


def protection_of(hub: Hub, repository: Repository, branch: str) -> Protection | None:
    sql = "SELECT * FROM protected_branches WHERE repository_id = ? AND branch = ?"
    return hub.database.one(Protection, sql, repository.id, branch)


def protect(hub: Hub, repository: Repository, branch: str, settings: Mapping[str, Any]) -> Protection:
    """Protects a branch, or changes how."""
    with hub.database.writing():
        unprotect(hub, repository, branch)
        told = orjson.dumps(dict(settings)).decode()
        hub.database.insert("protected_branches", repository_id=repository.id, branch=branch, settings=told)
    return Protection(repository.id, branch, dict(settings))


def unprotect(hub: Hub, repository: Repository, branch: str) -> bool:
    """Whether it was protected."""
    sql = "DELETE FROM protected_branches WHERE repository_id = ? AND branch = ?"
    return hub.database.execute(sql, repository.id, branch) > 0


def check_open(hub: Hub, repository: Repository, ref: str) -> None:
    """Refuses what would move a protected branch without a pull request."""
    found = protection_of(hub, repository, ref.removeprefix("refs/heads/"))
    if found is not None and found.closed:
        raise Invalid(BY_PULL_REQUEST)


def hook_environment(hub: Hub, repository: Repository) -> dict[str, str]:
    """What git http-backend needs to know so that it refuses the same."""
    sql = "SELECT * FROM protected_branches WHERE repository_id = ?"
    found = hub.database.all(Protection, sql, repository.id)
    closed = [one.branch for one in found if one.closed]
    if not closed:
        return {}
    return {
        "PLAYGROUND_PROTECTED": " ".join(f"refs/heads/{branch}" for branch in closed),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.hooksPath",
        "GIT_CONFIG_VALUE_0": str(_hooks(hub.settings.home)),
    }


def _hooks(home: Path) -> Path:
    """The folder with the hook, written where it isn't yet."""
    folder = home / "hooks"
    folder.mkdir(exist_ok=True)
    hook = folder / "update"
    if not hook.exists():
        unready = folder / "update.new"
        unready.write_text(HOOK)
        unready.chmod(0o700)
        unready.replace(hook)
    return folder
