"""Buttons of messages: decided as commands are, and dead once their commit or their state is over."""

import pytest

from engine.domain.build import BuildState
from engine.domain.gate import GateState
from engine.domain.release import DeployState, Release
from engine.reasons import Reason
from engine.sandboxes.port import Upstream
from engine.store import asks, builds, gates, previews, routes, slack_messages
from engine.store.slack_messages import Message
from tests.forge.payloads import REPOSITORY_ID, SHA_A, SHA_B, SHA_C
from tests.slack.deliveries import ADA, BOB, CHANNEL, EVE, ROOT, a_press
from tests.slack.world import World


@pytest.fixture
def waiting(shop: World) -> World:
    """Ada's deploy of main waits for an approval, and the channel shows it."""
    shop.types("deploy acme/shop@main to production")
    show(shop, shop.release())
    return shop


def show(world: World, release: Release) -> None:
    """Its root message stands in the channel."""
    with world.database.write() as connection:
        subject = f"slack:{REPOSITORY_ID}:{world.acme.id}:{CHANNEL}:{release.id}:root"
        slack_messages.note(connection, Message(world.acme.id, CHANNEL, ROOT, subject, release.id, 1000.0))


def test_nobody_approves_their_own_deploy(waiting: World) -> None:
    ask = waiting.presses("approve", waiting.release().id, SHA_C, ADA)
    assert (ask.state, ask.reason) == (asks.REFUSED, Reason.OWN_APPROVAL)
    assert waiting.gate().state is GateState.WAITING
    assert waiting.audit("refused:own_approval")[0].who == "ada"


def test_anothers_approval_lets_it_go_on(waiting: World) -> None:
    assert waiting.presses("approve", waiting.release().id, SHA_C, BOB).state == asks.DONE
    assert waiting.gate().state is GateState.APPROVED
    (line,) = [each for each in waiting.audit("done") if each.did == "approve"]
    assert (line.who, line.door) == ("bob", "slack")


def test_a_reader_may_not_approve(waiting: World) -> None:
    assert waiting.presses("approve", waiting.release().id, SHA_C, EVE).reason == Reason.NOT_PERMITTED


def test_a_button_of_another_commit_is_dead(waiting: World) -> None:
    ask = waiting.presses("approve", waiting.release().id, SHA_A, BOB)
    assert ask.reason == Reason.STALE_BUTTON
    assert waiting.audit("refused:stale_button")[0].who == "bob"


def test_after_a_push_the_button_is_dead_and_its_message_shown_anew(waiting: World) -> None:
    with waiting.database.write() as connection:
        gates.make_void(connection, waiting.gate(), 2000.0)
    before = posted(waiting)
    assert waiting.presses("approve", waiting.release().id, SHA_C, BOB).reason == Reason.STALE_BUTTON
    assert posted(waiting) > before


def posted(world: World) -> int:
    """How often the release's message was to be shown."""
    key = f"slack:{REPOSITORY_ID}:{world.acme.id}:{CHANNEL}:{world.release().id}:root"
    found = world.version(key)
    assert found
    return found


def test_a_button_whose_state_is_over_is_dead(waiting: World) -> None:
    release = waiting.release().id
    waiting.presses("approve", release, SHA_C, BOB)
    assert waiting.presses("approve", release, SHA_C, BOB).reason == Reason.STALE_BUTTON
    assert waiting.presses("cancel", release, SHA_C, BOB).state == asks.DONE
    assert waiting.presses("cancel", release, SHA_C, BOB).reason == Reason.STALE_BUTTON


def test_whoever_may_not_read_it_is_told_that_it_isnt_there(waiting: World) -> None:
    del waiting.repository.roles["bob"]
    ask = waiting.presses("approve", waiting.release().id, SHA_C, BOB)
    assert (ask.reason, "shop" in ask.answer) == (Reason.NO_SUCH_REPOSITORY, False)


