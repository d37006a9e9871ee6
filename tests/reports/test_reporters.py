"""What every Reporter promises, held against GitHub's (at the playground) and the one in memory."""

from contextlib import closing
from dataclasses import replace

import pytest

from engine.forge.clients import GitHubClients
from engine.reports.location import Location
from engine.reports.port import Impossible, Later, Posted, Subject
from engine.store.repositories import StoredRepository
from tests.forge.at_playground import AtPlayground
from tests.reports.shelves import KINDS, AtGitHub, InMemory, Shelf, post


@pytest.fixture(params=[f"{where}-{kind}" for where in ("memory", "github") for kind in KINDS])
def shelf(request: pytest.FixtureRequest) -> Shelf:
    """A subject that nothing was posted of."""
    where, kind = str(request.param).split("-")
    return InMemory(kind) if where == "memory" else AtGitHub(request.getfixturevalue("github"), kind)


@pytest.fixture(params=["check", "comment", "deployment", "commit"])
def at_github(request: pytest.FixtureRequest, github: AtPlayground) -> AtGitHub:
    """A report at GitHub that is not a reaction."""
    return AtGitHub(github, str(request.param))


def test_the_first_post_makes_it(shelf: Shelf) -> None:
    post(shelf, 1)
    assert shelf.there() == [shelf.text(1)]


def test_the_next_post_edits_it(shelf: Shelf) -> None:
    first = post(shelf, 1)
    post(shelf, 2, first.remote)
    assert shelf.there() == [shelf.text(2)]


def test_posting_the_same_again_changes_nothing(shelf: Shelf) -> None:
    first = post(shelf, 2)
    post(shelf, 2, first.remote)
    assert shelf.there() == [shelf.text(2)]


def test_after_a_try_that_may_have_had_its_effect_there_is_still_one(shelf: Shelf) -> None:
    post(shelf, 1)
    post(shelf, 2, uncertain=True)
    assert shelf.there() == [shelf.text(2)]


def test_after_a_try_that_had_no_effect_it_is_made(shelf: Shelf) -> None:
    post(shelf, 1, uncertain=True)
    assert shelf.there() == [shelf.text(1)]


@pytest.mark.parametrize("kind", ["comment", "deployment", "commit"])
def test_what_was_deleted_is_made_again_once(github: AtPlayground, kind: str) -> None:
    shelf = AtGitHub(github, kind)
    first = post(shelf, 1)
    shelf.remove()
    second = post(shelf, 2, first.remote)
    post(shelf, 2, second.remote)
    assert shelf.there() == [shelf.text(2)]


def test_a_comment_of_somebody_else_with_our_marker_is_left_alone(github: AtPlayground) -> None:
    shelf = AtGitHub(github, "comment")
    forged = github.call("reader", "POST", "/repos/acme/shop/issues/1/comments", {"body": f"{shelf.marker}\nforged"})
    post(shelf, 1, uncertain=True)
    assert shelf.there() == [shelf.text(1)]
    kept = github.call("reader", "GET", f"/repos/acme/shop/issues/comments/{forged['id']}")
    assert kept["body"].endswith("forged")


def test_a_check_run_opens_completes_and_opens_again(github: AtPlayground) -> None:
    shelf = AtGitHub(github, "check")
    remote = post(shelf, 1).remote
    seen = []
    for turn in (2, 1, 2):
        remote = post(shelf, turn, remote).remote
        (run,) = shelf.runs()
        seen.append((run["status"], run["conclusion"]))
    assert seen == [("completed", "success"), ("in_progress", None), ("completed", "success")]


def test_an_annotation_is_added_once(github: AtPlayground) -> None:
    shelf = AtGitHub(github, "check")
    failed = shelf._check(2, conclusion="failure", location=Location("app.py", 3), message="It broke.")
    subject = Subject("s", 1, 7)
    first = shelf.reporter.post(subject, failed)
    assert isinstance(first, Posted)
    shelf.reporter.post(Subject("s", 1, 7, first.remote), failed)
    shelf.reporter.post(Subject("s", 1, 7, uncertain=True), failed)
    (run,) = shelf.runs()
    assert run["output"]["annotations_count"] == 1


def test_a_repository_that_is_gone_is_impossible(at_github: AtGitHub) -> None:
    at_github.repository = StoredRepository(1, 4711, "acme/nowhere", "main", True, "", True)
    outcome = at_github.reporter.post(Subject("s", 1, 1), at_github.content(1))
    assert isinstance(outcome, Impossible)


@pytest.mark.parametrize("kind", KINDS)
def test_a_github_that_is_away_is_for_later(github: AtPlayground, kind: str) -> None:
    with closing(GitHubClients(replace(github.app, api_url="http://127.0.0.1:9/api/v3"))) as away:
        shelf = AtGitHub(replace(github, clients=away), kind)
        outcome = shelf.reporter.post(Subject("s", 1, 7), shelf.content(1))
    assert isinstance(outcome, Later)
    assert not outcome.for_all
