"""A push that lands while somebody asks, at every point of the way (D2); rights that go meanwhile (D4)."""

import pytest

from engine.domain.permission import Role
from engine.forge.port import RepositoryRef
from engine.planner.permission import may_build
from engine.reasons import Reason
from engine.store.asks import Ask
from tests.forge.payloads import REPOSITORY_ID, SHA_A, SHA_B, a_comment_event, a_pull_request_event
from tests.intake.counting import CountingForge
from tests.intake.presses import a_press
from tests.intake.world import World

#: Calls of the forge for one command, and the moments before and after them all.
POINTS = [0, 1, 2, 3, 4, 5]
COMMANDS = ["/preview", "/retry", "/preview restart", "retry"]


def failed_build(world: World) -> None:
    """The head was built in vain."""
    world.at_github()
    world.take_in("pull_request", a_pull_request_event("opened"))
    world.build_fails("it broke")


def asked(world: World, command: str) -> str:
    """The delivery of a command, or of a button."""
    if command.startswith("/"):
        return world.receive("issue_comment", a_comment_event(command))
    return world.receive("check_run", a_press(command, world.instance))


def ask_while_a_push_lands(world: World, command: str, point: int, *, told: bool) -> Ask:
    """The command, with a push at GitHub before the call of that number; `told`: its delivery is taken in too."""

    def land() -> None:
        world.at_github(sha=SHA_B)
        if told:
            handler, world.handler = world.handler, world.handler_with(world.forge)
            world.take_in("pull_request", a_pull_request_event("synchronize", sha=SHA_B))
            world.handler = handler

    counting = CountingForge(world.forge)
    world.handler = world.handler_with(counting)
    key = asked(world, command)
    if point == POINTS[0]:
        land()
    counting.before = (point, land)
    begun = world.begin(key)
    if point == POINTS[-1]:
        land()
    world.finish(begun)
    return world.ask(key)


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("command", COMMANDS)
def test_d2_what_was_asked_for_is_built_or_refused_and_never_the_newer_commit(
    world: World, command: str, point: int, told: bool
) -> None:
    failed_build(world)
    ask = ask_while_a_push_lands(world, command, point, told=told)
    for_it = [build.sha for build in world.builds() if build.ask == ask.delivery]
    assert for_it in ([], [SHA_A])
    if not for_it:
        assert ask.reason == (Reason.HEAD_MOVED if command.startswith("/") else Reason.STALE_BUTTON)
        assert SHA_A[:7] in ask.answer
        assert SHA_B[:7] in ask.answer


@pytest.mark.parametrize("command", COMMANDS)
def test_d2_a_push_that_was_taken_in_meanwhile_always_wins(world: World, command: str) -> None:
    failed_build(world)
    ask_while_a_push_lands(world, command, POINTS[-1], told=True)
    newest = world.builds()[0]
    assert (newest.sha, newest.ask) == (SHA_B, "")


def test_d4_a_right_that_was_taken_away_before_the_job_runs_is_missed(world: World) -> None:
    failed_build(world)
    world.take_in("issue_comment", a_comment_event("/retry"))
    world.repository.roles["writer"] = Role.READ
    build = world.builds()[0]
    refusal = may_build(world.forge, RepositoryRef(1, REPOSITORY_ID, "acme/shop"), build.requested_by)
    assert refusal is not None
    assert refusal.reason is Reason.NOT_PERMITTED


def test_d4_a_right_that_was_taken_away_before_the_command_is_read_is_missed(world: World) -> None:
    failed_build(world)
    key = asked(world, "/retry")
    world.repository.roles["writer"] = Role.READ
    world.run(key)
    assert world.ask(key).reason == Reason.NOT_PERMITTED


def test_d1_a_fork_stays_unbuilt_whatever_its_author_does(world: World) -> None:
    fork = {"ref": "x", "sha": SHA_A, "repo": {"id": 4711}}
    world.at_github(head=fork)
    for action in ("opened", "synchronize", "labeled", "edited", "ready_for_review", "reopened"):
        world.take_in("pull_request", a_pull_request_event(action, sender="stranger", head=fork))
    for command in ("/preview", "/retry", "/preview restart"):
        world.take_in("issue_comment", a_comment_event(command, "stranger"))
    world.take_in("check_run", a_press("start", world.instance, sender="stranger"))
    assert world.find_preview() is None
