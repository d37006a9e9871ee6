"""Commits that the playground makes itself: samples, first commits, merges."""

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playground.git import EMPTY_TREE, NO_COMMIT, git, git_outcome
from playground.objects import Signature


@dataclass(frozen=True)
class Draft:
    """A commit before it is written: who, when and why."""

    message: str
    author: Signature


@dataclass(frozen=True)
class ModeBlob:
    """A name that is laid over a tree; without a sha it goes."""

    mode: str
    sha: str | None
    path: str


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


def write_blob(repository: Path, content: bytes) -> str:
    return git(repository, "hash-object", "-w", "--stdin", feed=content).decode().strip()


def has_object(repository: Path, sha: str, kind: str) -> bool:
    """Whether a full sha names an object of that kind."""
    if len(sha) != 40 or not set(sha) <= set("0123456789abcdef"):
        return False
    status, said = git_outcome(repository, "cat-file", "-t", sha)
    return status == 0 and said.strip() == kind


def is_empty(repository: Path) -> bool:
    """Whether nothing was ever pushed."""
    return not git(repository, "for-each-ref", "--count=1")


def laid_over(repository: Path, base: str | None, entries: Sequence[ModeBlob]) -> str:
    """A tree of these names over those of another."""
    lines = (f"{one.mode if one.sha else 0} {one.sha or NO_COMMIT}\t{one.path}\0" for one in entries)
    with tempfile.TemporaryDirectory() as scratch:
        environment = {"GIT_INDEX_FILE": os.path.join(scratch, "index")}  # noqa: PTH118
        git(repository, "read-tree", base or EMPTY_TREE, environment=environment)
        git(repository, "update-index", "-z", "--index-info", feed="".join(lines).encode(), environment=environment)
        return git(repository, "write-tree", environment=environment).decode().strip()


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
