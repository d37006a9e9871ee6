"""Deliveries late, twice, at once and in every order: the same end always, and every commit gets its last word."""

import itertools
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.domain.build import BuildState
from engine.reasons import Reason
from engine.store import schema
from engine.work.handler import Again
from tests.forge.payloads import SHA_A, SHA_B, a_comment_event, a_pull_request_event
from tests.intake.world import World

TWENTY = [f"{number:040x}" for number in range(1, 21)]


def receive(world: World, action: str, sha: str = SHA_A, **changes: Any) -> str:
    """A delivery at the door."""
    return world.receive("pull_request", a_pull_request_event(action, sha=sha, **changes))


def run(world: World, key: str) -> None:
    """Its job, tried again when that is asked for."""
    if isinstance(world.run(key), Again):
        world.run(key, attempts=2)


def last_words(world: World) -> dict[str, str | None]:
    """What the check run of each of the twenty commits says at last."""
    return {sha: world.check_shows(sha).conclusion for sha in TWENTY}


def test_e3_twenty_pushes_in_a_second_give_one_build_and_nineteen_last_words(world: World) -> None:
    keys = [receive(world, "synchronize", sha) for sha in TWENTY]
    world.at_github(sha=TWENTY[-1])
    for key in keys:
        run(world, key)
    assert [build.sha for build in world.builds()] == [TWENTY[-1]]
    assert [world.skipped(sha).reason for sha in TWENTY[:-1]] == [Reason.SUPERSEDED] * 19
    world.build_goes_well()
    assert list(last_words(world).values()) == ["neutral"] * 19 + ["success"]


def test_e3_twenty_pushes_that_are_each_taken_in_leave_one_running_and_one_waiting(world: World) -> None:
    for number, sha in enumerate(TWENTY):
        world.at_github(sha=sha)
        run(world, receive(world, "synchronize", sha))
        if number == 0:
            world.build_runs()
    live = [build for build in world.builds() if not build.state.terminal]
    assert [build.sha for build in live] == [TWENTY[-1], TWENTY[0]]
    assert live[1].stop_wanted == "superseded"
    world.build_ends(live[1], BuildState.SUPERSEDED, "A newer commit took its place")
    world.build_goes_well()
    assert list(last_words(world).values()) == ["neutral"] * 19 + ["success"]
    assert len(world.comments.shown) == 1


@pytest.mark.parametrize("order", [list(reversed(range(20))), [(7 * each) % 20 for each in range(20)]])
def test_e3_the_last_head_wins_in_whatever_order_the_pushes_come(world: World, order: list[int]) -> None:
    world.at_github(sha=TWENTY[-1])
    keys = [receive(world, "synchronize", sha) for sha in TWENTY]
    for each in order:
        run(world, keys[each])
    assert [build.sha for build in world.builds()] == [TWENTY[-1]]
    world.build_goes_well()
    assert all(last_words(world).values())


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_e1_every_order_of_a_short_life_leaves_no_preview(world: World, order: tuple[int, ...]) -> None:
    keys = [
        receive(world, "opened"),
        receive(world, "synchronize", SHA_B),
        receive(world, "labeled", SHA_B),
        receive(world, "closed", SHA_B, state="closed"),
    ]
    world.at_github(sha=SHA_B, state="closed")
    for each in order:
        run(world, keys[each])
    preview = world.find_preview()
    assert preview is None or preview.life == "removed"
    assert all(build.state.terminal for build in world.builds())


def test_e2_a_push_older_than_the_head_is_superseded_and_gets_its_last_word(world: World) -> None:
    world.at_github(sha=SHA_B)
    run(world, receive(world, "synchronize", SHA_B))
    run(world, receive(world, "synchronize", SHA_A))
    assert [build.sha for build in world.builds()] == [SHA_B]
    assert world.check_shows(SHA_A).conclusion == "neutral"


def test_e4_a_force_push_ends_the_old_build_and_builds_the_new_head(world: World) -> None:
    world.at_github()
    run(world, receive(world, "opened"))
    old = world.build_runs()
    world.at_github(sha=SHA_B)
    run(world, receive(world, "synchronize", SHA_B))
    newest, older = world.builds()
    assert (newest.sha, newest.state) == (SHA_B, BuildState.QUEUED)
    assert (older.id, older.stop_wanted) == (old.id, "superseded")


def test_e4_a_force_push_back_to_an_older_commit_builds_that_again(world: World) -> None:
    for sha in (SHA_A, SHA_B, SHA_A):
        world.at_github(sha=sha)
        run(world, receive(world, "synchronize", sha))
    assert [build.sha for build in world.builds()] == [SHA_A, SHA_B, SHA_A]


@pytest.mark.parametrize("action", ["opened", "synchronize", "closed", "labeled", "edited", "converted_to_draft"])
def test_e9_a_pull_request_whose_fork_was_deleted_harms_nothing(world: World, action: str) -> None:
    gone: dict[str, Any] = {"ref": "x", "sha": SHA_A, "repo": None}
    state = "closed" if action == "closed" else "open"
    world.at_github(head=gone, state=state)
    delivery = world.take_in("pull_request", a_pull_request_event(action, head=gone, state=state))
    assert delivery.state == "handled"
    assert world.builds() == []


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_e10_closed_reopened_and_closed_within_a_second_is_closed(world: World, order: tuple[int, ...]) -> None:
    world.at_github()
    run(world, receive(world, "opened"))
    keys = [
        receive(world, "closed", state="closed"),
        receive(world, "reopened"),
        receive(world, "closed", state="closed"),
    ]
    world.at_github(state="closed")
    for each in order:
        run(world, keys[each])
    assert world.preview().life == "removed"
    assert world.builds()[0].state is BuildState.CANCELLED


def test_e12_a_delivery_before_the_installation_event_makes_what_it_needs(world: World) -> None:
    world.at_github()
    run(world, receive(world, "opened"))
    run(world, receive(world, "edited"))
    world.take_in("issue_comment", a_comment_event("/status"))
    with world.database.read() as connection:
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (schema.installations, schema.repositories, schema.pull_requests)
        ]
    assert counts == [1, 1, 1]
    assert len(world.builds()) == 1
