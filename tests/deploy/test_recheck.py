"""What is looked at once more when a deploy's job runs: whoever and whatever has changed since the ask."""

from dataclasses import replace

import pytest

from engine.deploy.asks import Action
from engine.deploy.recheck import is_open
from engine.domain.permission import Role
from engine.domain.release import Release
from engine.errors import Unreachable
from engine.forge.commits import CheckState
from engine.reasons import Reason
from tests.deploy.world import A, B, C, World, started

GATED = b"environments: {production: {approvals: 1}}\n"


@pytest.fixture
def waiting(world: World) -> Release:
    """A release that ada asked for and that waits to be approved."""
    world.write_project(GATED)
    return world.start()


def test_the_job_finds_its_gate_open(world: World, waiting: Release) -> None:
    early = world.why_not(waiting)
    assert early is not None and early.reason is Reason.APPROVAL_NEEDED
    world.do(Action.APPROVE, login="grace")
    assert world.why_not(waiting) is None


def test_the_job_doesnt_count_an_approver_who_may_no_more(world: World, waiting: Release) -> None:
    world.do(Action.APPROVE, login="grace")
    world.at_forge.roles["grace"] = Role.READ
    why = world.why_not(waiting)
    assert why is not None and why.reason is Reason.APPROVAL_NEEDED


def test_the_job_doesnt_run_for_who_may_no_more(world: World) -> None:
    release = world.start(login="bob")
    world.at_forge.roles["bob"] = Role.READ
    why = world.why_not(release)
    assert why is not None and why.reason is Reason.NOT_PERMITTED


def test_the_job_doesnt_run_what_moved_at_github_unheard(world: World, waiting: Release) -> None:
    world.do(Action.APPROVE, login="grace")
    world.commit(B)
    why = world.why_not(waiting)
    assert why is not None and why.reason is Reason.REF_MOVED
    assert A[:7] in why.sentence and B[:7] in why.sentence


def test_the_job_doesnt_run_a_pull_request_that_moved_unheard(world: World) -> None:
    world.write_project(GATED)
    world.commit(B, A, branch="feature")
    world.open_pull_request(3, B)
    release = world.start(number=3, head=B)
    world.do(Action.APPROVE, login="grace", number=3, head=B)
    assert world.why_not(release) is None
    moved = world.at_forge.pull_requests[3]
    world.at_forge.pull_requests[3] = type(moved)(**{**vars(moved), "head_sha": A})
    why = world.why_not(release)
    assert why is not None and why.reason is Reason.REF_MOVED


def test_the_job_doesnt_run_in_a_retired_environment_or_for_a_deployer_of_yesterday(world: World) -> None:
    release = world.start()
    world.write_project(b"environments: {production: {deployers: [grace]}}\n")
    world.do(Action.ENV_LIST, login="grace")
    why = world.why_not(release)
    assert why is not None and why.reason is Reason.NOT_DEPLOYER
    world.write_project(b"environments: {staging: {}}\n")
    world.do(Action.ENV_LIST)
    why = world.why_not(release)
    assert why is not None and why.reason is Reason.RETIRED_ENVIRONMENT


def test_the_job_doesnt_run_what_was_rejected_or_made_void(world: World, waiting: Release) -> None:
    world.do(Action.REJECT, login="bob")
    why = world.why_not(waiting)
    assert why is not None and why.reason is Reason.REJECTED
    other = world.start()
    world.commit(B)
    world.push(B)
    why = world.why_not(other)
    assert why is not None and why.reason is Reason.REF_MOVED


@pytest.fixture
def approved(world: World) -> Release:
    """A pull request's release that grace approved."""
    world.write_project(GATED)
    world.commit(B, A, branch="feature")
    world.open_pull_request(3, B)
    release = world.start(number=3, head=B)
    world.do(Action.APPROVE, login="grace", number=3, head=B)
    assert world.why_not(release) is None
    return release


def test_the_job_doesnt_run_what_its_base_has_left_behind(world: World, approved: Release) -> None:
    world.commit(C, A, branch="main")
    why = world.why_not(approved)
    assert why is not None and why.reason is Reason.BEHIND_BASE


def test_the_job_measures_a_retargeted_pull_request_by_its_new_base(world: World, approved: Release) -> None:
    world.commit(C, A, branch="next")
    moved = world.at_forge.pull_requests[3]
    world.at_forge.pull_requests[3] = type(moved)(**{**vars(moved), "base_ref": "next"})
    why = world.why_not(approved)
    assert why is not None and why.reason is Reason.BEHIND_BASE and "`next`" in why.sentence


@pytest.mark.parametrize(
    ("state", "reason"),
    [(CheckState.FAILED, Reason.CHECKS_FAILED), (CheckState.PENDING, Reason.CHECKS_PENDING), (CheckState.GREEN, None)],
)
def test_the_job_looks_at_the_checks_of_now(
    world: World, approved: Release, state: CheckState, reason: Reason | None
) -> None:
    world.check(B, test=state)
    why = world.why_not(approved)
    assert (None if why is None else why.reason) is reason


def test_the_job_asks_again_later_when_github_says_nothing(world: World, approved: Release) -> None:
    world.commits.outage = Unreachable("GitHub doesn't answer")
    with pytest.raises(Unreachable):
        world.why_not(approved)


def test_the_job_doesnt_run_what_needs_more_approvals_by_now(world: World) -> None:
    release = world.start()
    world.write_project(GATED)
    world.do(Action.ENV_LIST)
    why = world.why_not(release)
    assert why is not None and why.reason is Reason.APPROVAL_NEEDED


def test_the_job_doesnt_run_without_its_gate(world: World, waiting: Release) -> None:
    assert is_open(waiting, None) is not None
    assert is_open(replace(waiting, sha=B), world.gate(waiting)) is not None
    assert is_open(replace(waiting, approvals_needed=0), None) is None


def test_a_rollbacks_checks_are_not_looked_at_again(world: World) -> None:
    world.deployed()
    world.commit(B)
    world.deployed()
    world.write_project(GATED)
    back = world.release(started(world.do(Action.ROLLBACK)))
    world.do(Action.APPROVE, login="grace")
    world.check(A, test=CheckState.FAILED)
    assert world.why_not(back) is None


def test_a_repository_that_is_not_ours_any_more_runs_nothing(world: World) -> None:
    release = world.start()
    world.take_away()
    why = world.why_not(release)
    assert why is not None and why.reason is Reason.REPOSITORY_REMOVED


def test_an_approved_branch_that_fell_behind_meanwhile_is_not_deployed(world: World) -> None:
    world.write_project(GATED)
    world.commit(B, A, branch="feature")
    release = world.start("feature")
    world.do(Action.APPROVE, login="grace")
    assert world.why_not(release) is None
    world.commit(C)
    why = world.why_not(release)
    assert why is not None and why.reason is Reason.BEHIND_BASE
