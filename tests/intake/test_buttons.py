"""Buttons of check runs: which are offered, and what pressing them does."""

from typing import Any

import pytest

from engine.domain.build import BuildState
from engine.errors import Denied, Unreachable
from engine.reasons import Reason
from engine.store.asks import Ask
from tests.forge.payloads import FORK_ID, SHA_A, SHA_B, a_comment_event, a_pull_request_event, an_account
from tests.intake.presses import APP_ID, a_press, a_suite_rerun
from tests.intake.world import World


def push(world: World, sha: str = SHA_A, **changes: Any) -> None:
    """A push that was received and taken in."""
    world.at_github(sha=sha, **changes)
    world.take_in("pull_request", a_pull_request_event("synchronize", sha=sha, **changes))


def press(world: World, button: str, sha: str = SHA_A, sender: str = "writer") -> Ask:
    """A button that is pressed on a commit's check run; the ask afterwards."""
    key = world.receive("check_run", a_press(button, world.instance, sha, sender))
    world.run(key)
    return world.ask(key)


def offered(world: World, sha: str = SHA_A) -> list[str]:
    """The identifiers of a check run's buttons."""
    return [action.identifier for action in world.check_shows(sha).actions]


def test_a_build_on_its_way_offers_nothing_and_one_that_is_over_what_comes_next(world: World) -> None:
    push(world)
    assert offered(world) == []
    world.build_fails("it broke")
    assert offered(world) == ["retry"]
    press(world, "retry")
    assert offered(world) == []
    world.build_goes_well()
    assert offered(world) == ["restart", "stop_preview"]
    press(world, "stop_preview")
    assert offered(world) == ["start"]


def test_a_cancelled_build_offers_retry_and_one_that_was_superseded_nothing(world: World) -> None:
    push(world)
    push(world, SHA_B)
    world.build_ends(world.builds()[0], BuildState.CANCELLED, "Cancelled")
    assert offered(world, SHA_A) == []
    assert offered(world, SHA_B) == ["retry"]


def test_a_removed_preview_offers_nothing(world: World) -> None:
    push(world)
    world.build_goes_well()
    world.at_github(state="closed")
    world.take_in("pull_request", a_pull_request_event("closed", state="closed"))
    assert offered(world) == []


def test_a_commit_that_was_not_built_offers_to_start_it(world: World) -> None:
    world.repository.files[SHA_A] = {"slipway.yml": b"preview:\n  start: on_command\n"}
    push(world)
    assert offered(world) == ["start"]
    ask = press(world, "start")
    assert (ask.command, ask.state) == ("/preview", "working")
    assert [build.requested_by for build in world.builds()] == ["writer"]


@pytest.mark.parametrize("head", [{"ref": "x", "sha": SHA_A, "repo": {"id": FORK_ID}}])
def test_d1_a_forks_commit_offers_no_start_and_a_forged_press_starts_nothing(
    world: World, head: dict[str, Any]
) -> None:
    push(world, head=head)
    assert offered(world) == []
    assert press(world, "start").reason == Reason.FORK_NEEDS_APPROVAL
    assert world.builds() == []


def test_the_answer_to_a_button_goes_into_the_comment_and_reacts_to_nothing(world: World) -> None:
    push(world)
    world.build_fails("it broke")
    press(world, "retry")
    assert "**`/retry`** by `writer`" in world.comment_shows()
    assert world.reactions.shown == {}


def test_githubs_own_rerun_builds_the_commit_again(world: World) -> None:
    push(world)
    world.build_goes_well()
    assert press(world, "rerun").command == "/preview restart"
    assert [build.sha for build in world.builds()] == [SHA_A, SHA_A]


def test_rerun_of_the_whole_suite_of_our_app_does_the_same(world: World) -> None:
    push(world)
    world.build_fails("it broke")
    assert world.take_in("check_suite", a_suite_rerun()).state == "handled"
    assert len(world.builds()) == 2


def test_a_press_that_is_told_twice_builds_once(world: World) -> None:
    push(world)
    world.build_fails("it broke")
    press(world, "retry")
    press(world, "retry")
    assert len(world.builds()) == 2


