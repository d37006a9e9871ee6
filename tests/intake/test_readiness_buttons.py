"""Buttons of the check that tells whether a commit is ready to ship."""

from dataclasses import replace

import pytest

from engine.domain.inspection import Inspection
from engine.domain.job import JobKind
from engine.intake.deliveries import StoredDelivery
from engine.reasons import Reason
from engine.store import asks
from engine.store.asks import Ask
from engine.store.inspections import Wanted
from tests.forge.payloads import SHA_A, SHA_B, SHA_C
from tests.intake.looking import HEAD, looked
from tests.intake.presses import APP_ID, a_press
from tests.intake.test_buttons import push
from tests.intake.world import World

MAIN = replace(HEAD, number=0, sha=SHA_C)


def look(world: World, wanted: Wanted = HEAD) -> Inspection:
    """It was looked at, and a Procfile can be written."""
    with world.database.write() as connection:
        return looked(connection, "procfile", wanted=wanted)


def pressed(world: World, button: str, inspection: Inspection, sender: str = "writer", sha: str = SHA_A) -> str:
    """The button on the inspection's check run; the delivery's key."""
    mark = f"slipway:{world.instance}:readiness:{inspection.id}"
    key = world.receive("check_run", a_press(button, world.instance, sha, sender, external_id=mark))
    world.run(key)
    return key


def press(world: World, button: str, inspection: Inspection, sender: str = "writer", sha: str = SHA_A) -> Ask:
    """The same; the ask afterwards."""
    return world.ask(pressed(world, button, inspection, sender, sha))


def left(world: World, button: str, inspection: Inspection, sha: str = SHA_A) -> StoredDelivery:
    """The same of a press that asks nothing of us."""
    return world.delivery(pressed(world, button, inspection, sha=sha))


def test_a_fixs_button_is_its_command(world: World) -> None:
    push(world)
    ask = press(world, "fix:procfile", look(world))
    assert (ask.state, ask.command, ask.door) == (asks.WORKING, "/fix procfile", "button")
    assert world.jobs(JobKind.FIX) == [ask.fix_id]


def test_what_the_report_does_not_offer_is_refused(world: World) -> None:
    push(world)
    assert press(world, "fix:gitignore", look(world)).reason == Reason.NOTHING_TO_FIX


def test_a_fixs_button_needs_write_permission(world: World) -> None:
    push(world)
    assert press(world, "fix:procfile", look(world), "reader").reason == Reason.NOT_PERMITTED
    assert world.jobs(JobKind.FIX) == []


def test_a_fixs_button_is_dead_after_a_push(world: World) -> None:
    push(world)
    inspection = look(world)
    push(world, SHA_B)
    assert press(world, "fix:procfile", inspection).reason == Reason.STALE_BUTTON
    assert world.jobs(JobKind.FIX) == []


def test_githubs_rerun_looks_again_for_whoever_may_read(world: World) -> None:
    push(world)
    inspection = look(world)
    ask = press(world, "rerun", inspection, "reader")
    assert (ask.state, ask.command, ask.inspection_id) == (asks.WORKING, "/readiness", inspection.id)
    assert world.jobs(JobKind.INSPECT) == [inspection.id]
    assert len(world.builds()) == 1


def test_githubs_rerun_on_the_default_branch_looks_again_and_no_fix_is_written_there(world: World) -> None:
    push(world)
    inspection = look(world, MAIN)
    ask = press(world, "rerun", inspection, sha=SHA_C)
    assert (ask.state, ask.number, ask.inspection_id) == (asks.WORKING, 0, inspection.id)
    assert left(world, "fix:procfile", inspection, SHA_C).note == "no such button belongs to an inspection"
    assert world.jobs(JobKind.FIX) == []


def test_githubs_rerun_on_an_older_commit_of_the_default_branch_is_stale(world: World) -> None:
    push(world)
    inspection = look(world, MAIN)
    world.history.add(SHA_B, SHA_C, branch="main")
    assert press(world, "rerun", inspection, sha=SHA_C).reason == Reason.STALE_BUTTON


@pytest.mark.parametrize("other", [replace(HEAD, repository_id=8), replace(HEAD, sha=SHA_B)])
def test_an_inspection_of_something_else_is_not_known_here(world: World, other: Wanted) -> None:
    push(world)
    delivery = left(world, "fix:procfile", look(world, other))
    assert (delivery.state, delivery.note) == ("ignored", "no such inspection is known here")
    assert world.jobs(JobKind.FIX) == []


@pytest.mark.parametrize("button", ["retry", "approve", "deploy", "stop_preview"])
def test_no_other_button_belongs_to_an_inspection(world: World, button: str) -> None:
    push(world)
    assert left(world, button, look(world)).note == "no such button belongs to an inspection"


def test_a_fixs_button_belongs_to_no_other_check(world: World) -> None:
    push(world)
    look(world)
    delivery = world.take_in("check_run", a_press("fix:procfile", world.instance))
    assert (delivery.state, delivery.note) == ("ignored", "the check is not one of ours")


def test_another_apps_check_is_not_ours_whatever_it_is_called(world: World) -> None:
    push(world)
    mark = f"slipway:{world.instance}:readiness:{look(world).id}"
    told = a_press("fix:procfile", world.instance, external_id=mark, app={"id": APP_ID + 1})
    assert world.take_in("check_run", told).state == "ignored"
    assert world.jobs(JobKind.FIX) == []


def test_a_fix_that_there_is_not_is_no_button_of_ours(world: World) -> None:
    push(world)
    assert left(world, "fix:kitchen", look(world)).note == "it is not one of our buttons"
