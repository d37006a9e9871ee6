"""Two things at one moment: both were prepared before either was decided."""

import pytest

from engine.domain.gate import GateState
from engine.domain.release import DeployState
from engine.reasons import Reason
from engine.slack.buttons import Bound, encode
from engine.store.slack_asks import SlackAsk
from tests.forge.payloads import SHA_C
from tests.slack.deliveries import ADA, BOB, a_command, a_press
from tests.slack.world import World

CAROL = "U0CAROL"


@pytest.fixture
def waiting(any_shop: World) -> World:
    """Ada's deploy of main waits for an approval; bob and carol may open it."""
    any_shop.link(CAROL, "carol")
    any_shop.repository.roles["carol"] = any_shop.repository.roles["bob"]
    any_shop.types("deploy acme/shop@main to production")
    return any_shop


def press(world: World, button: str, user: str) -> str:
    """A press at the only release, stored; its key."""
    return world.receive("interaction", a_press(button, encode(Bound(world.releases()[0].id, SHA_C)), user))


def at_once(world: World, *keys: str) -> list[SlackAsk]:
    """Every delivery is prepared, then each is decided; the asks."""
    for outcome in [world.begin(key) for key in keys]:
        world.finish(outcome)
    return [world.ask(key) for key in keys]


def test_a_gate_that_two_people_open_at_once_opens_once(waiting: World) -> None:
    asks = at_once(waiting, press(waiting, "approve", BOB), press(waiting, "approve", CAROL))
    assert [each.reason for each in asks] == ["", Reason.STALE_BUTTON]
    assert waiting.gate().state is GateState.APPROVED
    assert [vote.login for vote in waiting.gate().votes] == ["bob"]


def test_an_approval_and_a_rejection_at_once_leave_the_first_word(waiting: World) -> None:
    typed = waiting.receive("command", a_command("reject acme/shop production not today", CAROL))
    at_once(waiting, press(waiting, "approve", BOB), typed)
    assert waiting.gate().state is GateState.APPROVED
    assert waiting.ask(typed).reason


def test_a_cancel_of_what_ended_meanwhile_says_so(waiting: World) -> None:
    key = press(waiting, "cancel", ADA)
    outcome = waiting.begin(key)
    waiting.ends(waiting.release(), DeployState.SECURITY_SCANNING, DeployState.FAILED)
    waiting.finish(outcome)
    assert waiting.ask(key).reason == Reason.STALE_BUTTON
    assert waiting.release().state is DeployState.FAILED


def test_a_retry_that_two_people_press_at_once_is_one_deploy(waiting: World) -> None:
    waiting.ends(waiting.release(), DeployState.SECURITY_SCANNING, DeployState.FAILED)
    asks = at_once(waiting, press(waiting, "retry", ADA), press(waiting, "retry", BOB))
    assert [each.reason for each in asks] == ["", Reason.STALE_BUTTON]
    assert len(waiting.releases()) == 2
