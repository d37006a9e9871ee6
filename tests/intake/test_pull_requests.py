"""Pull requests that are opened, pushed to and closed become previews, builds and words on commits."""

from typing import Any

import pytest

from engine.domain.build import BuildState
from engine.errors import Denied, OutsideError, Unreachable
from engine.reasons import Reason
from engine.work.handler import Again
from tests.forge.payloads import (
    FORK_ID,
    SHA_A,
    SHA_B,
    SHA_C,
    a_pull_request_event,
    a_push_event,
    an_account,
)
from tests.intake.world import World

FORK_HEAD: dict[str, Any] = {"ref": "x", "sha": SHA_A, "repo": {"id": FORK_ID}}
DELETED_FORK: dict[str, Any] = {"ref": "x", "sha": SHA_A, "repo": None}


def opened(world: World, action: str = "opened", sha: str = SHA_A, **changes: Any) -> None:
    """A pull request event of the head that GitHub has."""
    world.at_github(sha=sha, **changes)
    world.take_in("pull_request", a_pull_request_event(action, sha=sha, **changes))


def test_a_writers_pull_request_is_built_when_it_is_opened(world: World) -> None:
    opened(world)
    (build,) = world.builds()
    assert (build.sha, build.requested_by, build.ask, build.state) == (SHA_A, "writer", "", BuildState.QUEUED)


def test_each_push_is_built_and_takes_the_place_of_the_one_before(world: World) -> None:
    opened(world)
    opened(world, "synchronize", SHA_B)
    newest, older = world.builds()
    assert (newest.sha, newest.state) == (SHA_B, BuildState.QUEUED)
    assert (older.sha, older.state) == (SHA_A, BuildState.SUPERSEDED)


def test_the_same_delivery_run_twice_builds_once(world: World) -> None:
    world.at_github()
    key = world.receive("pull_request", a_pull_request_event())
    first, second = world.begin(key), world.begin(key)
    world.finish(first)
    world.finish(second)
    assert len(world.builds()) == 1


@pytest.mark.parametrize("head", [FORK_HEAD, DELETED_FORK])
@pytest.mark.parametrize("action", ["opened", "synchronize", "reopened", "ready_for_review"])
def test_a_forks_pull_request_runs_nothing_and_says_so(world: World, head: dict[str, Any], action: str) -> None:
    world.take_in("pull_request", a_pull_request_event(action, head=head))
    assert world.skipped().reason is Reason.FORK_NEEDS_APPROVAL
    assert world.builds() == []


def test_somebody_without_write_permission_is_not_built_for(world: World) -> None:
    author = an_account("reader")
    world.at_github(user=author)
    world.take_in("pull_request", a_pull_request_event(sender="reader", user=author))
    assert world.skipped().reason is Reason.NOT_PERMITTED


def test_a_bot_that_pushes_to_a_writers_pull_request_is_built_for(world: World) -> None:
    world.at_github()
    world.take_in("pull_request", a_pull_request_event("synchronize", sender="formatter[bot]"))
    assert [build.requested_by for build in world.builds()] == ["writer"]


def test_on_command_waits_and_says_so(world: World) -> None:
    world.repository.files[SHA_A] = {"slipway.yml": b"preview:\n  start: on_command\n"}
    opened(world)
    assert world.skipped().reason is Reason.START_ON_COMMAND
    assert world.builds() == []


def test_a_bad_slipway_yml_is_told_with_every_problem(world: World) -> None:
    world.repository.files[SHA_A] = {"slipway.yml": b"preview:\n  start: sometimes\nflavour: mild\n"}
    opened(world)
    skipped = world.skipped()
    assert skipped.reason is Reason.BAD_CONFIGURATION
    assert len(skipped.detail.splitlines()) == 2


def test_access_is_taken_from_the_default_branch_and_not_from_the_head(world: World) -> None:
    world.repository.files[SHA_A] = {"slipway.yml": b"preview:\n  access: public\n"}
    opened(world)
    assert world.preview().access == "private"
    world.repository.files["main"] = {"slipway.yml": b"preview:\n  access: public\n"}
    opened(world, "synchronize", SHA_B)
    assert world.preview().access == "public"


def test_an_older_push_that_comes_late_is_superseded_and_not_built(world: World) -> None:
    opened(world, "synchronize", SHA_B)
    world.take_in("pull_request", a_pull_request_event("synchronize", sha=SHA_A))
    assert world.skipped(SHA_A).reason is Reason.SUPERSEDED
    assert [build.sha for build in world.builds()] == [SHA_B]


