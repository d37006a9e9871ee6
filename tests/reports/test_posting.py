"""Posting to a GitHub that fails in every way: one comment, one check run, and in the end each as it should be."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from engine.reports.actions import Action
from engine.reports.outcomes import SETTLED
from engine.reports.port import Posted, Subject
from engine.store.creations import MINUTE
from tests.forge.at_playground import AtPlayground, at_playground
from tests.forge.serving import answer, clients_at, serving
from tests.playground.faults import faults_of
from tests.playground.running import eventually
from tests.reports.posting import Posting
from tests.reports.shelves import AtGitHub, post

TROUBLED = [
    {"method": "*", "path": "/repos/", "fault": "error_502", "chance": 0.2},
    {"method": "*", "path": "/repos/", "fault": "cut", "chance": 0.1},
]


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtPlayground]:
    """A GitHub that fails when it is told to."""
    with at_playground(tmp_path_factory.mktemp("troubled"), faults=True) as github:
        yield github


@contextmanager
def posting_at(folder: Path, github: AtPlayground, seconds: float = 10.0) -> Iterator[Posting]:
    """A sender to it, and no faults afterwards."""
    with faults_of(github.playground) as faults:
        posting = Posting(folder, github, faults, seconds=seconds)
        try:
            yield posting
        finally:
            faults.end()
            posting.close()


@pytest.fixture
def posting(tmp_path: Path, troubled: AtPlayground) -> Iterator[Posting]:
    """A sender with an outbox of its own."""
    with posting_at(tmp_path, troubled) as found:
        yield found


def concluded(shelf: AtGitHub) -> tuple[str, str | None, str]:
    """The one check run of a subject."""
    (run,) = shelf.runs()
    return run["status"], run["conclusion"], run["output"]["summary"]


def no_repeats(shelf: AtGitHub) -> bool:
    """Whether no status of its deployment says what the one before it says."""
    (said,) = shelf.statuses()
    return all(before != after for before, after in pairwise(said))


@pytest.mark.parametrize("seed", range(3))
def test_in_20_percent_502_and_10_percent_cuts_there_is_one_of_each_and_all_are_terminal(
    posting: Posting, seed: int
) -> None:
    shelves = [posting.shelf(kind) for kind in ("check",) * 6 + ("comment",) * 4 + ("deployment",) * 4]
    posting.faults.turn(*TROUBLED, seed=seed)
    for turn in (1, 2, 1, 2):
        for shelf in shelves:
            posting.show(shelf, turn)
            posting.later(1)
    posting.settle()
    assert min(posting.faults.hits()) > 1
    posting.faults.end()
    for shelf in shelves[:6]:
        assert concluded(shelf) == ("completed", "success", "check 2")
    for shelf in shelves[6:10]:
        assert shelf.there() == ["comment 2"]
    for shelf in shelves[10:]:
        assert shelf.there() == ["deployment 2"]
        assert no_repeats(shelf)
    assert posting.counted("comment_created") == 4
    assert posting.counted("deployment_created") == 4
    assert posting.counted("check_run_created") == 6
    assert posting.counted("comment_deleted") == 0


#: What the playground calls the making of each.
MADE = {"comment": "comment_created", "check": "check_run_created", "deployment": "deployment_created"}


@pytest.mark.parametrize("kind", list(MADE))
def test_what_lands_after_we_stopped_waiting_is_found(tmp_path: Path, troubled: AtPlayground, kind: str) -> None:
    with posting_at(tmp_path, troubled, seconds=1) as posting:
        shelf = posting.shelf(kind)
        posting.faults.turn({"method": "POST", "path": "/repos/", "fault": "slow", "seconds": 4, "times": 1})
        posting.show(shelf, 1)
        assert posting.send() == 1
        assert "not whole in time" in posting.trouble(shelf)
        eventually(shelf.there, "what GitHub did late")
        assert posting.later(SETTLED - 1) == 0
        assert posting.later(1) == 1
        assert shelf.there() == [shelf.text(1)]
        assert posting.counted(MADE[kind]) == 1


@pytest.mark.parametrize("kind", ["comment", "check"])
def test_what_lands_even_after_the_next_try_leaves_one(troubled: AtPlayground, kind: str) -> None:
    shelf = AtGitHub(troubled, kind)
    # The first call was given up, and lands after the second try has looked for it in vain.
    second = post(shelf, 1, uncertain=True)
    post(shelf, 1)
    assert len(shelf.there()) == 2
    third = post(shelf, 2, second.remote)
    post(shelf, 2, third.remote)
    if kind == "comment":
        assert shelf.there() == [shelf.text(2)]
    else:
        assert sorted((run["status"], run["conclusion"]) for run in shelf.runs()) == [
            ("completed", "neutral"),
            ("completed", "success"),
        ]


def test_a_token_that_ended_is_minted_anew_once(posting: Posting) -> None:
    shelf = posting.shelf("comment")
    posting.show(shelf, 1)
    posting.send()
    minted = posting.counted("token_minted")
    posting.faults.turn({"method": "PATCH", "path": "/comments/", "fault": "unauthorized", "times": 1})
    posting.show(shelf, 2)
    assert posting.send() == 1
    assert (shelf.there(), posting.trouble(shelf)) == (["comment 2"], "")
    assert posting.counted("token_minted") == minted + 1


def test_credentials_that_stay_refused_stop_the_installation_for_a_while(posting: Posting) -> None:
    shelves = [posting.shelf("check") for _ in range(3)]
    posting.faults.turn({"method": "*", "path": "/repos/", "fault": "unauthorized"})
    for shelf in shelves:
        posting.show(shelf, 2)
    assert posting.send() == 1
    assert posting.faults.hits() == [2]
    posting.faults.end()
    assert posting.later(10) == 3
    assert [concluded(shelf)[0] for shelf in shelves] == ["completed"] * 3


@pytest.mark.parametrize("fault", ["secondary_limit", "too_many", "primary_limit"])
def test_no_call_before_the_time_that_github_named(posting: Posting, fault: str) -> None:
    shelves = [posting.shelf(kind) for kind in ("check", "comment", "reaction")]
    posting.faults.turn({"method": "*", "path": "/repos/", "fault": fault, "seconds": 40, "times": 1})
    for shelf in shelves:
        posting.show(shelf, 1)
    assert posting.send() == 1
    assert posting.later(37) == 0
    assert posting.counted("check_run_created") + posting.counted("comment_created") == 0
    assert posting.later(3) >= 1
    if fault != "primary_limit":  # Which the client holds against the real clock.
        assert all(shelf.there() == [shelf.text(1)] for shelf in shelves)


def test_a_limit_without_a_time_is_a_minute_then_longer(posting: Posting) -> None:
    shelf = posting.shelf("check")
    posting.faults.turn({"method": "*", "path": "/repos/", "fault": "secondary_limit_bare", "times": 2})
    posting.show(shelf, 2)
    assert [posting.send(), posting.later(59), posting.later(1)] == [1, 0, 1]
    assert [posting.later(119), posting.later(1)] == [0, 1]
    assert concluded(shelf)[0] == "completed"


@pytest.mark.parametrize("fault", ["unprocessable", "forbidden", "gone", "redirect_elsewhere"])
def test_what_will_never_work_is_recorded_and_not_tried_again(posting: Posting, fault: str) -> None:
    shelf = posting.shelf("check")
    posting.faults.turn({"method": "*", "path": "/repos/", "fault": fault})
    posting.show(shelf, 2)
    posting.send()
    tried = posting.faults.hits()
    assert sum(posting.later(3600) for _ in range(5)) == 0
    assert posting.faults.hits() == tried
    assert posting.waiting() == []
    assert posting.trouble(shelf).startswith(("POST /repos/acme/shop/check-runs", "getting a token"))
    assert posting.counted("followed_elsewhere") == 0


def test_a_commit_that_github_does_not_know_is_no_reason_to_try_again(posting: Posting) -> None:
    shelf = posting.shelf("check")
    posting.show(shelf, replace(shelf._check(2), sha="f" * 40))
    posting.send()
    assert posting.waiting() == []
    assert "422, No commit found for SHA" in posting.trouble(shelf)


def test_twenty_pushes_are_one_comment_created_and_edits(posting: Posting) -> None:
    shelf = posting.shelf("comment")
    for turn in range(1, 21):
        posting.show(shelf, turn)
        posting.send()
    assert shelf.there() == ["comment 20"]
    assert (posting.counted("comment_created"), posting.counted("comment_edited")) == (1, 19)


def test_a_comment_that_a_user_edited_is_edited_back_and_one_that_was_deleted_is_made_again(posting: Posting) -> None:
    shelf = posting.shelf("comment")
    posting.show(shelf, 1)
    posting.send()
    (ours,) = shelf._ours()
    path = f"/repos/acme/shop/issues/comments/{ours['id']}"
    posting.github.call("admin", "PATCH", path, {"body": "Mine now."})
    posting.show(shelf, 2)
    posting.send()
    assert posting.github.call("reader", "GET", path)["body"].endswith("comment 2")
    shelf.remove()
    for turn in (3, 4):
        posting.show(shelf, turn)
        posting.send()
    assert shelf.there() == ["comment 4"]
    assert posting.counted("comment_created") == 2


def test_a_sender_that_died_between_two_states_leaves_nothing_pending(posting: Posting) -> None:
    shelf = posting.shelf("check")
    posting.show(shelf, 1)
    content = shelf.content(1)
    posting.faults.turn({"method": "POST", "path": "/check-runs", "fault": "cut", "times": 1})
    posting.send()
    posting.show(shelf, 2)
    posting.later(60)
    assert concluded(shelf)[0] == "completed"
    # The one that had died wakes up, its lease long over, and wants to post what it had rendered.
    late = shelf.reporter.post(Subject(shelf.marker, 1, 7, until=0.0), content)
    assert not isinstance(late, Posted)
    assert concluded(shelf)[0] == "completed"


def test_no_more_is_created_than_github_allows_and_what_is_there_is_still_edited(tmp_path: Path) -> None:
    with (
        at_playground(tmp_path / "github", faults=True, limits=True) as github,
        posting_at(tmp_path, github) as posting,
    ):
        first = posting.shelf("comment")
        shelves = [first, *(first.sibling(number) for number in range(1, MINUTE[0] + 5))]
        for shelf in shelves:
            posting.show(shelf, 1)
        while posting.send():
            pass
        assert posting.counted("comment_created") == MINUTE[0]
        assert len(posting.waiting()) == 5
        assert not any(posting.trouble(shelf) for shelf in shelves)
        posting.show(shelves[0], 2)
        assert posting.send() == 1
        assert shelves[0].there() == ["comment 2"]


def test_buttons_are_sent_with_what_is_over_cut_to_githubs_limits(posting: Posting) -> None:
    shelf = posting.shelf("check")
    buttons = tuple(Action("l" * 30, "d" * 50, f"identifier-{n}" + "i" * 20) for n in range(4))
    posting.show(shelf, replace(shelf._check(1), actions=buttons))
    posting.send()
    assert shelf.runs()[0]["status"] == "in_progress"
    posting.show(shelf, replace(shelf._check(2), actions=buttons))
    posting.send()
    assert (shelf.runs()[0]["status"], posting.trouble(shelf)) == ("completed", "")


def test_a_run_that_github_keeps_completed_is_followed_by_a_new_one(troubled: AtPlayground) -> None:
    def keeps(connection: socket.socket, head: bytes) -> None:
        kept = answer("200 OK", b'{"id": 5, "status": "completed", "conclusion": "failure"}')
        connection.sendall(kept if head.startswith(b"PATCH") else answer("201 Created", b'{"id": 6}'))

    with serving(keeps) as url, closing(clients_at(troubled, url)) as clients:
        shelf = AtGitHub(replace(troubled, clients=clients), "check")
        opened = shelf.reporter.post(Subject("s", 1, 7, {"id": 5}), shelf.content(1))
        ended = shelf.reporter.post(Subject("s", 1, 7, {"id": 5}), shelf._check(2, conclusion="failure"))
    assert opened == Posted({"id": 6, "annotated": False})
    assert ended == Posted({"id": 5, "annotated": False})
