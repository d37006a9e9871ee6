"""Approvals: bound to the commit, by somebody else who may, void on a push, looked at once more when the job runs."""

import pytest

from engine.deploy.asks import Action
from engine.domain.gate import GateState
from engine.domain.permission import Role
from engine.domain.release import DeployState, Release, Waiting
from engine.reasons import Reason
from engine.store import releases
from tests.deploy.world import A, B, World, reasons_of, sentence_of, told

GATED = b"environments: {production: {approvals: 1}}\n"
TWICE = b"environments: {production: {approvals: 2, deployers: [ada, bob, grace]}}\n"


@pytest.fixture
def waiting(world: World) -> Release:
    """A release that ada asked for and that waits to be approved."""
    world.write_project(GATED)
    return world.start()


def test_a_gated_deploy_waits_without_lock_or_job_and_says_who_can_open_it(world: World) -> None:
    world.write_project(GATED)
    outcome = world.do(Action.DEPLOY)
    assert [each.reason for each in getattr(outcome, "waits", ())] == [Reason.APPROVAL_NEEDED]
    release = world.releases("production")[0]
    assert (release.waiting, release.state) == (Waiting.APPROVAL, DeployState.PENDING)
    assert (world.line(), world.due_jobs()) == ([], {})
    assert (world.gate(release).sha, world.gate(release).asked_by) == (A, "ada")


def test_somebody_elses_approval_lets_it_go_on(world: World, waiting: Release) -> None:
    assert "approved" in told(world.do(Action.APPROVE, login="grace"))
    assert world.release(waiting.id).waiting is Waiting.TURN
    assert [each.release_id for each in world.line()] == [waiting.id]
    assert world.gate(waiting).state is GateState.APPROVED


@pytest.mark.parametrize("login", ["ada", "ADA", "Ada"])
def test_nobody_approves_their_own_however_they_write_their_name(world: World, waiting: Release, login: str) -> None:
    refused = world.do(Action.APPROVE, login=login)
    assert reasons_of(refused) == [Reason.OWN_APPROVAL]
    assert world.release(waiting.id).waiting is Waiting.APPROVAL


def test_who_may_only_read_approves_nothing(world: World, waiting: Release) -> None:
    assert reasons_of(world.do(Action.APPROVE, login="eve")) == [Reason.NOT_PERMITTED]
    assert world.gate(waiting).votes == ()


def test_who_is_no_deployer_approves_nothing(world: World) -> None:
    world.write_project(b"environments: {production: {approvals: 1, deployers: [ada, grace]}}\n")
    world.start()
    assert reasons_of(world.do(Action.APPROVE, login="bob")) == [Reason.NOT_DEPLOYER]
    told(world.do(Action.APPROVE, login="grace"))


def test_two_approvals_are_two_people(world: World) -> None:
    world.write_project(TWICE)
    release = world.start()
    assert "1 approval more" in told(world.do(Action.APPROVE, login="bob"))
    assert "1 approval more" in told(world.do(Action.APPROVE, login="Bob"))
    told(world.do(Action.APPROVE, login="grace"))
    assert world.gate(release).state is GateState.APPROVED


def test_an_earlier_approver_who_may_no_more_doesnt_count(world: World) -> None:
    world.write_project(TWICE)
    release = world.start()
    world.do(Action.APPROVE, login="bob")
    world.at_forge.roles["bob"] = Role.READ
    assert "1 approval more" in told(world.do(Action.APPROVE, login="grace"))
    assert (world.gate(release).state, world.gate(release).missing) == (GateState.WAITING, 1)


def test_a_push_makes_it_void_and_names_both_commits(world: World, waiting: Release) -> None:
    world.commit(B)
    world.push(B, by="bob")
    ended = world.release(waiting.id)
    assert ended.state is DeployState.CANCELLED
    assert A[:7] in ended.status_message and B[:7] in ended.status_message and "@bob" in ended.status_message
    assert world.gate(waiting).state is GateState.VOID
    assert reasons_of(world.do(Action.APPROVE, login="grace", release=waiting.id)) == [Reason.REF_MOVED]
    assert reasons_of(world.do(Action.APPROVE, login="grace")) == [Reason.NOTHING_TO_APPROVE]


def test_a_push_to_another_branch_changes_nothing(world: World, waiting: Release) -> None:
    world.commit(B, A, branch="feature")
    world.push(B, ref="refs/heads/feature")
    assert world.gate(waiting).state is GateState.WAITING


def test_a_deleted_branch_makes_it_void(world: World) -> None:
    world.write_project(GATED)
    world.commit(B, A, branch="feature")
    release = world.start("feature")
    world.push("0" * 40, B, ref="refs/heads/feature")
    assert world.release(release.id).state is DeployState.CANCELLED
    assert "deleted" in world.release(release.id).status_message


def test_an_approved_release_that_waits_in_line_is_void_too(world: World, waiting: Release) -> None:
    world.do(Action.APPROVE, login="grace")
    world.commit(B)
    world.push(B)
    assert world.release(waiting.id).state is DeployState.CANCELLED
    assert world.line() == []