def test_a_push_that_lands_while_the_forge_is_asked_supersedes_the_older(world: World) -> None:
    opened(world)
    world.at_github(sha=SHA_B)
    older = world.begin(world.receive("pull_request", a_pull_request_event("synchronize", sha=SHA_B)))
    opened(world, "synchronize", SHA_C)
    world.finish(older)
    assert world.skipped(SHA_B).reason is Reason.SUPERSEDED
    assert world.builds()[0].sha == SHA_C


def test_closing_removes_the_preview_and_reopening_builds_again(world: World) -> None:
    opened(world)
    opened(world, "closed", state="closed")
    assert world.preview().life == "removed"
    opened(world, "reopened")
    assert world.preview().life == "open"
    assert world.builds()[0].state is BuildState.QUEUED


def test_a_close_that_comes_after_its_reopening_removes_nothing(world: World) -> None:
    opened(world)
    world.take_in("pull_request", a_pull_request_event("closed", state="closed"))
    assert world.preview().life == "open"


@pytest.mark.parametrize("outage", [Unreachable("GitHub is away"), Denied("GitHub answered 403")])
def test_a_close_counts_even_when_github_does_not_answer(world: World, outage: OutsideError) -> None:
    opened(world)
    world.forge.outage = outage
    world.take_in("pull_request", a_pull_request_event("closed", state="closed"))
    assert world.preview().life == "removed"


def test_a_stopped_preview_stays_stopped_when_somebody_pushes(world: World) -> None:
    opened(world)
    world.stop_preview()
    opened(world, "synchronize", SHA_B)
    assert world.skipped(SHA_B).reason is Reason.PREVIEW_STOPPED


@pytest.mark.parametrize("action", ["edited", "labeled", "assigned", "brand_new"])
def test_other_actions_change_nothing_but_what_is_known(world: World, action: str) -> None:
    opened(world)
    world.take_in("pull_request", a_pull_request_event(action, title="Another title"))
    assert len(world.builds()) == 1


def test_a_push_by_itself_is_noted(world: World) -> None:
    assert world.take_in("push", a_push_event()).state == "handled"


def test_a_close_that_github_does_not_know_of_yet_is_asked_about_once_more(world: World) -> None:
    opened(world)
    key = world.receive("pull_request", a_pull_request_event("closed", state="closed"))
    assert isinstance(world.run(key), Again)
    world.at_github(state="closed")
    world.run(key, attempts=2)
    assert world.preview().life == "removed"


@pytest.mark.parametrize("lagging", [{"sha": SHA_A}, {"sha": SHA_B, "state": "closed"}])
def test_a_push_that_github_does_not_know_of_yet_is_asked_about_once_more(
    world: World, lagging: dict[str, Any]
) -> None:
    opened(world)
    world.at_github(**lagging)
    key = world.receive("pull_request", a_pull_request_event("synchronize", sha=SHA_B))
    assert isinstance(world.run(key), Again)
    world.at_github(sha=SHA_B)
    assert not isinstance(world.run(key, attempts=2), Again)
    assert world.builds()[0].sha == SHA_B


def test_an_unreachable_github_leaves_the_delivery_to_another_try(world: World) -> None:
    world.forge.outage = Unreachable("GitHub is away", retry_after=1234)
    key = world.receive("pull_request", a_pull_request_event())
    with pytest.raises(Unreachable) as caught:
        world.run(key)
    assert caught.value.retry_after == 1234
    assert world.delivery(key).state == "stored"


def test_a_refusal_of_githubs_leaves_a_word_on_the_commit(world: World) -> None:
    world.forge.outage = Denied("GitHub answered 403")
    world.run(world.receive("pull_request", a_pull_request_event()))
    assert world.skipped().reason is Reason.DENIED


def test_reopening_notes_the_installation_of_now(world: World) -> None:
    opened(world)
    opened(world, "closed", state="closed")
    world.at_github()
    event = a_pull_request_event("reopened")
    event["installation"] = {"id": 4711}
    world.take_in("pull_request", event)
    assert world.preview().installation_id == 4711


def test_a_delivery_that_was_tried_in_vain_leaves_a_word_on_the_commit(world: World) -> None:
    key = world.receive("pull_request", a_pull_request_event())
    world.bury(key)
    assert world.skipped().reason is Reason.UNREACHABLE
    assert "GitHub is away" in world.delivery(key).note


def test_a_repository_that_is_gone_ends_the_job(world: World) -> None:
    world.forge.repositories.clear()
    outcome = world.run(world.receive("pull_request", a_pull_request_event()))
    assert not isinstance(outcome, Again)
    assert outcome.error
