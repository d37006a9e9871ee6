"""Buttons of gates and drifts: Approve, Reject, Deploy (their check runs carry our mark)."""

import pytest

from engine.domain.gate import GateState
from engine.domain.job import JobKind
from engine.reasons import Reason
from engine.store import releases
from tests.forge.payloads import SHA_A, SHA_B, SHA_C
from tests.intake.deploying import (
    ONE,
    TWO,
    all_releases,
    configure,
    open_shop,
    press,
    push_branch,
    say,
    the_gate,
    the_release,
)
from tests.intake.presses import a_press
from tests.intake.world import World


@pytest.fixture
def shop(world: World) -> World:
    """A repository whose pull request's head is SHA_A, on top of main's SHA_C; no slipway.yml."""
    return open_shop(world)


@pytest.mark.parametrize(("sender", "reason"), [("writer", Reason.OWN_APPROVAL), ("reader", Reason.NOT_PERMITTED)])
def test_a_button_that_may_not_open_the_gate_leaves_it(shop: World, sender: str, reason: Reason) -> None:
    configure(shop, ONE)
    say(shop, "/deploy")
    assert shop.ask(press(shop, "approve", sender)).reason == reason
    assert the_gate(shop).state is GateState.WAITING


def test_approve_and_reject_can_be_pressed(shop: World) -> None:
    configure(shop, ONE)
    say(shop, "/deploy")
    press(shop, "approve", "admin")
    assert shop.jobs(JobKind.DEPLOY) == [the_release(shop).id]


def test_a_drifts_button_deploys_exactly_its_commit(shop: World) -> None:
    configure(shop, TWO)
    push_branch(shop, "refs/heads/main", SHA_C, SHA_B)
    (first,) = all_releases(shop)
    with shop.database.write() as connection:
        releases.cancel(connection, first, "ended", first.created_at)
    mark = {"external_id": f"slipway:{shop.instance}:drift:{first.environment_id}:{SHA_B}"}
    shop.take_in("check_run", a_press("deploy", shop.instance, SHA_B, **mark))
    release = all_releases(shop)[-1]
    assert (release.sha, release.door, release.environment_id) == (SHA_B, "button", first.environment_id)


def test_a_drifts_button_is_stale_once_the_branch_has_moved(shop: World) -> None:
    configure(shop, TWO)
    push_branch(shop, "refs/heads/main", SHA_C, SHA_B)
    (first,) = all_releases(shop)
    push_branch(shop, "refs/heads/main", SHA_B, SHA_A)
    mark = {"external_id": f"slipway:{shop.instance}:drift:{first.environment_id}:{SHA_B}"}
    key = shop.take_in("check_run", a_press("deploy", shop.instance, SHA_B, **mark)).key
    assert shop.ask(key).reason == Reason.STALE_BUTTON


def test_a_drifts_button_of_another_repositorys_environment_does_nothing(shop: World) -> None:
    mark = {"external_id": f"slipway:{shop.instance}:drift:env_0123456789abcdef:{SHA_A}"}
    assert shop.take_in("check_run", a_press("deploy", shop.instance, SHA_A, **mark)).state == "ignored"


def test_the_deploy_button_means_nothing_on_a_commits_check(shop: World) -> None:
    for button in ("deploy", "approve", "reject", "rollback"):
        assert shop.take_in("check_run", a_press(button, shop.instance)).state == "ignored"
    assert all_releases(shop) == []
