"""The Forge port: what we ask of GitHub. Promise: a commit is exactly that commit."""

from dataclasses import dataclass
from typing import Protocol

from engine.domain.event import PullRequest, Repository
from engine.domain.permission import Role
from engine.settings import Secret


@dataclass(frozen=True)
class RepositoryRef:
    """Enough to find a repository, also after a rename."""

    installation_id: int
    id: int
    full_name: str


@dataclass(frozen=True)
class CloneCredentials:
    """How git reaches a repository. The token goes through a credential helper, never into the address."""

    url: str
    username: str
    token: Secret


@dataclass(frozen=True)
class Change:
    """What a pull request changes at its head."""

    #: The head commit's whole message.
    message: str
    #: Paths that differ from the base; None when nobody asked for them, or when they are too many to read.
    paths: tuple[str, ...] | None


class Forge(Protocol):
    """Reads of one GitHub. Each raises Unreachable, Denied or Gone."""

    def find(self, full_name: str) -> tuple[int, Repository]:
        """The repository of that name, after the id of the installation that covers it. Raises Gone when none does."""
        ...

    def read_file(self, repository: RepositoryRef, path: str, ref: str) -> bytes | None:
        """The bytes of a file at a commit or branch; None when it isn't there."""
        ...

    def permission(self, repository: RepositoryRef, login: str, account: int = 0) -> Role:
        """The role of `login` on the repository at this moment; none once another `account` (its id) is called so."""
        ...

    def clone_credentials(self, repository: RepositoryRef) -> CloneCredentials:
        """Credentials that read this one repository for at most an hour."""
        ...

    def pull_request(self, repository: RepositoryRef, number: int) -> PullRequest:
        """A pull request, its head commit among the rest, at this moment."""
        ...

    def change(self, repository: RepositoryRef, number: int, sha: str, *, with_paths: bool) -> Change:
        """What the pull request changes, whose head is `sha`, at this moment; its paths cost further calls."""
        ...
