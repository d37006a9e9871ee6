"""Check runs as GitHub lists them: every page, the newest rerun, other Apps' alone, and nothing guessed green."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from engine.errors import Unreachable
from engine.forge.commits import CheckResult, CheckState
from engine.forge.commits_github import GitHubCommits
from tests.forge.at_playground import AtPlayground
from tests.forge.serving import SHOP, answer, clients_at, serving

SHA = "a" * 40
OTHER_APP = 77
#: The App of `clients_at`.
OURS = 1


def a_run(run_id: int, name: str, conclusion: str | None = "success", **changes: Any) -> dict[str, Any]:
    """A check run; without a conclusion it is under way."""
    status = "completed" if conclusion else "in_progress"
    told = {"id": run_id, "name": name, "status": status, "conclusion": conclusion, "app": {"id": OTHER_APP}}
    return told | changes


def a_status(context: str, state: str) -> dict[str, str]:
    """A commit status."""
    return {"context": context, "state": state}


@contextmanager
def commits_saying(
    github: AtPlayground,
    runs: list[dict[str, Any]],
    statuses: list[dict[str, str]] | None = None,
    *,
    page_size: int = 2,
    total: Callable[[int], int] = lambda count: count,
) -> Iterator[GitHubCommits]:
    """GitHub's adapter at a server that lists these, in pages; `total` is how many it says there are."""

    def say(connection: socket.socket, head: bytes) -> None:
        address = urlsplit(head.split(b" ")[1].decode())
        asked = {key: int(values[0]) for key, values in parse_qs(address.query).items() if values[0].isdigit()}
        kind, listed = ("check_runs", runs) if address.path.endswith("/check-runs") else ("statuses", statuses or [])
        start = (asked["page"] - 1) * asked["per_page"]
        told = {"total_count": total(len(listed)), kind: listed[start : start + asked["per_page"]]}
        connection.sendall(answer("200 OK", orjson.dumps(told)))

    with serving(say) as url, closing(clients_at(github, url)) as clients:
        yield GitHubCommits(clients, page_size=page_size)


def states(commits: GitHubCommits) -> dict[str, str]:
    """What each check says."""
    return {each.name: str(each.state) for each in commits.checks(SHOP, SHA).results}


def test_every_page_of_runs_and_statuses_is_read(github: AtPlayground) -> None:
    runs = [a_run(number, f"run {number}") for number in range(5)] + [a_run(9, "last", "failure")]
    statuses = [a_status(f"context {number}", "success") for number in range(4)] + [a_status("last one", "failure")]
    with commits_saying(github, runs, statuses) as commits:
        found = states(commits)
    assert len(found) == 11
    assert (found["last"], found["last one"]) == ("failed", "failed")


def test_the_newest_rerun_wins_wherever_it_is_listed(github: AtPlayground) -> None:
    runs = [a_run(3, "test"), a_run(7, "test", "failure"), a_run(5, "test"), a_run(4, "lint", "failure")]
    with commits_saying(github, [*runs, a_run(8, "lint", None)]) as commits:
        assert states(commits) == {"test": "failed", "lint": "pending"}


def test_checks_of_one_name_by_two_apps_are_two(github: AtPlayground) -> None:
    with commits_saying(github, [a_run(1, "test"), a_run(2, "test", "failure", app={"id": 78})]) as commits:
        assert set(commits.checks(SHOP, SHA).results) == {
            CheckResult("test", CheckState.GREEN, OTHER_APP),
            CheckResult("test", CheckState.FAILED, 78),
        }


def test_our_own_check_runs_are_left_out(github: AtPlayground) -> None:
    with commits_saying(github, [a_run(1, "Slipway preview", None, app={"id": OURS}), a_run(2, "test")]) as commits:
        assert states(commits) == {"test": "green"}


@pytest.mark.parametrize(
    ("conclusion", "state"),
    [
        ("success", "green"),
        ("neutral", "green"),
        ("skipped", "green"),
        ("failure", "failed"),
        ("cancelled", "failed"),
        ("timed_out", "failed"),
        ("startup_failure", "failed"),
        ("action_required", "pending"),
        ("stale", "unknown"),
        ("SUCCESS", "unknown"),
        ("something_new", "unknown"),
        (None, "pending"),
    ],
)
def test_a_conclusion_that_is_not_known_to_be_good_is_not_green(
    github: AtPlayground, conclusion: str | None, state: str
) -> None:
    with commits_saying(github, [a_run(1, "test", conclusion)]) as commits:
        assert states(commits) == {"test": state}


@pytest.mark.parametrize(
    ("status", "state"), [("queued", "pending"), ("waiting", "pending"), ("dreaming", "unknown"), ("", "unknown")]
)
def test_a_run_that_is_not_completed_is_pending_or_unknown(github: AtPlayground, status: str, state: str) -> None:
    with commits_saying(github, [a_run(1, "test", status=status)]) as commits:
        assert states(commits) == {"test": state}


@pytest.mark.parametrize(
    ("said", "state"), [("success", "green"), ("pending", "pending"), ("error", "failed"), ("odd", "unknown")]
)
def test_a_status_says_what_its_word_means(github: AtPlayground, said: str, state: str) -> None:
    with commits_saying(github, [], [a_status("ci", said)]) as commits:
        assert states(commits) == {"ci": state}


def test_a_list_that_lacks_what_it_counts_is_read_again_later(github: AtPlayground) -> None:
    with (
        commits_saying(github, [a_run(1, "test")], total=lambda count: count + 1) as commits,
        pytest.raises(Unreachable, match="changed while it was read"),
    ):
        commits.checks(SHOP, SHA)


def test_more_checks_than_can_be_read_prove_nothing(github: AtPlayground) -> None:
    runs = [a_run(number, f"run {number}") for number in range(70)]
    with commits_saying(github, runs) as commits, pytest.raises(Unreachable, match="more than 60 of them"):
        commits.checks(SHOP, SHA)
