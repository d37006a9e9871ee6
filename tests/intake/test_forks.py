"""Pull requests from forks: nothing of one runs before that very commit is approved by somebody else (B14, F-D1)."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.domain.gate import Gate, GateState
from engine.intake import forks
from engine.reasons import Reason
from engine.store.asks import Ask
from engine.store.deploy_schema import gates as gate_rows
from tests.forge.payloads import (
    FORK_ID,
    REPOSITORY_ID,
    SHA_A,
    SHA_B,
    a_comment_event,
    a_pull_request_event,
    an_account,
)
from tests.intake.presses import a_press
from tests.intake.world import World

OUTSIDER = an_account("outsider")


def in_fork(sha: str, **changes: Any) -> dict[str, Any]:
    """A pull request of a fork, by somebody with no role here."""
    return {"head": {"ref": "theirs", "sha": sha, "repo": {"id": FORK_ID}}, "user": OUTSIDER} | changes


def push(world: World, sha: str = SHA_A, action: str = "synchronize", **changes: Any) -> None:
    """The fork's branch is at `sha`, and the webhook says so."""
    world.at_github(sha=sha, **in_fork(sha, **changes))
    world.take_in("pull_request", a_pull_request_event(action, "outsider", **in_fork(sha, **changes)))


def say(world: World, body: str, sender: str = "writer") -> Ask:
    """A command; the ask afterwards."""
    key = world.receive("issue_comment", a_comment_event(body, sender))
    world.run(key)
    return world.ask(key)


def gate(world: World) -> Gate:
    """The newest gate of the pull request."""
    with world.database.read() as connection:
        found = forks.gate_of(connection, REPOSITORY_ID, 1)
    assert found is not None
    return found


def states(world: World) -> dict[str, str]:
    """Every gate's state, by its commit's first letter."""
    with world.database.read() as connection:
        return {row.sha[0]: row.state for row in connection.execute(select(gate_rows)).all()}


def press(world: World, button: str, sender: str = "writer", **changes: Any) -> str:
    """A button of the gate's check run; the delivery's key."""
    found = gate(world)
    mark = {"external_id": f"slipway:{world.instance}:gate:{found.id}"}
    return world.take_in("check_run", a_press(button, world.instance, found.sha, sender, **(mark | changes))).key


def test_nothing_of_a_fork_is_built_and_its_gate_waits(world: World) -> None:
    push(world, action="opened")
    assert world.find_preview() is None
    assert (gate(world).state, gate(world).sha, gate(world).asked_by) == (GateState.WAITING, SHA_A, "outsider")
    assert world.skipped().reason is Reason.FORK_NEEDS_APPROVAL


def test_an_approval_builds_that_very_commit(world: World) -> None:
    push(world)
    ask = say(world, "/approve")
    (build,) = world.builds()
    assert (build.sha, build.requested_by, build.ask) == (SHA_A, "writer", ask.delivery)
    assert ask.build_id == build.id
    assert gate(world).state is GateState.APPROVED
    assert [vote.login for vote in gate(world).votes] == ["writer"]


def test_an_approval_by_button_is_the_same(world: World) -> None:
    push(world)
    press(world, "approve")
    assert [build.sha for build in world.builds()] == [SHA_A]


def test_a_preview_is_refused_until_then_and_built_after(world: World) -> None:
    push(world)
    refused = say(world, "/preview")
    assert (refused.state, refused.reason) == ("refused", Reason.FORK_NEEDS_APPROVAL)
    assert "/approve" in refused.answer
    say(world, "/approve")
    world.build_goes_well()
    assert say(world, "/preview").build_id == world.builds()[0].id
    say(world, "/preview restart")
    assert [build.sha for build in world.builds()] == [SHA_A, SHA_A]


@pytest.mark.parametrize(
    ("sender", "reason"),
    [("reader", Reason.NOT_PERMITTED), ("outsider", Reason.NOT_PERMITTED), ("stranger", Reason.NOT_PERMITTED)],
)
@pytest.mark.parametrize("command", ["/approve", "/preview", "/preview restart", "/retry", "/reject"])
def test_d1_who_may_not_write_runs_nothing(world: World, command: str, sender: str, reason: Reason) -> None:
    push(world)
    assert say(world, command, sender).reason == reason
    assert world.find_preview() is None
    assert gate(world).state is GateState.WAITING


@pytest.mark.parametrize("author", ["writer", "WRITER"])
def test_nobody_approves_their_own_pull_request(world: World, author: str) -> None:
    push(world, user=an_account(author))
    assert say(world, "/approve").reason == Reason.OWN_APPROVAL
    assert gate(world).state is GateState.WAITING
    assert say(world, "/approve", "admin").build_id


