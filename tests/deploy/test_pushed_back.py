"""A branch that is pushed back to where it was: the last push wins, whatever serves or is under way meanwhile."""

import pytest

from engine.deploy.asks import Action
from engine.domain.gate import GateState
from engine.domain.release import DeployState, Release
from tests.deploy.world import A, B, World, started

NOWHERE = "0" * 40


@pytest.fixture
def auto(world: World) -> World:
    """Pushes to main deploy to production, which serves A."""
    world.write_project(b"environments: {production: {auto_deploy_branch: main, up_to_date: false}}\n")
    world.push(A, NOWHERE)
    world.finish(world.releases("production")[0])
    return world


def pushed_there_and_back(world: World) -> Release:
    """main goes to B, whose deploy begins, and back to A; that deploy."""
    world.commit(B)
    world.push(B)
    under_way = world.releases("production")[0]
    world.begin(under_way)
    world.history.refs["refs/heads/main"] = A
    world.push(A, B)
    return under_way


def test_a_push_back_makes_the_approval_void(world: World) -> None:
    world.write_project(b"environments: {production: {approvals: 1}}\n")
    world.push(A, NOWHERE)
    world.commit(B)
    world.push(B)
    waiting = world.start()
    world.history.refs["refs/heads/main"] = A
    world.push(A, B)
    assert world.release(waiting.id).state is DeployState.CANCELLED
    assert world.gate(waiting).state is GateState.VOID


def test_a_push_back_to_an_older_commit_deploys_that(auto: World) -> None:
    auto.commit(B)
    auto.push(B)
    auto.finish(auto.releases("production")[0])
    auto.history.refs["refs/heads/main"] = A
    auto.push(A, B)
    assert [each.sha for each in auto.releases("production")] == [A, B, A]


def test_a_push_back_to_what_serves_follows_the_deploy_that_is_under_way(auto: World) -> None:
    under_way = pushed_there_and_back(auto)
    assert auto.releases("production")[0].sha == A
    assert [each.release_id for each in auto.line()] == [under_way.id, auto.releases("production")[0].id]


def test_what_serves_is_deployed_again_behind_another_that_is_under_way(auto: World) -> None:
    auto.commit(B, branch="other")
    auto.begin(auto.start(B))
    asked = auto.release(started(auto.do(Action.DEPLOY, login="bob")))
    assert asked.sha == A and auto.line()[1].release_id == asked.id
