"""Deployments at GitHub: one each, found again, and no status that says what the last one said."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.reports.deployment_text import Deployment, Deployments, Status
from engine.reports.port import Impossible, Posted, Subject
from tests.forge.at_playground import AtPlayground, at_playground
from tests.reports.shelves import ENDED, AtGitHub, post


@pytest.fixture
def shelf(github: AtPlayground) -> AtGitHub:
    """A deployment that nothing was posted of."""
    return AtGitHub(github, "deployment")


def show(shelf: AtGitHub, *wanted: Deployment, remote: dict[str, object] | None = None) -> dict[str, object]:
    """Posts these; what was noted."""
    outcome = shelf.reporter.post(
        Subject("s", 1, 7, remote or {}), Deployments(shelf.repository, "test", wanted, ENDED)
    )
    assert isinstance(outcome, Posted), outcome
    return outcome.remote


def saying(shelf: AtGitHub, state: str) -> Deployment:
    """It in a state."""
    return replace(shelf.deployment(1), status=Status(state, state))


def test_a_deployment_needs_no_contexts_and_merges_nothing(shelf: AtGitHub) -> None:
    # A check run of ours goes on at the head: by default GitHub would refuse the deployment until it is green.
    post(AtGitHub(shelf.github, "check"), 1)
    post(shelf, 1)
    (made,) = shelf.deployments()
    assert (made["sha"], made["ref"], made["task"]) == (shelf.head, shelf.head, "deploy")
    assert (made["transient_environment"], made["production_environment"]) == (False, False)


def test_a_status_is_added_only_where_the_last_one_says_otherwise(shelf: AtGitHub) -> None:
    remote: dict[str, object] = {}
    for turn in (1, 1, 2, 2, 1):
        remote = post(shelf, turn, remote).remote
    assert shelf.statuses() == [["deployment 1", "deployment 2", "deployment 1"]]


def test_after_a_try_that_broke_off_nothing_is_said_twice(shelf: AtGitHub) -> None:
    first = post(shelf, 1)
    post(shelf, 2, first.remote)
    post(shelf, 2, first.remote, uncertain=True)
    assert shelf.statuses() == [["deployment 1", "deployment 2"]]


def test_after_a_try_that_broke_off_what_it_said_is_taken_back(shelf: AtGitHub) -> None:
    first = post(shelf, 1)
    post(shelf, 2, first.remote)
    post(shelf, 1, first.remote, uncertain=True)
    assert shelf.there() == ["deployment 1"]


def test_a_status_has_the_addresses_of_its_page_and_of_what_serves(shelf: AtGitHub) -> None:
    post(shelf, 2)
    (made,) = shelf.deployments()
    (status,) = shelf.github.call("reader", "GET", f"/repos/acme/shop/deployments/{made['id']}/statuses")
    assert status["state"] == "success"
    assert status["environment_url"] == "http://localhost:8081/"
    assert status["log_url"] == status["target_url"] == "http://localhost:8080/deploys/dep_1"


def test_what_was_over_before_anybody_saw_it_is_not_made(shelf: AtGitHub) -> None:
    show(shelf, saying(shelf, "inactive"))
    assert shelf.deployments() == []


def test_what_github_ended_by_itself_is_not_ended_again(shelf: AtGitHub) -> None:
    remote = show(shelf, saying(shelf, "success"))
    (made,) = shelf.deployments()
    where = f"/repos/acme/shop/deployments/{made['id']}/statuses"
    shelf.github.call("admin", "POST", where, {"state": "inactive"})
    remote = show(shelf, saying(shelf, "inactive"), remote=remote)
    show(shelf, saying(shelf, "inactive"), remote=remote)
    states = [status["state"] for status in shelf.github.call("reader", "GET", where)]
    assert states == ["inactive", "success"]


def test_a_success_ends_the_one_before_in_the_same_environment_and_a_failure_does_not(shelf: AtGitHub) -> None:
    first = replace(shelf.deployment(2), key=f"{shelf.marker}-1")
    second = replace(first, key=shelf.marker)
    show(shelf, first)
    show(shelf, replace(second, status=Status("failure", "failed")))
    assert latest(shelf, first) == "success"
    show(shelf, replace(second, status=replace(second.status, auto_inactive=True)))
    assert latest(shelf, first) == "inactive"


def latest(shelf: AtGitHub, deployment: Deployment) -> str:
    """The state of that deployment."""
    sibling = shelf.sibling(0)
    sibling.marker = deployment.key
    (made,) = sibling.deployments()
    where = f"/repos/acme/shop/deployments/{made['id']}/statuses"
    return str(shelf.github.call("reader", "GET", where)[0]["state"])


def test_what_is_wanted_no_more_is_ended_once(shelf: AtGitHub) -> None:
    other = replace(shelf.deployment(1), key=f"{shelf.marker}-2")
    remote = show(shelf, shelf.deployment(2))
    for _ in range(2):
        remote = show(shelf, other, remote=remote)
    assert shelf.statuses() == [["deployment 2", "ended"]]
    assert show(shelf, remote=remote) == {"deployments": {}}


def test_what_landed_late_is_ended_beside_the_one_that_stays(shelf: AtGitHub) -> None:
    second = post(shelf, 1, uncertain=True)
    post(shelf, 1)
    third = post(shelf, 2, second.remote)
    post(shelf, 2, third.remote)
    assert shelf.there() == ["deployment 2", "ended"]


def test_a_payload_that_somebody_copied_is_left_alone(shelf: AtGitHub) -> None:
    body = {"ref": shelf.head, "environment": f"place-{shelf.number}", "required_contexts": [], "auto_merge": False}
    forged = shelf.github.call(
        "writer", "POST", "/repos/acme/shop/deployments", body | {"payload": {"slipway": f"test:{shelf.marker}"}}
    )
    post(shelf, 1, uncertain=True)
    where = f"/repos/acme/shop/deployments/{forged['id']}/statuses"
    assert shelf.github.call("reader", "GET", where) == []
    assert len(shelf.deployments()) == 2


def test_a_commit_that_github_does_not_know_is_impossible(shelf: AtGitHub) -> None:
    unknown = replace(shelf.deployment(1), sha="f" * 40)
    outcome = shelf.reporter.post(Subject("s", 1, 7), Deployments(shelf.repository, "test", (unknown,), ENDED))
    assert isinstance(outcome, Impossible)
    assert "422, No ref found for" in outcome.why


@pytest.fixture(scope="module")
def frugal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AtPlayground]:
    """A GitHub whose App was granted what `app.yml` asks for."""
    granted = "checks:write contents:read deployments:write metadata:read pull_requests:write"
    folder: Path = tmp_path_factory.mktemp("frugal")
    with at_playground(folder, app_permissions=granted) as found:
        yield found


def mended(shelf: AtGitHub, remote: dict[str, object], *, uncertain: bool = False) -> dict[str, object]:
    """What failed is said to be mended."""
    content = shelf._said_on_commit(2, "mended")
    outcome = shelf.reporter.post(Subject("s", 1, 7, remote, uncertain), content)
    assert isinstance(outcome, Posted), outcome
    return outcome.remote


def test_an_app_that_may_not_edit_says_once_in_a_comment_of_its_own_that_it_is_mended(frugal: AtPlayground) -> None:
    shelf = AtGitHub(frugal, "commit")
    remote = post(shelf, 1).remote
    assert post(shelf, 2, remote).remote["id"] == remote["id"]
    assert shelf.there() == ["commit 1"]
    noted = mended(shelf, remote)
    mended(shelf, noted)
    mended(shelf, remote, uncertain=True)
    assert shelf.there() == ["commit 1", "mended"]


def test_an_app_that_may_edit_says_it_in_the_same_comment(github: AtPlayground) -> None:
    shelf = AtGitHub(github, "commit")
    mended(shelf, post(shelf, 1).remote)
    assert shelf.there() == ["commit 2"]


def test_what_nobody_was_told_of_is_not_said_to_be_mended(github: AtPlayground) -> None:
    shelf = AtGitHub(github, "commit")
    mended(shelf, {})
    assert shelf.there() == []
