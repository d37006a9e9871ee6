"""Webhooks that were fetched late from GitHub's log mean what they meant when they were sent (requirement C3)."""

import time
from datetime import UTC, datetime
from typing import Any

from engine.domain.build import BuildState
from engine.reasons import Reason
from tests.forge.payloads import SHA_A, SHA_B, a_comment_event, a_pull_request_event
from tests.intake.world import World

MINUTE = 60.0


def ago(seconds: float) -> str:
    """GitHub's words for a moment."""
    return datetime.fromtimestamp(time.time() - seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def push(world: World, sha: str, *, age: float, action: str = "synchronize") -> None:
    """A push that was made `age` seconds ago; the forge has no newer one."""
    world.at_github(sha=sha)
    world.take_in("pull_request", a_pull_request_event(action, sha=sha, updated_at=ago(age)))


def a_comment(body: str, *, age: float) -> dict[str, Any]:
    """A comment that was written `age` seconds ago."""
    payload = a_comment_event(body)
    payload["comment"]["created_at"] = ago(age)
    return payload


def test_a_command_that_was_written_before_a_push_does_not_build_that_push(world: World) -> None:
    push(world, SHA_A, age=10 * MINUTE, action="opened")
    push(world, SHA_B, age=0)
    key = world.receive("issue_comment", a_comment("/preview restart", age=5 * MINUTE))
    world.run(key)
    assert world.ask(key).sha == SHA_A
    assert world.ask(key).reason == Reason.HEAD_MOVED
    assert len(world.builds()) == 2


def test_a_cancel_that_was_written_before_a_push_does_not_cancel_that_push(world: World) -> None:
    push(world, SHA_A, age=10 * MINUTE, action="opened")
    push(world, SHA_B, age=0)
    world.take_in("issue_comment", a_comment("/cancel", age=5 * MINUTE))
    assert world.builds()[0].state is BuildState.QUEUED


def test_a_command_means_the_push_before_it_though_both_were_fetched_late(world: World) -> None:
    push(world, SHA_A, age=10 * MINUTE, action="opened")
    world.at_github(sha=SHA_B)
    waiting = world.receive("pull_request", a_pull_request_event("synchronize", sha=SHA_B, updated_at=ago(6 * MINUTE)))
    key = world.receive("issue_comment", a_comment("/preview restart", age=5 * MINUTE))
    world.run(key)
    world.run(waiting)
    assert world.ask(key).sha == SHA_B
    assert not world.ask(key).reason
    assert [build.sha for build in world.builds()][:1] == [SHA_B]


def test_a_moment_that_cannot_be_read_or_lies_ahead_changes_nothing(world: World) -> None:
    push(world, SHA_A, age=10 * MINUTE, action="opened")
    for comment_id, age in enumerate((-3600.0, 5.0)):
        payload = a_comment("/preview restart", age=age)
        payload["comment"]["id"] = comment_id + 1
        key = world.receive("issue_comment", payload)
        before = time.time()
        world.run(key)
        assert world.ask(key).created_at == world.delivery(key).received_at <= before


def test_a_command_is_bound_to_a_head_that_was_itself_fetched_after_the_newer_one(world: World) -> None:
    push(world, SHA_B, age=0, action="opened")
    older = a_pull_request_event("opened", sha=SHA_A, updated_at=ago(10 * MINUTE))
    world.take_in("pull_request", older)
    key = world.receive("issue_comment", a_comment("/preview restart", age=5 * MINUTE))
    world.run(key)
    assert world.ask(key).sha == SHA_A
    assert world.ask(key).reason == Reason.HEAD_MOVED
