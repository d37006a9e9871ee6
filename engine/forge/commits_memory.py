"""Commits in memory: a small history that is put there."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.errors import Gone, OutsideError
from engine.forge.commits import (
    BRANCH,
    COMMIT_ID,
    CheckResult,
    Checks,
    CommitLine,
    Comparison,
    Resolved,
    places_of,
)
from engine.forge.port import RepositoryRef


@dataclass(frozen=True)
class MemoryCommit:
    """A commit: its parents, and what it says and changes."""

    parents: tuple[str, ...] = ()
    title: str = ""
    author: str = ""
    changed: tuple[str, ...] = ()


@dataclass
class History:
    """What a repository holds."""

    #: By full ref, such as `refs/heads/main`.
    refs: dict[str, str] = field(default_factory=dict)
    commits: dict[str, MemoryCommit] = field(default_factory=dict)
    #: By commit.
    checks: dict[str, tuple[CheckResult, ...]] = field(default_factory=dict)
    default_branch: str = "main"

    def add(self, sha: str, *parents: str, branch: str = "", title: str = "", changed: tuple[str, ...] = ()) -> str:
        """A commit more, to which `branch` moves, if one is named; its sha."""
        self.commits[sha] = MemoryCommit(parents, title, "writer", changed)
        if branch:
            self.refs[f"{BRANCH}{branch}"] = sha
        return sha

    def behind(self, sha: str) -> Iterator[str]:
        """The commit and all that it stands on, each once, newest first."""
        seen, waiting = set[str](), [sha]
        while waiting:
            each = waiting.pop(0)
            if each in seen:
                continue
            seen.add(each)
            yield each
            known = self.commits.get(each)
            waiting += known.parents if known is not None else ()


class MemoryCommits:
    """Holds histories by repository id. `outage`, when set, is what every call raises."""

    def __init__(self) -> None:
        self.histories: dict[int, History] = {}
        self.outage: OutsideError | None = None

    def history(self, repository_id: int) -> History:
        """The history of a repository, an empty one at first."""
        return self.histories.setdefault(repository_id, History())

    def resolve(self, repository: RepositoryRef, ref: str) -> Resolved | None:
        """The commit that was put there."""
        held = self._held(repository)
        for place in places_of(ref):
            if place in held.refs:
                return Resolved(held.refs[place], place)
        if COMMIT_ID.fullmatch(ref) is None:
            return None
        ours = {*held.behind(held.refs.get(f"{BRANCH}{held.default_branch}", "")), *_heads(held)}
        fitting = [sha for sha in held.commits if sha.startswith(ref)]
        return Resolved(fitting[0], "") if len(fitting) == 1 and fitting[0] in ours else None

    def compare(self, repository: RepositoryRef, base: str, head: str) -> Comparison:
        """What the head has and the base hasn't, by the histories that were put there."""
        held = self._held(repository)
        base, head = (_commit(held, repository, name) for name in (base, head))
        of_base, of_head = list(held.behind(base)), list(held.behind(head))
        ahead = [sha for sha in of_head if sha not in of_base]
        commits = [CommitLine(sha, held.commits[sha].title, held.commits[sha].author) for sha in reversed(ahead)]
        files = sorted({path for sha in ahead for path in held.commits[sha].changed})
        return Comparison(
            ahead=len(ahead),
            behind=len([sha for sha in of_base if sha not in of_head]),
            commits=tuple(commits),
            files=tuple(files),
            truncated=False,
        )

    def checks(self, repository: RepositoryRef, sha: str) -> Checks:
        """The results that were put there."""
        held = self._held(repository)
        if sha not in held.commits:
            raise Gone(f"reading the checks of {sha[:40]}: there is no such commit")
        return Checks(held.checks.get(sha, ()))

    def _held(self, repository: RepositoryRef) -> History:
        if self.outage is not None:
            raise self.outage
        found = self.histories.get(repository.id)
        if found is None:
            raise Gone(f"repository {repository.id}: there is none")
        return found


def _heads(held: History) -> Iterator[str]:
    return (sha for ref, sha in held.refs.items() if ref.startswith(BRANCH))


def _commit(held: History, repository: RepositoryRef, name: str) -> str:
    """The commit of a branch or id. Raises Gone."""
    found = held.refs.get(f"{BRANCH}{name}", name)
    if found not in held.commits:
        raise Gone(f"comparing in {repository.full_name}: there is no commit {name[:40]}")
    return found
