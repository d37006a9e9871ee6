"""From a comment to what people see: reactions, the one comment, the check run."""

import re

import pytest

from engine.domain.permission import Role
from engine.reports.check_text import CheckRun
from engine.reports.comment_text import StickyComment
from engine.reports.reaction_text import Reactions
from engine.store import builds
from tests.forge.payloads import REPOSITORY_ID, SHA_A, SHA_B, a_comment_event, a_pull_request_event
from tests.intake.world import World


def say(world: World, body: str, sender: str = "writer", comment_id: int = 77) -> None:
    """A comment, taken in and answered."""
    world.take_in("issue_comment", a_comment_event(body, sender, comment_id))
    world.send()


def push(world: World, sha: str, action: str = "synchronize") -> None:
    """A push, taken in and reported."""
    world.at_github(sha=sha)
    world.take_in("pull_request", a_pull_request_event(action, sha=sha))
    world.send()


def comment(world: World) -> str:
    """The one comment."""
    (shown,) = world.comments.shown.values()
    assert isinstance(shown, StickyComment)
    return shown.body


def check(world: World, sha: str = SHA_A) -> CheckRun:
    """The check run of a commit."""
    shown = world.checks.shown[f"check:{REPOSITORY_ID}:{sha}"]
    assert isinstance(shown, CheckRun)
    return shown


def reactions(world: World, comment_id: int = 77) -> tuple[str, ...]:
    """What is on a command's comment."""
    shown = world.reactions.shown[f"reaction:{REPOSITORY_ID}:{comment_id}"]
    assert isinstance(shown, Reactions)
    return shown.contents


def test_a_command_goes_from_eyes_to_rocket_and_its_link(world: World) -> None:
    world.at_github()
    say(world, "/preview")
    assert reactions(world) == ("eyes",)
    assert check(world).conclusion is None
    assert "🔨 Waiting for a worker" in comment(world)
    world.build_goes_well()
    world.send()
    assert reactions(world) == ("eyes", "rocket")
    assert check(world).conclusion == "success"
    link = world.settings.preview_url(world.preview().label)
    assert comment(world).count(link) == 2
    assert "✅ Ready" in comment(world)


def test_a_build_that_fails_turns_the_thumb_down_and_tells_the_cause(world: World) -> None:
    world.at_github()
    say(world, "/preview")
    world.build_fails("RuntimeError: the flux is missing (app.py:3)", "Mend it.")
    world.send()
    assert reactions(world) == ("eyes", "-1")
    assert "the flux is missing" in comment(world)
    run = check(world)
    assert run.conclusion == "failure"
    assert run.location is not None
    assert (run.location.path, run.location.line) == ("app.py", 3)


def test_a_failed_push_keeps_the_last_good_link(world: World) -> None:
    push(world, SHA_A, "opened")
    world.build_goes_well()
    push(world, SHA_B)
    world.build_fails("it broke")
    world.send()
    assert re.search(rf"❌ Failed \| \[Open\]\(\S+\), serves `{SHA_A[:7]}` \| `{SHA_B[:7]}`", comment(world))
    assert (check(world, SHA_A).conclusion, check(world, SHA_B).conclusion) == ("success", "failure")


def test_a_superseded_command_is_told_and_its_commit_ends_neutral(world: World) -> None:
    world.at_github()
    say(world, "/preview")
    push(world, SHA_B)
    assert reactions(world) == ("eyes", "-1")
    assert check(world, SHA_A).conclusion == "neutral"
    assert "A newer commit took the place" in comment(world)


def test_a_refusal_is_told_in_the_one_comment(world: World) -> None:
    world.at_github()
    say(world, "/preview", "reader")
    assert reactions(world) == ("eyes", "-1")
    assert "`not_permitted`" in comment(world)
    assert world.checks.shown == {}


def test_the_last_three_answers_are_kept_in_one_comment(world: World) -> None:
    for number, body in enumerate(["/help", "/status", "/previw", "/status"], 1):
        say(world, body, "reader", number)
    assert comment(world).count(" by `reader`") == 3
    assert "/preview start" not in comment(world)
    assert {reactions(world, number) for number in (1, 2, 4)} == {("eyes", "rocket")}


def test_status_after_a_stop_and_after_a_close(world: World) -> None:
    push(world, SHA_A, "opened")
    world.build_goes_well()
    say(world, "/preview stop")
    assert "Preview stopped. Comment `/preview` to start it again." in comment(world)
    world.at_github(state="closed")
    world.take_in("pull_request", a_pull_request_event("closed", state="closed"))
    world.send()
    assert "Preview removed: the pull request is closed." in comment(world)
    assert world.settings.preview_url(world.preview().label) not in comment(world)


def test_a_fork_is_told_on_its_commit_and_nowhere_else(world: World) -> None:
    head = {"ref": "x", "sha": SHA_A, "repo": None}
    world.take_in("pull_request", a_pull_request_event(head=head))
    world.send()
    assert check(world).conclusion == "neutral"
    assert "fork_needs_approval" in check(world).title
    assert world.comments.shown == {}


@pytest.mark.parametrize("title", ["@everybody Closes #1", "</details>", "a | b"])
def test_a_hostile_title_is_shown_nowhere_raw(world: World, title: str) -> None:
    world.at_github(title=title)
    world.take_in("pull_request", a_pull_request_event(title=title))
    world.send()
    assert title not in comment(world)


def test_a_hostile_login_and_command_are_shown_as_code(world: World) -> None:
    world.repository.roles["`@x"] = Role.READ
    say(world, "/previw @all <img> | `hidden`", "`@x")
    shown = comment(world)
    assert "**`/previw @all <img> ¦ …`** by `` `@x ``, " in shown
    assert shown.count("@all") == shown.count("`/previw @all <img> ¦ …`") == 2


def test_of_two_pull_requests_with_one_head_the_check_shows_the_open_one(world: World) -> None:
    for number in (1, 2):
        world.at_github(number)
        world.take_in("pull_request", a_pull_request_event(number=number))
    world.send()
    world.at_github(2, state="closed")
    world.take_in("pull_request", a_pull_request_event("closed", number=2, state="closed"))
    world.send()
    assert check(world).conclusion is None
    with world.database.read() as connection:
        found = builds.of_commit(connection, REPOSITORY_ID, SHA_A)
    assert found == world.builds(1)[0]
