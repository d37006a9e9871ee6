"""Approving, rejecting and cancelling through the API."""

import pytest

from tests.api.deploys import A, B, Deploys, code_of

APPROVED = b"environments: {production: {approvals: 1, checks: none}}"


@pytest.fixture
def waiting(deploys: Deploys) -> str:
    """A deployment that waits for approval; its id."""
    deploys.write(APPROVED)
    return str(deploys.ask().json()["id"])


def test_another_person_approves_and_it_goes_on(deploys: Deploys, waiting: str) -> None:
    answer = deploys.call("POST", f"/api/deployments/{waiting}/approve", by="other")
    told = answer.json()
    assert answer.status_code == 200, told
    assert (told["approvals"]["state"], told["approvals"]["missing"], told["waiting"]) == ("approved", 0, "turn")
    assert told["approvals"]["votes"][0]["login"] == "other"


def test_nobody_approves_their_own(deploys: Deploys, waiting: str) -> None:
    answer = deploys.call("POST", f"/api/deployments/{waiting}/approve", by="Writer")
    assert code_of(answer) == (403, "own_approval")
    assert deploys.releases()[0].waiting == "approval"


def test_a_rejection_ends_it_with_the_reason(deploys: Deploys, waiting: str) -> None:
    answer = deploys.call("POST", f"/api/deployments/{waiting}/reject", {"reason": "not on a Friday"}, by="other")
    told = answer.json()
    assert (answer.status_code, told["state"]) == (200, "CANCELLED")
    assert "not on a Friday" in answer.text


def test_what_needs_no_approval_has_nothing_to_approve(deploys: Deploys) -> None:
    made = deploys.ask().json()["id"]
    answer = deploys.call("POST", f"/api/deployments/{made}/approve", by="other")
    assert code_of(answer) == (409, "nothing_to_approve")


def test_a_deployment_is_cancelled_once(deploys: Deploys) -> None:
    made = deploys.ask().json()["id"]
    answer = deploys.call("POST", f"/api/deployments/{made}/cancel")
    assert (answer.status_code, answer.json()["state"]) == (200, "CANCELLED")
    assert code_of(deploys.call("POST", f"/api/deployments/{made}/cancel")) == (409, "already_finished")


def test_the_one_that_is_named_is_cancelled_and_no_other(deploys: Deploys) -> None:
    first = deploys.ask().json()["id"]
    deploys.push(B, A)
    second = deploys.ask().json()["id"]
    deploys.call("POST", f"/api/deployments/{first}/cancel")
    states = {release.id: release.state for release in deploys.releases()}
    assert (states[first], states[second]) == ("CANCELLED", "PENDING")


def test_readers_decide_nothing(deploys: Deploys, waiting: str) -> None:
    for verb in ("approve", "reject", "cancel"):
        answer = deploys.call("POST", f"/api/deployments/{waiting}/{verb}", by="reader")
        assert code_of(answer) == (403, "not_permitted")
