"""A Writing that something happens to: a push comes between, or the worker dies between two calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from engine.errors import Unreachable
from engine.forge.port import RepositoryRef
from engine.forge.writing import BranchMoved, Committed, MayNotPush, NewCommit, Suggestion, Writing

T = TypeVar("T")


@dataclass
class Disturbed:
    """Passes calls on. `before` runs ahead of a commit; the call of that number (from 1) has its effect, and is cut."""

    writing: Writing
    before: Callable[[], object] = lambda: None
    cut_at: int = 0
    calls: int = 0

    def commit(self, repository: RepositoryRef, new: NewCommit) -> Committed | BranchMoved | MayNotPush:
        self.before()
        return self._cut(self.writing.commit(repository, new))

    def commit_with(self, repository: RepositoryRef, branch: str, line: str) -> str:
        return self._cut(self.writing.commit_with(repository, branch, line))

    def suggest(self, repository: RepositoryRef, number: int, suggestion: Suggestion) -> str:
        return self._cut(self.writing.suggest(repository, number, suggestion))

    def suggestion_with(self, repository: RepositoryRef, number: int, mark: str) -> str:
        return self._cut(self.writing.suggestion_with(repository, number, mark))

    def _cut(self, answer: T) -> T:
        self.calls += 1
        if self.calls == self.cut_at:
            raise Unreachable("writing at GitHub: the answer got lost")
        return answer