def test_a_button_of_an_older_commit_is_refused_and_names_both(world: World) -> None:
    push(world)
    world.build_fails("it broke")
    push(world, SHA_B)
    ask = press(world, "retry", SHA_A)
    assert ask.reason == Reason.STALE_BUTTON
    assert SHA_A[:7] in ask.answer
    assert SHA_B[:7] in ask.answer
    assert all(build.ask == "" for build in world.builds())


@pytest.mark.parametrize("button", ["rerun", "retry", "restart", "start", "stop_preview"])
@pytest.mark.parametrize("sender", ["reader", "stranger"])
def test_a_button_needs_write_permission(world: World, button: str, sender: str) -> None:
    push(world)
    world.build_fails("it broke")
    assert press(world, button, sender=sender).reason == Reason.NOT_PERMITTED
    assert len(world.builds()) == 1
    assert world.preview().life == "open"


@pytest.mark.parametrize(
    "changes",
    [
        {"external_id": None, "app": {"id": APP_ID + 1}},
        {"external_id": "slipway:another:4000000007:" + SHA_A},
        {"external_id": "ci-run-17"},
        {"app": {"id": APP_ID + 1}},
        {"head_sha": SHA_B},
    ],
)
def test_a_check_run_that_is_not_ours_is_ignored(world: World, changes: dict[str, Any]) -> None:
    push(world)
    world.build_fails("it broke")
    delivery = world.take_in("check_run", a_press("retry", world.instance, **changes))
    assert (delivery.state, delivery.note) == ("ignored", "the check is not one of ours")
    assert len(world.builds()) == 1


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("check_suite", a_suite_rerun(app_id=APP_ID + 1)),
        ("check_suite", a_suite_rerun(sha=SHA_B)),
        ("check_suite", a_suite_rerun(sender="helper[bot]")),
        ("check_run", a_press("retry", "x") | {"action": "completed"}),
    ],
)
def test_what_is_none_of_our_business_is_ignored(world: World, name: str, payload: dict[str, Any]) -> None:
    push(world)
    world.build_fails("it broke")
    assert world.take_in(name, payload).state == "ignored"
    assert len(world.builds()) == 1


def test_a_button_that_we_do_not_know_is_ignored(world: World) -> None:
    push(world)
    assert world.take_in("check_run", a_press("deploy_it", world.instance)).note == "it is not one of our buttons"


def test_of_two_pull_requests_with_one_head_the_button_is_for_the_one_that_is_shown(world: World) -> None:
    for number in (1, 2):
        world.at_github(number)
        world.take_in("pull_request", a_pull_request_event(number=number))
    world.build_fails("it broke", number=2)
    press(world, "retry")
    assert [len(world.builds(1)), len(world.builds(2))] == [1, 2]


def test_a_press_that_could_not_be_done_says_so(world: World) -> None:
    push(world)
    world.build_fails("it broke")
    key = world.receive("check_run", a_press("retry", world.instance))
    world.forge.outage = Unreachable("GitHub is away")
    with pytest.raises(Unreachable):
        world.run(key)
    world.bury(key)
    assert world.ask(key).reason == Reason.UNREACHABLE
    assert "`unreachable`" in world.comment_shows()


def test_a_press_that_github_refuses_says_so(world: World) -> None:
    push(world)
    world.build_fails("it broke")
    world.forge.outage = Denied("GitHub answered 403")
    assert press(world, "retry").reason == Reason.DENIED


def test_a_bots_pull_request_is_started_by_a_persons_press(world: World) -> None:
    world.at_github(user=an_account("dependabot[bot]", "Bot"))
    world.take_in("pull_request", dependabots())
    assert world.skipped().reason is Reason.BOT_AUTHOR
    press(world, "start")
    assert [build.requested_by for build in world.builds()] == ["writer"]


def dependabots() -> dict[str, Any]:
    """A bot's push to its own pull request."""
    bot = an_account("dependabot[bot]", "Bot")
    return a_pull_request_event("opened", user=bot) | {"sender": bot}


def test_the_comment_of_a_command_is_not_confused_with_a_button(world: World) -> None:
    push(world)
    world.build_fails("it broke")
    press(world, "retry")
    world.take_in("issue_comment", a_comment_event("/status"))
    world.send()
    assert len(world.reactions.shown) == 1
