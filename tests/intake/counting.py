"""A forge that notes what it is asked, and lets something happen right before one of its answers."""

from collections.abc import Callable

from engine.domain.event import PullRequest, Repository
from engine.domain.permission import Role
from engine.forge.port import Change, CloneCredentials, Forge, RepositoryRef


class CountingForge:
    """Answers as another forge does."""

    def __init__(self, forge: Forge) -> None:
        self.forge = forge
        self.asked: list[str] = []
        #: Called before the call of this number (1 is the first) is answered.
        self.before: tuple[int, Callable[[], None]] | None = None

    def find(self, full_name: str) -> tuple[int, Repository]:
        """Notes and passes on."""
        self._note("find")
        return self.forge.find(full_name)

    def read_file(self, repository: RepositoryRef, path: str, ref: str) -> bytes | None:
        """Notes and passes on."""
        self._note("read_file")
        return self.forge.read_file(repository, path, ref)

    def permission(self, repository: RepositoryRef, login: str, account: int = 0) -> Role:
        """Notes and passes on."""
        self._note("permission")
        return self.forge.permission(repository, login, account)

    def clone_credentials(self, repository: RepositoryRef) -> CloneCredentials:
        """Notes and passes on."""
        self._note("clone_credentials")
        return self.forge.clone_credentials(repository)

    def pull_request(self, repository: RepositoryRef, number: int) -> PullRequest:
        """Notes and passes on."""
        self._note("pull_request")
        return self.forge.pull_request(repository, number)

    def change(self, repository: RepositoryRef, number: int, sha: str, *, with_paths: bool) -> Change:
        """Notes and passes on."""
        self._note("change with paths" if with_paths else "change")
        return self.forge.change(repository, number, sha, with_paths=with_paths)

    def _note(self, what: str) -> None:
        self.asked.append(what)
        if self.before is not None and len(self.asked) == self.before[0]:
            self.before[1]()
