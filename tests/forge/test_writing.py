"""What every Writing promises, held against GitHub's adapter (at the playground) and the one in memory."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from engine.domain.event import Person, PullRequest
from engine.errors import Gone
from engine.forge.github import GitHubForge
from engine.forge.memory import MemoryForge, MemoryRepository
from engine.forge.port import Forge, RepositoryRef
from engine.forge.writing import BranchMoved, Committed, MayNotPush, NewCommit, NewFile, Suggestion, Writing
from engine.forge.writing_github import GitHubWriting
from engine.forge.writing_memory import MemoryWriting
from tests.forge.at_playground import AtPlayground
from tests.forge.branches import Branch, a_branch

SHOP = "acme/shop"
GONE = RepositoryRef(1, 2, "acme/nowhere")
LINE = "Slipway-Fix: fix_1"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Case:
    """A branch with a pull request whose head added `notes.txt` of three lines, and ways to disturb it."""

    writing: Writing
    forge: Forge
    repository: RepositoryRef
    branch: str
    head: str
    number: int
    #: Puts a commit with this message on the branch.
    push: Callable[[str], str]
    protect: Callable[[], None]

    def commit(self, **says: object) -> NewCommit:
        """One commit on top of the head."""
        files = (NewFile("Procfile", b"web: x\n"), NewFile("notes.txt", b"one\n"))
        known = {"branch": self.branch, "parent": self.head, "message": f"Fix\n\n{LINE}", "files": files}
        return NewCommit(**(known | says))  # type: ignore[arg-type]

    def suggestion(self, **says: object) -> Suggestion:
        """On the second line of the file that the pull request adds."""
        known = {"sha": self.head, "path": "notes.txt", "first": 2, "last": 2, "body": "Better <!-- mark -->"}
        return Suggestion(**(known | says))  # type: ignore[arg-type]


@pytest.fixture(params=["memory", "playground"])
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    """Each adapter, holding the same."""
    name = f"writing-{next(_numbers)}"
    if request.param == "playground":
        github: AtPlayground = request.getfixturevalue("github")
        made = a_branch(github, SHOP, name)
        yield _at_playground(github, made)
        return
    yield _in_memory(name)


def _at_playground(github: AtPlayground, made: Branch) -> Case:
    writing, forge = GitHubWriting(github.clients), GitHubForge(github.clients)
    shop = github.ref(SHOP)
    return Case(writing, forge, shop, made.name, made.head, made.number, made.push, made.protect)


def _in_memory(name: str) -> Case:
    forge, shop, head = MemoryForge(), RepositoryRef(1, 7, SHOP), "a" * 40
    writing = MemoryWriting(forge)
    somebody = Person(1, "octo")
    pull = PullRequest(3, "Topic", head, name, 7, "main", somebody, draft=False, open=True, merged=False)
    forge.repositories[7] = MemoryRepository(SHOP, pull_requests={3: pull})
    writing.push(7, name, head, {"notes.txt": b"one\ntwo\nthree\n"})
    writing.of(7).shown[3] = {("notes.txt", line) for line in (1, 2, 3)}

    def push(message: str) -> str:
        sha = f"{next(_numbers):040x}"
        writing.push(7, name, sha, {}, message)
        return sha

    def protect() -> None:
        writing.of(7).protected[name] = "Changes must be made through a pull request."

    return Case(writing, forge, shop, name, head, 3, push, protect)


def test_a_commit_is_on_its_branch_with_its_files(case: Case) -> None:
    written = case.writing.commit(case.repository, case.commit())
    assert isinstance(written, Committed)
    assert case.forge.pull_request(case.repository, case.number).head_sha == written.sha
    assert case.forge.read_file(case.repository, "Procfile", written.sha) == b"web: x\n"
    assert case.forge.read_file(case.repository, "notes.txt", written.sha) == b"one\n"
    assert case.writing.commit_with(case.repository, case.branch, LINE) == written.sha


def test_a_branch_that_moved_is_left_as_it_is(case: Case) -> None:
    newer = case.push("Go on")
    assert case.writing.commit(case.repository, case.commit()) == BranchMoved()
    assert case.forge.pull_request(case.repository, case.number).head_sha == newer
    assert case.writing.commit_with(case.repository, case.branch, LINE) == ""


def test_a_branch_that_is_gone_is_not_made_again(case: Case) -> None:
    assert case.writing.commit(case.repository, case.commit(branch="gone/branch")) == BranchMoved()
    assert case.writing.commit_with(case.repository, "gone/branch", LINE) == ""


def test_a_protected_branch_is_not_pushed_to(case: Case) -> None:
    case.protect()
    refused = case.writing.commit(case.repository, case.commit())
    assert isinstance(refused, MayNotPush)
    assert "Changes must be made through a pull request." in refused.why
    assert case.forge.pull_request(case.repository, case.number).head_sha == case.head


def test_a_commit_is_found_by_its_line_below_later_ones(case: Case) -> None:
    ours = case.push(f"Fix\n\n{LINE}\nCo-authored-by: somebody")
    case.push("Go on")
    assert case.writing.commit_with(case.repository, case.branch, LINE) == ours
    assert case.writing.commit_with(case.repository, case.branch, f"{LINE}2") == ""


def test_a_suggestion_stands_on_lines_that_the_pull_request_shows(case: Case) -> None:
    assert case.writing.suggestion_with(case.repository, case.number, "<!-- mark -->") == ""
    address = case.writing.suggest(case.repository, case.number, case.suggestion())
    assert f"/pull/{case.number}#" in address
    assert case.writing.suggestion_with(case.repository, case.number, "<!-- mark -->") == address
    assert case.writing.suggestion_with(case.repository, case.number, "<!-- another -->") == ""
    assert case.writing.suggest(case.repository, case.number, case.suggestion(first=1, last=3))


@pytest.mark.parametrize("where", [{"first": 4, "last": 4}, {"first": 2, "last": 9}, {"path": "requirements.txt"}])
def test_other_lines_take_no_suggestion(case: Case, where: dict[str, object]) -> None:
    assert case.writing.suggest(case.repository, case.number, case.suggestion(**where)) == ""
    assert case.writing.suggestion_with(case.repository, case.number, "<!-- mark -->") == ""


def test_what_does_not_exist_is_gone(case: Case) -> None:
    with pytest.raises(Gone):
        case.writing.suggest(GONE, 1, case.suggestion())
