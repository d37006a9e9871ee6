"""The Writing port: what we write into somebody's repository. Promise: a branch is moved from the very commit that was
named, or not at all.
"""

from dataclasses import dataclass
from typing import Protocol

from engine.forge.port import RepositoryRef


@dataclass(frozen=True)
class NewFile:
    """A file as a commit has it, whole."""

    path: str
    content: bytes
    #: True keeps the mark of a program that it has.
    program: bool = False


@dataclass(frozen=True)
class NewCommit:
    """One commit to be, on one branch."""

    #: Without `refs/heads/`.
    branch: str
    #: The commit at which the branch must be.
    parent: str
    message: str
    files: tuple[NewFile, ...]


@dataclass(frozen=True)
class Suggestion:
    """A change that whoever may push takes over by a click: these lines of the head, replaced."""

    #: The head of the pull request.
    sha: str
    path: str
    #: Lines from 1, both included.
    first: int
    last: int
    #: Markdown.
    body: str


@dataclass(frozen=True)
class Committed:
    """The branch is at this commit now."""

    sha: str


@dataclass(frozen=True)
class BranchMoved:
    """The branch is elsewhere, or gone; nothing was written on it."""


@dataclass(frozen=True)
class MayNotPush:
    """We may not write there: the branch is protected, or the permission wasn't granted. `why` is the forge's word."""

    why: str


class Writing(Protocol):
    """Writes to one GitHub. Each raises Unreachable, Denied or Gone."""

    def commit(self, repository: RepositoryRef, new: NewCommit) -> Committed | BranchMoved | MayNotPush:
        """Puts the commit on its branch, as the App. Until the very last call nothing of it can be seen."""
        ...

    def commit_with(self, repository: RepositoryRef, branch: str, line: str) -> str:
        """The newest commit of a branch whose message has that very line; empty: none among its last."""
        ...

    def suggest(self, repository: RepositoryRef, number: int, suggestion: Suggestion) -> str:
        """The address of the review comment; empty: it can't stand there, as on lines that nobody is shown."""
        ...

    def suggestion_with(self, repository: RepositoryRef, number: int, mark: str) -> str:
        """The address of our newest review comment with that mark in it; empty: none among the last."""
        ...
