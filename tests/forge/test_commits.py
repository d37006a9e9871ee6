"""What every Commits promises, held against GitHub's adapter (at the playground) and the one in memory."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from engine.errors import Gone, Unreachable
from engine.forge.commits import CheckResult, Checks, CheckState, Commits, Resolved
from engine.forge.commits_github import GitHubCommits
from engine.forge.commits_memory import MemoryCommits
from engine.forge.port import RepositoryRef
from tests.forge.at_playground import AtPlayground, at_playground
from tests.forge.histories import Told, give_checks, in_memory, make_history


@dataclass(frozen=True)
class Case:
    """An adapter, and what is true of the repository that it reads."""

    commits: Commits
    told: Told

    def resolve(self, ref: str) -> Resolved | None:
        """The commit of a name."""
        return self.commits.resolve(self.told.shop, ref)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[AtPlayground, Told]]:
    """A playground of its own, as its history is written to."""
    folder = tmp_path_factory.mktemp("history")
    with at_playground(folder / "playground") as github:
        told = make_history(github, folder)
        give_checks(github, told)
        yield github, told


@pytest.fixture(params=["memory", "playground"])
def case(request: pytest.FixtureRequest, history: tuple[AtPlayground, Told]) -> Case:
    """Each adapter, holding the same; GitHub's reads two entries a page, so that it has to turn pages."""
    github, told = history
    if request.param == "memory":
        return Case(in_memory(told), told)
    return Case(GitHubCommits(github.clients, page_size=2), told)


@pytest.mark.parametrize(
    ("written", "name", "ref"),
    [
        ("line", "three", "refs/heads/line"),
        ("feature/main", "side", "refs/heads/feature/main"),
        ("refs/heads/line", "three", "refs/heads/line"),
        ("refs/tags/line", "one", "refs/tags/line"),
        ("v1", "one", "refs/tags/v1"),
        ("v2", "two", "refs/tags/v2"),
    ],
)
def test_a_branch_counts_before_a_tag_and_a_full_ref_is_that_alone(
    case: Case, written: str, name: str, ref: str
) -> None:
    assert case.resolve(written) == Resolved(case.told[name], ref)


@pytest.mark.parametrize("length", [7, 12, 40])
def test_a_commit_is_found_by_its_id_in_full_or_shortened(case: Case, length: int) -> None:
    assert case.resolve(case.told.base[:length]) == Resolved(case.told.base, "")
    assert case.resolve(case.told["side"][:length]) == Resolved(case.told["side"], "")


def test_a_commit_that_only_a_fork_has_is_not_ours(case: Case) -> None:
    assert case.resolve(case.told["fork"]) is None


@pytest.mark.parametrize(
    "written",
    [
        "",
        "main2",
        "feature",
        "refs/heads/v1",
        "refs/pull/1/head",
        "heads/line",
        "f" * 40,
        "f" * 7,
        "-main",
        "--upload-pack=x",
        "main..line",
        "../../../pulls/1",
        "a/../../b",
        "line^",
        "line~1",
        "main:app.py",
        "line\n",
        "$(id)",
        "ma in",
        "@{-1}",
        ".hidden",
        "x.lock",
        "x" * 400,
        "%2e%2e/%2e%2e",
        "line?x=1",
        "line#",
    ],
)
def test_what_names_no_commit_is_none(case: Case, written: str) -> None:
    assert case.resolve(written) is None


def test_an_id_that_is_too_short_is_none(case: Case) -> None:
    assert case.resolve(case.told.base[:6]) is None


def test_a_comparison_lists_what_the_head_has_oldest_first(case: Case) -> None:
    found = case.commits.compare(case.told.shop, "main", case.told["three"])
    assert (found.ahead, found.behind, found.truncated) == (3, 0, False)
    assert [line.sha for line in found.commits] == [case.told[name] for name in ("one", "two", "three")]
    assert [line.title for line in found.commits] == ["Add one", "Add two", "Add three"]
    assert {line.author for line in found.commits} == {"writer"}
    assert found.files == ("one.txt", "three.txt", "two.txt")


def test_branches_that_parted_are_ahead_and_behind(case: Case) -> None:
    found = case.commits.compare(case.told.shop, case.told["two"], "feature/main")
    assert (found.ahead, found.behind, found.files) == (1, 2, ("side.txt",))
    same = case.commits.compare(case.told.shop, "line", case.told["three"])
    assert (same.ahead, same.behind, same.commits, same.files) == (0, 0, (), ())


def test_a_comparison_with_what_is_not_there_is_gone(case: Case) -> None:
    with pytest.raises(Gone):
        case.commits.compare(case.told.shop, "main", "f" * 40)


def test_the_newest_word_of_each_check_counts_and_our_own_are_left_out(case: Case) -> None:
    found = case.commits.checks(case.told.shop, case.told["three"])
    assert sorted(found.results, key=lambda each: each.name) == [
        CheckResult("ci/lint", CheckState.GREEN, 0),
        CheckResult("ci/test", CheckState.FAILED, 0),
    ]


def test_a_commit_that_nobody_checked_has_no_results(case: Case) -> None:
    assert case.commits.checks(case.told.shop, case.told["one"]) == Checks(())


def test_a_repository_that_is_not_covered_is_gone(case: Case) -> None:
    elsewhere = RepositoryRef(1, 2, "acme/nowhere")
    with pytest.raises(Gone):
        case.commits.compare(elsewhere, "main", "line")
    with pytest.raises(Gone):
        case.commits.checks(elsewhere, case.told.base)


def test_in_memory_an_outage_is_what_every_call_raises(history: tuple[AtPlayground, Told]) -> None:
    told = history[1]
    held = MemoryCommits()
    held.outage = Unreachable("GitHub is away")
    for call in (held.resolve, held.checks):
        with pytest.raises(Unreachable):
            call(told.shop, "main")
    with pytest.raises(Unreachable):
        held.compare(told.shop, "main", "line")