@pytest.mark.parametrize("about", ["dep_0123456789abcdef", "pv_0123456789abcdef", "", "env_1"])
def test_a_button_of_nothing_is_dead(shop: World, about: str) -> None:
    assert shop.presses("cancel", about, SHA_C).reason == Reason.STALE_BUTTON


def test_a_failed_deploy_is_tried_again_with_the_same_commit(waiting: World) -> None:
    first = waiting.release()
    waiting.presses("approve", first.id, SHA_C, BOB)
    waiting.ends(first, DeployState.SECURITY_SCANNING, DeployState.FAILED)
    ask = waiting.presses("retry", first.id, SHA_C)
    again = waiting.releases()[-1]
    assert (ask.about, again.sha, again.environment_id) == (again.id, SHA_C, first.environment_id)
    assert again.id != first.id


def test_a_retry_is_refused_once_the_branch_has_moved(waiting: World) -> None:
    first = waiting.release()
    waiting.presses("cancel", first.id, SHA_C)
    waiting.history.add(SHA_B, SHA_C, branch="main")
    assert waiting.presses("retry", first.id, SHA_C).reason == Reason.REF_MOVED
    assert [each.id for each in waiting.releases()] == [first.id]


@pytest.fixture
def built(shop: World) -> World:
    """A pull request's preview is being built."""
    shop.at_github()
    shop.types("preview acme/shop#1")
    return shop


def test_cancel_ends_the_build_that_it_is_about(built: World) -> None:
    preview = built.sql(previews.by_pull_request, REPOSITORY_ID, 1)
    assert built.presses("cancel", preview.id, SHA_B).reason == Reason.STALE_BUTTON
    assert built.presses("cancel", preview.id, SHA_A).state == asks.DONE
    assert built.sql(builds.newest, preview).state is BuildState.CANCELLED
    assert built.presses("cancel", preview.id, SHA_A).reason == Reason.STALE_BUTTON


def test_who_cancels_a_build_that_runs_is_told_and_asked_for_nothing(built: World) -> None:
    preview = built.sql(previews.by_pull_request, REPOSITORY_ID, 1)
    with built.database.write() as connection:
        builds.advance(connection, preview.newest_build_id, BuildState.DEPENDENCIES, "Installing", 3000.0)
    ask = built.presses("cancel", preview.id, SHA_A, BOB)
    assert (ask.about, "is being ended" in ask.answer) == ("", True)


def test_what_is_ready_is_answered_with_its_link(built: World) -> None:
    preview = built.sql(previews.by_pull_request, REPOSITORY_ID, 1)
    with built.database.write() as connection:
        builds.advance(connection, preview.newest_build_id, BuildState.LAUNCHING, "Launching", 3000.0)
        builds.advance(connection, preview.newest_build_id, BuildState.READY, "Ready", 3001.0)
        routes.serve(connection, preview, preview.newest_build_id, Upstream("unix:/x"), 3002.0)
    ask = built.types("preview acme/shop#1")
    assert (ask.state, preview.label in ask.answer) == (asks.DONE, True)


def test_retry_builds_what_failed_and_nothing_else(built: World) -> None:
    preview = built.sql(previews.by_pull_request, REPOSITORY_ID, 1)
    assert built.presses("retry", preview.id, SHA_A).reason == Reason.STALE_BUTTON
    with built.database.write() as connection:
        builds.advance(connection, preview.newest_build_id, BuildState.FAILED, "Failed", 3000.0, cause="x")
    assert built.presses("retry", preview.id, SHA_A).about == preview.id
    assert built.sql(builds.newest, preview).number == 2


def test_buttons_that_lead_somewhere_or_open_a_modal_ask_nothing_of_the_worker(shop: World) -> None:
    for action in ("open", "link", "rollback", "reject", "ship", "deploy", "secret", "nonsense"):
        key = shop.receive("interaction", a_press(action, "{}"))
        shop.run(key)
        assert shop.asked(key) is None
        assert shop.delivery(key).state in ("handled", "ignored")
