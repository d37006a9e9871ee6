"""Commits that the playground makes itself: samples, first commits, merges."""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playground.git import git, git_outcome
from playground.objects import Signature


@dataclass(frozen=True)
class Draft:
    """A commit before it is written: who, when and why."""

    message: str
    author: Signature


def commit_folder(repository: Path, folder: Path, draft: Draft, *, onto: str | None) -> str:
    """A commit whose tree is the parent's with the folder's files laid over it."""
    with tempfile.TemporaryDirectory() as scratch:
        environment = {"GIT_INDEX_FILE": os.path.join(scratch, "index"), "GIT_WORK_TREE": str(folder)}  # noqa: PTH118
        if onto is not None:
            git(repository, "read-tree", onto, environment=environment)
        git(repository, "-C", str(folder), "add", "--ignore-removal", "--", ".", environment=environment)
        tree = git(repository, "write-tree", environment=environment).decode().strip()
    return commit_tree(repository, tree, draft, parents=[onto] if onto else [])


def commit_tree(repository: Path, tree: str, draft: Draft, *, parents: Sequence[str]) -> str:
    """Writes a commit and returns its sha."""
    environment: dict[str, str] = {}
    for role in ("AUTHOR", "COMMITTER"):
        environment |= {
            f"GIT_{role}_NAME": draft.author.name,
            f"GIT_{role}_EMAIL": draft.author.email,
            f"GIT_{role}_DATE": draft.author.date,
        }
    words = [word for parent in parents for word in ("-p", parent)]
    feed = draft.message.encode()
    return git(repository, "commit-tree", tree, *words, feed=feed, environment=environment).decode().strip()


def merged_tree(repository: Path, base: str, head: str) -> str | None:
    """The tree of a clean merge, or nothing where the two conflict."""
    status, said = git_outcome(repository, "merge-tree", "--write-tree", base, head)
    return said.split("\n", 1)[0] if status == 0 else None


def set_ref(repository: Path, name: str, sha: str) -> None:
    git(repository, "update-ref", "--end-of-options", name, sha)


def copy_ref(source: Path, destination: Path, *, name: str, to: str) -> None:
    """Brings a ref with all its objects from one repository of ours into another."""
    environment = {"GIT_ALLOW_PROTOCOL": "file"}
    git(destination, "fetch", "--quiet", "--no-tags", "--", str(source), f"+{name}:{to}", environment=environment)
