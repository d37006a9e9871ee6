"""The Commits port: refs, distances between commits, and what checks say of one. Promise: what can't be read is never
taken for green.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from engine.forge.port import RepositoryRef

BRANCH, TAG = "refs/heads/", "refs/tags/"
#: A commit id, in full or shortened to no less than what GitHub itself shows.
COMMIT_ID = re.compile(r"[0-9a-f]{7,64}")
#: GitHub's own limit for the name of a ref is 255 bytes with its folder.
LONGEST_REF = 244
#: What no name of a ref holds, by `git check-ref-format`.
FORBIDDEN = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(?:/|$)|^[-/.]|[/.]$|^@$")


class CheckState(StrEnum):
    """What a check says of a commit."""

    GREEN = "green"
    PENDING = "pending"
    FAILED = "failed"
    #: It says something that we don't know the meaning of: it counts as a no.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Resolved:
    """A commit, and where it was found."""

    sha: str
    #: Full, such as `refs/heads/main`; empty when it was named by its id.
    ref: str


@dataclass(frozen=True)
class CommitLine:
    """A commit in a list."""

    sha: str
    #: The first line of its message; foreign text.
    title: str
    #: A login where GitHub knows one, else the name in the commit; foreign text.
    author: str


@dataclass(frozen=True)
class Comparison:
    """How one commit lies to another. `commits` and `files` are what the head has and the base hasn't."""

    #: Commits that the head has and the base hasn't.
    ahead: int
    #: Commits that the base has and the head hasn't.
    behind: int
    #: Oldest first.
    commits: tuple[CommitLine, ...]
    #: Paths that differ since the two parted, where they are and, when moved, where they were.
    files: tuple[str, ...]
    #: True when there are more commits or files than are listed.
    truncated: bool


@dataclass(frozen=True)
class CheckResult:
    """A check run, or a commit status."""

    #: A status's is its context; foreign text.
    name: str
    state: CheckState
    #: The GitHub App that ran it; 0: a commit status.
    app_id: int


@dataclass(frozen=True)
class Checks:
    """Everything that others' checks say of a commit: one result for each name of each App. Our own are left out."""

    results: tuple[CheckResult, ...]


class Commits(Protocol):
    """Reads of one GitHub. Each raises Unreachable, Denied or Gone."""

    def resolve(self, repository: RepositoryRef, ref: str) -> Resolved | None:
        """The commit of a branch of that name, else of a tag, else the commit of that id; None when there is none.

        A full ref (`refs/heads/main`) is that ref alone. An id counts for commits of this repository's default branch
        and for heads of its branches: forks share its store of commits, and theirs are not ours.
        """
        ...

    def compare(self, repository: RepositoryRef, base: str, head: str) -> Comparison:
        """How `head` lies to `base`; each a branch or a commit id. Raises Gone when one isn't there."""
        ...

    def checks(self, repository: RepositoryRef, sha: str) -> Checks:
        """What checks and statuses say of a commit at this moment: all of them, each one's newest."""
        ...


def is_ref_name(name: str) -> bool:
    """True when a branch or tag may be called so: what isn't, is never put into an address."""
    return 0 < len(name.encode(errors="replace")) <= LONGEST_REF and FORBIDDEN.search(name) is None


def places_of(ref: str) -> tuple[str, ...]:
    """The full refs that a name may mean, in the order in which they count; none for what is no name of a ref."""
    if not is_ref_name(ref):
        return ()
    if ref.startswith((BRANCH, TAG)):
        return (ref,)
    return (f"{BRANCH}{ref}", f"{TAG}{ref}")
