"""Writing in memory: commits and review comments of the repositories that a MemoryForge holds."""

import hashlib
from dataclasses import dataclass, field, replace

from engine.errors import Gone
from engine.forge.memory import MemoryForge
from engine.forge.port import RepositoryRef
from engine.forge.writing import BranchMoved, Committed, MayNotPush, NewCommit, Suggestion


@dataclass
class MemoryBranches:
    """What a MemoryWriting knows of one repository beside its files."""

    #: Branch → its commits, newest first.
    commits: dict[str, list[str]] = field(default_factory=dict)
    #: Branch → why nobody may push there.
    protected: dict[str, str] = field(default_factory=dict)
    #: Number of the pull request → (path, line) that it shows.
    shown: dict[int, set[tuple[str, int]]] = field(default_factory=dict)
    suggestions: list[tuple[int, Suggestion]] = field(default_factory=list)
    #: What `commit` was given and took.
    written: list[NewCommit] = field(default_factory=list)


class MemoryWriting:
    """Writes into the files of a MemoryForge; pull requests whose head is the branch follow it."""

    def __init__(self, forge: MemoryForge) -> None:
        self.forge = forge
        self.branches: dict[int, MemoryBranches] = {}

    def of(self, repository_id: int) -> MemoryBranches:
        """What is known of one repository, to be filled by whoever sets the stage."""
        return self.branches.setdefault(repository_id, MemoryBranches())

    def push(self, repository_id: int, branch: str, sha: str, files: dict[str, bytes], message: str = "") -> None:
        """The branch is at this commit from now on."""
        held = self.forge.repositories[repository_id]
        held.files[sha] = files
        held.messages[sha] = message
        self.of(repository_id).commits.setdefault(branch, []).insert(0, sha)
        for number, pull in held.pull_requests.items():
            if pull.head_repository_id == repository_id and pull.head_ref == branch:
                held.pull_requests[number] = replace(pull, head_sha=sha)

    def commit(self, repository: RepositoryRef, new: NewCommit) -> Committed | BranchMoved | MayNotPush:
        """Puts it on top, where the branch is where it should be and nobody protects it."""
        self._check(repository)
        known = self.of(repository.id)
        if new.branch in known.protected:
            return MayNotPush(known.protected[new.branch])
        if known.commits.get(new.branch, [""])[0] != new.parent:
            return BranchMoved()
        files = self.forge.repositories[repository.id].files.get(new.parent, {})
        sha = hashlib.sha1(f"{new.parent}{new.message}".encode(), usedforsecurity=False).hexdigest()
        known.written.append(new)
        self.push(repository.id, new.branch, sha, files | {f.path: f.content for f in new.files}, new.message)
        return Committed(sha)

    def commit_with(self, repository: RepositoryRef, branch: str, line: str) -> str:
        """The newest commit with that line in its message."""
        self._check(repository)
        messages = self.forge.repositories[repository.id].messages
        every = self.of(repository.id).commits.get(branch, [])
        return next((sha for sha in every if line in messages.get(sha, "").splitlines()), "")

    def suggest(self, repository: RepositoryRef, number: int, suggestion: Suggestion) -> str:
        """Kept where the pull request shows those lines."""
        self._check(repository)
        known = self.of(repository.id)
        wanted = {(suggestion.path, line) for line in range(suggestion.first, suggestion.last + 1)}
        if not wanted <= known.shown.get(number, set()):
            return ""
        known.suggestions.append((number, suggestion))
        return self._address(repository, number, len(known.suggestions))

    def suggestion_with(self, repository: RepositoryRef, number: int, mark: str) -> str:
        """The newest with that mark."""
        self._check(repository)
        every = list(enumerate(self.of(repository.id).suggestions, start=1))
        ours = (at for at, (said_on, said) in reversed(every) if said_on == number and mark in said.body)
        return next((self._address(repository, number, at) for at in ours), "")

    def _address(self, repository: RepositoryRef, number: int, at: int) -> str:
        return f"https://github.example/{repository.full_name}/pull/{number}#discussion_r{at}"

    def _check(self, repository: RepositoryRef) -> None:
        if self.forge.outage is not None:
            raise self.forge.outage
        if repository.id not in self.forge.repositories:
            raise Gone(f"repository {repository.id}: there is none")
