"""One delivery makes one effect: told twice, tried again after a crash, or by two workers (F-S2)."""

from collections.abc import Callable

import pytest

from engine.errors import Denied, Gone, Unreachable
from engine.reasons import Reason
from engine.slack.buttons import Bound, encode
from engine.store import asks, inbox, slack_channels
from engine.store.port import Delivery, Taken
from engine.work.handler import Done
from tests.forge.payloads import SHA_C
from tests.slack.deliveries import BOB, CHANNEL, MALLORY, a_command, a_mention, a_press, an_event
from tests.slack.world import World

#: A delivery that asks something: its kind and its body.
Bodies = Callable[[World], tuple[str, bytes]]
ASKING: list[Bodies] = [
    lambda _: ("command", a_command("deploy acme/shop@main to production")),
    lambda _: ("event", an_event(a_mention("<@U0SLIPWAY> deploy acme/shop@main to production"))),
    lambda _: ("command", a_command("subscribe acme/shop")),
    lambda _: ("command", a_command("deploy acme/shop@main to production", MALLORY)),
    lambda world: ("interaction", a_press("approve", encode(Bound(world.release().id, SHA_C)), BOB)),
    lambda world: ("interaction", a_press("cancel", encode(Bound(world.release().id, SHA_C)), BOB)),
]


def effects(world: World) -> tuple[int, int, int, int]:
    """How many releases, subscriptions, lines of the audit and marks there are."""
    subscriptions = world.sql(slack_channels.of_channel, world.acme.id, CHANNEL)
    marks = sum(world.version(subject) for subject in world.marks("slack_reply"))
    return len(world.releases()), len(subscriptions), len(world.audit()), marks


@pytest.fixture
def waiting(any_shop: World) -> World:
    """A deploy waits for an approval."""
    any_shop.types("deploy acme/shop@main to production")
    return any_shop


@pytest.mark.parametrize("body", ASKING)
def test_the_same_key_twice_is_one_effect(waiting: World, body: Bodies) -> None:
    kind, told = body(waiting)
    key = waiting.receive(kind, told, "slack:Ev1")
    waiting.run(key)
    once = effects(waiting)
    waiting.receive(kind, told, "slack:Ev1")
    waiting.run(key)
    assert effects(waiting) == once


@pytest.mark.parametrize("body", ASKING)
def test_a_crash_between_the_note_and_the_end_is_one_effect(shop: World, body: Bodies) -> None:
    shop.types("deploy acme/shop@main to production")
    kind, told = body(shop)
    before = effects(shop)
    key = shop.receive(kind, told)
    shop.begin(key)
    assert (shop.ask(key).state, effects(shop)) == (asks.RECEIVED, before)
    shop.run(key)
    once = effects(shop)
    shop.run(key)
    assert effects(shop) == once
    assert shop.ask(key).state != asks.RECEIVED


def test_an_attempt_after_a_503_is_taken_and_the_next_ones_are_duplicates(shop: World) -> None:
    body = a_command("deploy acme/shop@main to production")
    outcomes = []
    for _ in range(3):
        with shop.database.write() as connection:
            outcomes += inbox.take(connection, [Delivery("slack:Ev1", "slack", "command", body, shop.acme.lane)])
    shop.run("slack:Ev1")
    assert [taken for taken, _ in outcomes] == [Taken.NEW, Taken.DUPLICATE, Taken.DUPLICATE]
    assert len(shop.releases()) == 1


def test_while_github_is_away_the_ask_is_noted_and_tried_again(shop: World) -> None:
    shop.forge.outage = Unreachable("GitHub is away")
    key = shop.receive("command", a_command("deploy acme/shop@main to production"))
    with pytest.raises(Unreachable):
        shop.run(key)
    assert (shop.ask(key).state, shop.delivery(key).state) == (asks.RECEIVED, "stored")
    shop.forge.outage = None
    shop.run(key)
    assert shop.ask(key).about == shop.release().id


def test_what_is_buried_is_told_in_words(shop: World) -> None:
    shop.forge.outage = Unreachable("GitHub is away")
    key = shop.receive("command", a_command("deploy acme/shop@main to production"))
    shop.bury(key)
    ask = shop.ask(key)
    assert (ask.state, ask.reason) == (asks.REFUSED, Reason.UNREACHABLE)
    assert "GitHub didn't answer" in ask.answer
    assert shop.marks("slack_reply") == [f"slack_reply:{key}"]
    assert shop.audit()[-1].outcome == "refused:unreachable"


def test_a_buried_delivery_that_asked_nothing_is_silent(shop: World) -> None:
    for kind, body in (("command", a_command("help")), ("event", b"nonsense"), ("event", an_event({"type": "x"}))):
        key = shop.receive(kind, body)
        shop.bury(key)
        assert (shop.asked(key), shop.delivery(key).state) == (None, "handled")


@pytest.mark.parametrize("error", [Denied("GitHub refused"), Gone("it is gone")])
def test_what_github_refuses_is_a_repository_that_isnt_there(shop: World, error: Denied | Gone) -> None:
    shop.forge.outage = error
    assert shop.types("deploy acme/shop@main to production").reason == Reason.NO_SUCH_REPOSITORY


def test_two_workers_decide_once(shop: World) -> None:
    key = shop.receive("command", a_command("deploy acme/shop@main to production"))
    first, second = shop.begin(key), shop.begin(key)
    assert isinstance(first, Done)
    shop.finish(first)
    shop.finish(second)
    assert len(shop.releases()) == 1
