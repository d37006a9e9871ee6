"""Commits at GitHub (https://docs.github.com/en/rest: git/refs, commits/commits, checks/runs, commits/statuses)."""

from urllib.parse import quote

from engine.errors import Gone, Unreachable
from engine.forge import payload_models as models
from engine.forge.check_states import newest_runs, state_of_run, state_of_status
from engine.forge.clients import GitHubClients
from engine.forge.commit_models import (
    Branch,
    CheckRun,
    CheckRunPage,
    Commit,
    Compared,
    Ref,
    StatusPage,
    line_of,
)
from engine.forge.commits import (
    COMMIT_ID,
    TAG,
    CheckResult,
    Checks,
    Comparison,
    Resolved,
    places_of,
)
from engine.forge.failures import Unprocessable
from engine.forge.grants import LOOK, LOOK_AT_CHECKS
from engine.forge.port import RepositoryRef

PAGE = 100
#: Pages of a comparison's commits that are read; the rest is only counted.
COMPARED_PAGES = 3
#: GitHub lists no more files of a comparison.
MOST_FILES = 300
#: Lists longer than this many pages are not read to their end, but refused: half of the checks prove nothing.
MOST_PAGES = 30


class GitHubCommits:
    """Reads of GitHub with tokens that reach one repository and read only."""

    def __init__(self, clients: GitHubClients, *, page_size: int = PAGE) -> None:
        self.clients = clients
        self.page_size = page_size

    def resolve(self, repository: RepositoryRef, ref: str) -> Resolved | None:
        """The commit of a branch, a tag or an id, asked for by the full name of each: nothing is guessed at."""
        for place in places_of(ref):
            found = self._at(repository, place)
            if found:
                return Resolved(found, place)
        return self._by_id(repository, ref) if COMMIT_ID.fullmatch(ref) else None

    def compare(self, repository: RepositoryRef, base: str, head: str) -> Comparison:
        """How two commits lie to each other; at most 300 commits and 300 files are listed."""
        first = self._compared(repository, base, head, 1)
        commits = {each.sha: each for each in first.commits}
        for page in range(2, COMPARED_PAGES + 1):
            if len(commits) >= first.total_commits:
                break
            more = self._compared(repository, base, head, page).commits
            commits |= {each.sha: each for each in more}
        paths = {name for file in first.files or () for name in (file.filename, file.previous_filename) if name}
        return Comparison(
            ahead=first.ahead_by,
            behind=first.behind_by,
            commits=tuple(line_of(each) for each in commits.values()),
            files=tuple(sorted(paths)),
            truncated=len(commits) < first.total_commits or len(first.files or ()) >= MOST_FILES,
        )

    def checks(self, repository: RepositoryRef, sha: str) -> Checks:
        """Check runs of other Apps and commit statuses. Raises Unreachable when a list changed while it was read."""
        runs = [each for each in self._runs(repository, sha) if each.app_id != self._own_id]
        of_runs = [CheckResult(each.name, state_of_run(each), each.app_id) for each in newest_runs(runs)]
        return Checks((*of_runs, *self._statuses(repository, sha)))

    @property
    def _own_id(self) -> int:
        app_id = self.clients.app.app_id
        return int(app_id) if app_id.isdecimal() else -1

    def _at(self, repository: RepositoryRef, place: str) -> str:
        """The commit that a full ref points at; empty when there is no such ref."""
        short = place.removeprefix("refs/")
        try:
            found = self.clients.ask(Ref, repository, LOOK, "GET", f"/git/ref/{quote(short)}")
        except Gone:
            return ""
        if found.ref != place:
            return ""
        # An annotated tag is an object of its own, which leads to the commit.
        return self._commit(repository, short) if place.startswith(TAG) else found.object.sha

    def _commit(self, repository: RepositoryRef, name: str) -> str:
        """The commit of an id, or of a tag as `tags/v1`; empty when there is none, or several begin so."""
        where = f"/commits/{quote(name)}"
        try:
            return self.clients.ask(Commit, repository, LOOK, "GET", where, params={"per_page": 1}).sha
        except (Gone, Unprocessable):
            return ""

    def _by_id(self, repository: RepositoryRef, written: str) -> Resolved | None:
        sha = self._commit(repository, written)
        if not sha.startswith(written) or not self._is_ours(repository, sha):
            return None
        return Resolved(sha, "")

    def _is_ours(self, repository: RepositoryRef, sha: str) -> bool:
        """False of commits that only a fork has: GitHub answers for those too."""
        default = self.clients.ask(models.Repository, repository, LOOK, "GET", "").default_branch
        try:
            if default and self._compared(repository, default, sha, 1).ahead_by == 0:
                return True
        except Gone:
            # The two have no common ancestor.
            pass
        return sha in self._heads(repository)

    def _heads(self, repository: RepositoryRef) -> set[str]:
        heads: set[str] = set()
        for page in range(1, MOST_PAGES + 1):
            asked: dict[str, str | int] = {"per_page": self.page_size, "page": page}
            found = self.clients.ask(list[Branch], repository, LOOK, "GET", "/branches", params=asked)
            heads |= {each.commit.sha for each in found}
            if len(found) < self.page_size:
                break
        return heads

    def _compared(self, repository: RepositoryRef, base: str, head: str, page: int) -> Compared:
        where = f"/compare/{quote(base)}...{quote(head)}"
        asked: dict[str, str | int] = {"per_page": self.page_size, "page": page}
        return self.clients.ask(Compared, repository, LOOK, "GET", where, params=asked)

    def _runs(self, repository: RepositoryRef, sha: str) -> list[CheckRun]:
        where, doing = f"/commits/{quote(sha)}/check-runs", f"listing the checks of {sha[:7]}"
        found: dict[int, CheckRun] = {}
        for page in range(1, MOST_PAGES + 1):
            asked: dict[str, str | int] = {"filter": "all", "per_page": self.page_size, "page": page}
            told = self.clients.ask(CheckRunPage, repository, LOOK_AT_CHECKS, "GET", where, params=asked)
            found |= {each.id: each for each in told.check_runs}
            if len(told.check_runs) < self.page_size:
                if len(found) != told.total_count:
                    raise Unreachable(f"{doing}: the list changed while it was read")
                return list(found.values())
        raise Unreachable(f"{doing}: more than {MOST_PAGES * self.page_size} of them")

    def _statuses(self, repository: RepositoryRef, sha: str) -> list[CheckResult]:
        """The newest status of each context, as GitHub itself combines them."""
        where, doing = f"/commits/{quote(sha)}/status", f"listing the statuses of {sha[:7]}"
        found: dict[str, CheckResult] = {}
        for page in range(1, MOST_PAGES + 1):
            asked: dict[str, str | int] = {"per_page": self.page_size, "page": page}
            told = self.clients.ask(StatusPage, repository, LOOK_AT_CHECKS, "GET", where, params=asked)
            found |= {each.context: CheckResult(each.context, state_of_status(each), 0) for each in told.statuses}
            if len(found) >= told.total_count:
                return list(found.values())
            if len(told.statuses) < self.page_size:
                raise Unreachable(f"{doing}: the list changed while it was read")
        raise Unreachable(f"{doing}: more than {MOST_PAGES * self.page_size} of them")