def test_a_pull_requests_new_head_makes_it_void_by_whichever_news_come_first(world: World) -> None:
    world.write_project(GATED)
    world.commit(B, A, branch="feature")
    world.open_pull_request(3, B)
    by_branch = world.start(number=3, head=B)
    world.commit("d" * 40, B, branch="feature")
    world.push("d" * 40, B, ref="refs/heads/feature")
    assert world.release(by_branch.id).state is DeployState.CANCELLED
    world.open_pull_request(3, "d" * 40)
    by_head = world.start(number=3, head="d" * 40)
    world.hear_of_head(3, "e" * 40)
    assert world.release(by_head.id).state is DeployState.CANCELLED


def test_a_button_of_another_commit_opens_nothing(world: World, waiting: Release) -> None:
    refused = world.do(Action.APPROVE, login="grace", release=waiting.id, sha=B, door="button")
    assert reasons_of(refused) == [Reason.STALE_BUTTON]


def test_a_rejection_ends_it_with_its_reason(world: World, waiting: Release) -> None:
    told(world.do(Action.REJECT, login="bob", reason="not on a friday"))
    ended = world.release(waiting.id)
    assert ended.state is DeployState.CANCELLED
    assert "@bob" in ended.status_message and "not on a friday" in ended.status_message
    assert reasons_of(world.do(Action.APPROVE, login="grace", release=waiting.id)) == [Reason.REJECTED]


def test_who_asked_may_take_it_back_by_rejecting_it(world: World, waiting: Release) -> None:
    told(world.do(Action.REJECT))
    assert world.release(waiting.id).state is DeployState.CANCELLED


def test_what_is_approved_is_not_approved_again(world: World, waiting: Release) -> None:
    world.do(Action.APPROVE, login="grace")
    assert reasons_of(world.do(Action.APPROVE, login="bob", release=waiting.id)) == [Reason.NOTHING_TO_APPROVE]


def test_where_nothing_waits_that_is_said(world: World) -> None:
    assert reasons_of(world.do(Action.APPROVE, login="grace")) == [Reason.NOTHING_TO_APPROVE]
    assert reasons_of(world.do(Action.REJECT, release="dep_nonsense")) == [Reason.NOTHING_TO_APPROVE]


def test_where_several_wait_one_must_be_named(world: World) -> None:
    world.write_project(b"environments: {staging: {approvals: 1}, production: {approvals: 1}}\n")
    world.start("staging")
    waits = world.start("production")
    assert reasons_of(world.do(Action.APPROVE, login="grace")) == [Reason.WHICH_ENVIRONMENT]
    told(world.do(Action.APPROVE, "production", login="grace"))
    assert world.gate(waits).state is GateState.APPROVED


def test_on_a_pull_request_what_was_asked_for_there_is_meant(world: World) -> None:
    world.write_project(GATED)
    world.commit(B, A, branch="feature")
    world.open_pull_request(3, B)
    other = world.start()
    mine = world.start(number=3, head=B)
    told(world.do(Action.APPROVE, login="grace", number=3, head=B))
    assert (world.gate(mine).state, world.gate(other).state) == (GateState.APPROVED, GateState.WAITING)


def test_a_gate_is_found_by_its_own_id(world: World, waiting: Release) -> None:
    told(world.do(Action.APPROVE, login="grace", release=world.gate(waiting).id))
    assert world.gate(waiting).state is GateState.APPROVED


def test_approved_outside_the_window_it_waits_for_that(world: World) -> None:
    world.write_project(b"environments: {production: {approvals: 1, windows: ['wed 09:00-11:00']}}\n")
    release = world.start()
    world.now += 2 * 3600
    assert "The next window opens at 2023-11-22 09:00 UTC." in told(world.do(Action.APPROVE, login="grace"))
    assert world.release(release.id).waiting is Waiting.WINDOW
    assert world.line() == []


def test_approved_in_a_retired_environment_it_is_cancelled(world: World, waiting: Release) -> None:
    world.write_project(b"environments: {staging: {}}\n")
    world.do(Action.ENV_LIST, environment="staging")
    told(world.do(Action.APPROVE, login="grace", release=waiting.id))
    assert world.release(waiting.id).state is DeployState.CANCELLED


def test_what_is_cancelled_waits_for_nobodys_approval(world: World, waiting: Release) -> None:
    world.do(Action.CANCEL, release=waiting.id)
    assert world.gate(waiting).state is GateState.VOID
    assert reasons_of(world.do(Action.APPROVE, login="grace", release=waiting.id)) == [Reason.REF_MOVED]


def test_what_ended_otherwise_is_approved_no_more(world: World, waiting: Release) -> None:
    with world.database.write() as connection:
        releases.advance(connection, waiting.id, DeployState.FAILED, "Over", world.now)
    assert reasons_of(world.do(Action.APPROVE, login="grace", release=waiting.id)) == [Reason.ALREADY_FINISHED]
    assert world.line() == []


def test_who_lost_the_approval_is_told_in_words(world: World) -> None:
    assert "Nothing waits" in sentence_of(world.do(Action.APPROVE, login="grace", number=4))
