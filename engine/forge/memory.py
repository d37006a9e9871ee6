"""A Forge in memory: for tests, and for folders that have no forge."""

from dataclasses import dataclass, field

from engine.domain.event import PullRequest, Repository
from engine.domain.permission import Role
from engine.errors import Gone, OutsideError
from engine.forge.port import Change, CloneCredentials, RepositoryRef
from engine.settings import Secret


@dataclass
class MemoryRepository:
    """A repository that a MemoryForge holds."""

    full_name: str
    #: By ref (a commit or branch), then path.
    files: dict[str, dict[str, bytes]] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    pull_requests: dict[int, PullRequest] = field(default_factory=dict)
    #: Commit messages, by commit.
    messages: dict[str, str] = field(default_factory=dict)
    #: Paths that a pull request changes, by its number; None: too many.
    changed: dict[int, tuple[str, ...] | None] = field(default_factory=dict)
    clone_url: str = ""
    installation_id: int = 1


class MemoryForge:
    """Holds repositories by id. `outage`, when set, is what every call raises."""

    def __init__(self) -> None:
        self.repositories: dict[int, MemoryRepository] = {}
        self.outage: OutsideError | None = None
        #: Who is called so now, by logins in lower case; those that aren't here are still who they were.
        self.accounts: dict[str, int] = {}

    def find(self, full_name: str) -> tuple[int, Repository]:
        """The repository that has that name, in any case as at GitHub."""
        if self.outage is not None:
            raise self.outage
        for number, held in self.repositories.items():
            if held.full_name.lower() == full_name.lower():
                found = Repository(number, held.full_name, "main", private=True, clone_url=held.clone_url)
                return held.installation_id, found
        raise Gone(f"repository {full_name}: there is none")

    def read_file(self, repository: RepositoryRef, path: str, ref: str) -> bytes | None:
        """The bytes that were put there."""
        return self._repository(repository).files.get(ref, {}).get(path)

    def permission(self, repository: RepositoryRef, login: str, account: int = 0) -> Role:
        """The role that was given, by the login in any case as at GitHub."""
        if account and self.accounts.get(login.lower(), account) != account:
            return Role.NONE
        roles = self._repository(repository).roles
        return next((role for name, role in roles.items() if name.lower() == login.lower()), Role.NONE)

    def clone_credentials(self, repository: RepositoryRef) -> CloneCredentials:
        """The address that was put there, with a token that opens nothing."""
        found = self._repository(repository)
        return CloneCredentials(found.clone_url, "x-access-token", Secret("in-memory"))

    def pull_request(self, repository: RepositoryRef, number: int) -> PullRequest:
        """The pull request that was put there."""
        found = self._repository(repository).pull_requests.get(number)
        if found is None:
            raise Gone(f"GET /repos/{repository.full_name}/pulls/{number}: there is none")
        return found

    def change(self, repository: RepositoryRef, number: int, sha: str, *, with_paths: bool) -> Change:
        """The message and the paths that were put there."""
        found = self._repository(repository)
        if number not in found.pull_requests:
            raise Gone(f"GET /repos/{repository.full_name}/pulls/{number}/files: there is none")
        return Change(found.messages.get(sha, ""), found.changed.get(number, ()) if with_paths else None)

    def _repository(self, repository: RepositoryRef) -> MemoryRepository:
        if self.outage is not None:
            raise self.outage
        found = self.repositories.get(repository.id)
        if found is None:
            raise Gone(f"repository {repository.id}: there is none")
        return found
