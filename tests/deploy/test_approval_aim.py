"""Which gate an approval or rejection means: never another than the one whose environment and commit were meant."""

import pytest

from engine.deploy.asks import Action
from engine.domain.gate import GateState
from engine.domain.release import DeployState, Release
from engine.reasons import Reason
from tests.deploy.world import A, B, World, reasons_of, sentence_of, told

BOTH = b"environments: {staging: {approvals: 1}, production: {approvals: 1}}\n"


@pytest.fixture
def asked(world: World) -> Release:
    """A deploy of pull request 3 to production that waits; staging has an environment and waits for nothing."""
    world.write_project(BOTH)
    world.commit(B, A, branch="feature")
    world.open_pull_request(3, B)
    return world.start("production", number=3, head=B)


@pytest.mark.parametrize("action", [Action.APPROVE, Action.REJECT])
def test_another_environment_that_is_named_is_never_taken_for_the_one_that_waits(
    world: World, asked: Release, action: Action
) -> None:
    assert reasons_of(world.do(action, "staging", login="grace", number=3, head=B)) == [Reason.NOTHING_TO_APPROVE]
    assert (world.gate(asked).state, world.release(asked.id).state) == (GateState.WAITING, DeployState.PENDING)


def test_a_word_that_is_no_environment_approves_nothing(world: World, asked: Release) -> None:
    refused = world.do(Action.APPROVE, "stagging", login="grace", number=3, head=B)
    assert reasons_of(refused) == [Reason.NO_SUCH_ENVIRONMENT]
    assert "`staging`" in sentence_of(refused) and world.gate(asked).state is GateState.WAITING


def test_a_rejection_may_begin_with_its_reason(world: World, asked: Release) -> None:
    told(world.do(Action.REJECT, "this", login="grace", number=3, head=B, reason="breaks the login"))
    assert "this breaks the login" in world.release(asked.id).status_message


def test_an_approval_written_for_an_older_head_doesnt_open_the_newer_ones_gate(world: World, asked: Release) -> None:
    refused = world.do(Action.APPROVE, login="grace", number=3, head=A, door="comment")
    assert reasons_of(refused) == [Reason.HEAD_MOVED]
    assert A[:7] in sentence_of(refused) and B[:7] in sentence_of(refused)
    assert world.gate(asked).state is GateState.WAITING


def test_a_rejection_written_for_an_older_head_ends_nothing_newer(world: World, asked: Release) -> None:
    assert reasons_of(world.do(Action.REJECT, login="grace", number=3, head=A)) == [Reason.HEAD_MOVED]
    assert world.release(asked.id).state is DeployState.PENDING
