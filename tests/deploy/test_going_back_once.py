"""Going back happens once for what one saw, and never to a bundle that is no longer whole."""

import pytest

from engine.deploy.asks import Action, NewVariable
from engine.domain.release import Release
from engine.intake import departures
from engine.reasons import Reason
from engine.settings import Secret
from engine.store import drifts
from tests.deploy.world import B, C, World, reasons_of, sentence_of, started, told


@pytest.fixture
def served(world: World) -> list[Release]:
    """Three releases that served one after another, the first two with variables of their own."""
    world.write_project(b"environments: {production: {up_to_date: false}}\n")
    news = (NewVariable("KEY", Secret("one")),)
    return [world.deployed(variables=news), world.deployed(world.commit(B)), world.deployed(world.commit(C))]


def test_two_who_go_back_at_once_go_back_once(world: World, served: list[Release]) -> None:
    back = world.release(started(world.do(Action.ROLLBACK)))
    world.begin(back)
    assert "is on its way to `production` already" in told(world.do(Action.ROLLBACK, login="grace"))
    assert world.releases("production")[0].id == back.id


def test_another_release_can_be_gone_back_to_meanwhile(world: World, served: list[Release]) -> None:
    started(world.do(Action.ROLLBACK))
    assert world.release(started(world.do(Action.ROLLBACK, "v1", login="grace"))).source_id == served[0].id


def test_a_button_goes_back_only_from_what_it_was_shown_about(world: World, served: list[Release]) -> None:
    with world.database.write() as connection:
        drifts.say(connection, world.environment(), "d" * 40, C, world.now, world.now)
    press = {"door": "button", "environment": "production", "sha": "d" * 40}
    world.finish(world.release(started(world.do(Action.ROLLBACK, **press))))
    refused = world.do(Action.ROLLBACK, login="grace", **press)
    assert reasons_of(refused) == [Reason.STALE_BUTTON]
    assert C[:7] in sentence_of(refused) and B[:7] in sentence_of(refused)


def test_without_the_values_that_it_ran_with_nothing_is_gone_back_to(world: World, served: list[Release]) -> None:
    with world.database.write() as connection:
        departures.erase_secrets(connection, [7])
    refused = world.do(Action.ROLLBACK)
    assert reasons_of(refused) == [Reason.NO_SUCH_RELEASE]
    assert "erased" in sentence_of(refused) and len(world.releases("production")) == 3