def test_d5_a_push_makes_the_approval_void_and_ends_what_was_to_be_built(world: World) -> None:
    push(world)
    say(world, "/approve")
    push(world, SHA_B)
    assert states(world) == {"a": "void", "b": "waiting"}
    assert [(build.sha, build.state) for build in world.builds()] == [(SHA_A, "superseded")]
    assert say(world, "/preview").reason == Reason.FORK_NEEDS_APPROVAL
    assert world.skipped(SHA_B).reason is Reason.FORK_NEEDS_APPROVAL


def test_a_commit_that_comes_back_has_to_be_approved_again(world: World) -> None:
    push(world)
    say(world, "/approve")
    push(world, SHA_B)
    push(world, SHA_A)
    assert (gate(world).sha, gate(world).state, gate(world).votes) == (SHA_A, GateState.WAITING, ())
    assert say(world, "/preview").reason == Reason.FORK_NEEDS_APPROVAL


def test_an_approval_of_a_head_that_github_has_replaced_is_refused(world: World) -> None:
    push(world)
    world.at_github(sha=SHA_B, **in_fork(SHA_B))
    refused = say(world, "/approve")
    assert refused.reason == Reason.HEAD_MOVED
    assert SHA_A[:7] in refused.answer
    assert SHA_B[:7] in refused.answer
    assert world.find_preview() is None
    assert states(world) == {"a": "void", "b": "waiting"}


def test_a_button_dies_with_the_push(world: World) -> None:
    push(world)
    old = gate(world)
    push(world, SHA_B)
    mark = {"external_id": f"slipway:{world.instance}:gate:{old.id}"}
    delivery = world.take_in("check_run", a_press("approve", world.instance, SHA_A, **mark))
    assert world.ask(delivery.key).reason == Reason.STALE_BUTTON
    assert states(world) == {"a": "void", "b": "waiting"}


def test_a_rejected_commit_stays_rejected_until_a_push(world: World) -> None:
    push(world)
    assert say(world, "/reject").state == "done"
    assert say(world, "/approve", "admin").reason == Reason.REJECTED
    assert say(world, "/preview", "admin").reason == Reason.REJECTED
    push(world, SHA_B)
    assert say(world, "/approve", "admin").build_id


def test_an_approval_is_told_when_it_was_given_already(world: World) -> None:
    push(world)
    say(world, "/approve")
    again = say(world, "/approve", "admin")
    assert (again.state, again.build_id) == ("done", "")
    assert "already" in again.answer


def test_where_previews_start_on_command_an_approval_only_opens(world: World) -> None:
    world.repository.files["main"] = {"slipway.yml": b"preview: {start: on_command}"}
    push(world)
    approved = say(world, "/approve")
    assert (approved.state, approved.build_id) == ("done", "")
    assert world.skipped().reason is Reason.START_ON_COMMAND
    assert say(world, "/preview").build_id


def test_what_a_fork_says_of_itself_in_its_configuration_counts_for_nothing(world: World) -> None:
    world.repository.files["main"] = {"slipway.yml": b"preview: {access: private}"}
    world.repository.files[SHA_A] = {"slipway.yml": b"preview: {access: public, start: on_command}\nflavour: mild"}
    push(world)
    assert say(world, "/approve").build_id
    assert world.preview().access == "private"


def test_a_closed_pull_request_has_no_open_gate(world: World) -> None:
    push(world)
    say(world, "/approve")
    push(world, action="closed", state="closed")
    assert gate(world).state is GateState.VOID
    push(world, action="reopened")
    assert gate(world).state is GateState.WAITING


def test_a_deleted_fork_is_a_fork(world: World) -> None:
    push(world, head={"ref": "theirs", "sha": SHA_A, "repo": None})
    assert gate(world).state is GateState.WAITING
    assert world.find_preview() is None


def test_a_branch_of_the_repository_has_no_gate(world: World) -> None:
    world.at_github()
    world.take_in("pull_request", a_pull_request_event("opened"))
    assert states(world) == {}
    assert say(world, "/approve").reason == Reason.NOTHING_TO_APPROVE


@pytest.mark.parametrize(
    "changes",
    [
        {"external_id": "slipway:other:gate:gate_0123456789abcdef"},
        {"app": {"id": 99}},
        {"external_id": ""},
        {"head_sha": SHA_B},
    ],
)
def test_a_button_of_somebody_elses_check_opens_nothing(world: World, changes: dict[str, Any]) -> None:
    push(world)
    press(world, "approve", **changes)
    assert gate(world).state is GateState.WAITING


@pytest.mark.parametrize("button", ["retry", "restart", "stop_preview", "deploy", "rollback", "cancel"])
def test_other_buttons_do_nothing_at_a_gate(world: World, button: str) -> None:
    push(world)
    assert world.delivery(press(world, button)).state == "ignored"
    assert world.find_preview() is None


def test_a_rerun_of_the_gates_check_only_shows_it_again(world: World) -> None:
    push(world)
    world.send()
    assert world.delivery(press(world, "rerun")).note == "shown again"
    assert world.find_preview() is None
    assert world.send() == 1
