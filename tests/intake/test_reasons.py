"""Every reason code is reached by what people and GitHub do, and is told exactly once."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.errors import Denied, Gone
from engine.reasons import Reason
from tests.forge.payloads import FORK_ID, SHA_A, SHA_B, a_comment_event, a_pull_request_event, an_account
from tests.intake.deploy_reasons import DEPLOY_SCENES, ELSEWHERE
from tests.intake.looking import looked
from tests.intake.presses import a_press
from tests.intake.world import World

BOT = an_account("dependabot[bot]", "Bot")
FORK: dict[str, Any] = {"ref": "x", "sha": SHA_A, "repo": {"id": FORK_ID}}


def push(world: World, sha: str = SHA_A, slipway_yml: str = "", **changes: Any) -> None:
    """A push of the head, with the project's file on both branches."""
    for ref in ("main", sha):
        world.repository.files[ref] = {"slipway.yml": slipway_yml.encode()}
    world.at_github(sha=sha, **changes)
    event = a_pull_request_event("synchronize", sha=sha, **changes)
    event["sender"] = changes.get("user") or event["sender"]
    world.take_in("pull_request", event)


def say(world: World, body: str, sender: str = "writer") -> None:
    """A command."""
    world.run(world.receive("issue_comment", a_comment_event(body, sender)))


def stopped(world: World) -> None:
    push(world)
    world.stop_preview()
    push(world, SHA_B)


def moved(world: World) -> None:
    push(world)
    world.at_github(sha=SHA_B)
    say(world, "/preview")


def stale(world: World) -> None:
    push(world)
    push(world, SHA_B)
    world.run(world.receive("check_run", a_press("retry", world.instance, SHA_A)))


def late(world: World) -> None:
    push(world, SHA_B)
    world.take_in("pull_request", a_pull_request_event("synchronize", sha=SHA_A))


def ready(world: World, command: str) -> None:
    push(world)
    world.build_goes_well()
    say(world, command)


def refused(world: World, error: Exception) -> None:
    assert isinstance(error, Denied | Gone)
    world.forge.outage = error
    say(world, "/preview")


def closed(world: World) -> None:
    world.at_github(state="closed")
    say(world, "/preview")


def rejected(world: World) -> None:
    push(world, head=FORK)
    say(world, "/reject", "admin")
    say(world, "/approve")


def asked(world: World, body: str, sender: str = "writer") -> None:
    world.at_github()
    say(world, body, sender)


def inspected(world: World, body: str) -> None:
    with world.database.write() as connection:
        looked(connection, "procfile")
    asked(world, body)


SCENES: dict[Reason, Callable[[World], None]] = {
    Reason.NOT_PERMITTED: lambda world: asked(world, "/preview", "reader"),
    Reason.UNKNOWN_COMMAND: lambda world: asked(world, "/previw"),
    Reason.BAD_ARGUMENTS: lambda world: asked(world, "/preview now"),
    Reason.FORK_NEEDS_APPROVAL: lambda world: push(world, head=FORK),
    Reason.PULL_REQUEST_CLOSED: closed,
    Reason.NO_PREVIEW: lambda world: asked(world, "/preview stop"),
    Reason.HEAD_MOVED: moved,
    Reason.BAD_CONFIGURATION: lambda world: push(world, slipway_yml="flavour: mild"),
    Reason.START_ON_COMMAND: lambda world: push(world, slipway_yml="preview: {start: on_command}"),
    Reason.REPOSITORY_REMOVED: lambda world: refused(world, Gone("there is none")),
    Reason.SUPERSEDED: late,
    Reason.PREVIEW_STOPPED: stopped,
    Reason.UNREACHABLE: lambda world: world.bury(world.receive("pull_request", a_pull_request_event())),
    Reason.DENIED: lambda world: refused(world, Denied("GitHub answered 403")),
    Reason.ALREADY_FINISHED: lambda world: ready(world, "/cancel"),
    Reason.NOTHING_TO_CANCEL: lambda world: asked(world, "/cancel"),
    Reason.NOTHING_TO_RETRY: lambda world: ready(world, "/retry"),
    Reason.NO_LOG: lambda world: asked(world, "/logs"),
    Reason.NO_SUCH_STAGE: lambda world: asked(world, "/logs kitchen"),
    Reason.STALE_BUTTON: stale,
    Reason.DRAFT: lambda world: push(world, slipway_yml="preview: {drafts: false}", draft=True),
    Reason.BOT_AUTHOR: lambda world: push(world, user=BOT),
    Reason.LABEL_MISSING: lambda world: push(world, slipway_yml="preview: {labels: {require: [x]}}"),
    Reason.LABEL_PREVENTS: lambda world: push(
        world, slipway_yml="preview: {labels: {prevent: [x]}}", labels=[{"name": "x"}]
    ),
    Reason.PATHS_UNTOUCHED: lambda world: push(world, slipway_yml="preview: {paths: [web/**]}"),
    Reason.SKIP_REQUESTED: lambda world: push(world, title="[skip preview]"),
    Reason.REJECTED: rejected,
    Reason.NO_SUCH_FIX: lambda world: asked(world, "/fix kitchen"),
    Reason.NOTHING_TO_FIX: lambda world: inspected(world, "/fix gitignore"),
    Reason.NOT_INSPECTED: lambda world: asked(world, "/fix procfile"),
} | DEPLOY_SCENES


def test_every_reason_has_its_scene() -> None:
    assert set(SCENES) | ELSEWHERE == set(Reason)
    assert len(SCENES) >= 15


@pytest.mark.parametrize("reason", SCENES)
def test_a_reason_is_reached_and_told_once(world: World, reason: Reason) -> None:
    SCENES[reason](world)
    world.send()
    summaries = [str(getattr(check, "summary", "")) for check in world.checks.shown.values()]
    comments = [str(getattr(comment, "body", "")) for comment in world.comments.shown.values()]
    told = sum(text.count(f"`{reason}`") for text in (*summaries, *comments))
    assert told == 1
