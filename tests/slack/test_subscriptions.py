"""What a channel hears, when it is quiet, and which repository is meant where none is named."""

import pytest

from engine.domain.permission import Role
from engine.reasons import Reason
from engine.store import asks, slack_channels
from engine.store.slack_channels import Channel, Subscription
from tests.forge.payloads import REPOSITORY_ID
from tests.slack.deliveries import ADA, BOB, CHANNEL, OTHER_CHANNEL
from tests.slack.world import SECRET_ID, World

ALL = frozenset({"deploys", "previews", "failures", "approvals"})


def heard(world: World, channel: str = CHANNEL) -> list[Subscription]:
    """What a channel hears."""
    found: list[Subscription] = world.sql(slack_channels.of_channel, world.acme.id, channel)
    return found


def channel(world: World) -> Channel:
    """The channel as we know it."""
    found: Channel = world.sql(slack_channels.channel_of, world.acme.id, CHANNEL)
    return found


def test_a_channel_hears_of_everything_or_of_what_is_named(any_shop: World) -> None:
    assert any_shop.types("subscribe acme/shop").state == asks.DONE
    (mine,) = heard(any_shop)
    assert (mine.repository_id, mine.wants, mine.by_user, mine.by_login) == (REPOSITORY_ID, ALL, ADA, "ada")
    any_shop.types("subscribe acme/shop failures deploys")
    assert heard(any_shop)[0].wants == {"failures", "deploys"}
    assert channel(any_shop).name == "shop"


def test_a_subscription_and_its_end_are_in_the_audit(any_shop: World) -> None:
    any_shop.types("subscribe acme/shop failures")
    any_shop.types("unsubscribe acme/shop")
    said = [(line.did, line.subject, line.who, line.outcome) for line in any_shop.audit()]
    assert said == [
        (f"subscribe {CHANNEL}: failures", "acme/shop", "ada", "done"),
        (f"unsubscribe {CHANNEL}", "acme/shop", "ada", "done"),
    ]


def test_who_may_not_read_it_subscribes_nobody_to_it(shop: World) -> None:
    shop.repository.roles["ada"] = Role.NONE
    assert shop.types("subscribe acme/shop").reason == Reason.NO_SUCH_REPOSITORY
    assert heard(shop) == []


def test_a_repository_that_no_delivery_has_told_of_can_be_subscribed_to(world: World) -> None:
    world.types("subscribe Acme/Shop")
    assert [each.repository_id for each in heard(world)] == [REPOSITORY_ID]


def test_unsubscribe_ends_it_here_alone(shop: World) -> None:
    shop.types("subscribe acme/shop")
    shop.types("subscribe acme/shop", channel_id=OTHER_CHANNEL)
    assert shop.types("unsubscribe acme/shop").state == asks.DONE
    assert (heard(shop), len(heard(shop, OTHER_CHANNEL))) == ([], 1)


def test_what_isnt_heard_cant_be_ended_and_nothing_is_said_of_it(shop: World) -> None:
    shop.know("globex/secret", SECRET_ID)
    foreign, missing = shop.types("unsubscribe globex/secret"), shop.types("unsubscribe globex/nothing")
    assert foreign.reason == missing.reason == Reason.NOT_SUBSCRIBED
    assert foreign.answer.replace("secret", "nothing") == missing.answer


def test_subscriptions_are_shown(shop: World) -> None:
    assert "hears of nothing" in shop.types("subscriptions").answer
    shop.types("subscribe acme/shop failures", BOB)
    shop.types("quiet 22:00-07:00 Europe/Berlin")
    with shop.database.write() as connection:
        slack_channels.note(connection, shop.acme.id, CHANNEL, trouble="is_archived")
    said = shop.types("subscriptions").answer
    for part in ("`acme/shop`: failures", "@bob", "22:00-07:00 Europe/Berlin", "it is archived"):
        assert part in said


def test_quiet_hours_are_set_shown_and_ended(shop: World) -> None:
    assert "22:00-07:00 Europe/Berlin" in shop.types("quiet 22:00-07:00 Europe/Berlin").answer
    assert channel(shop).quiet == "22:00-07:00 Europe/Berlin"
    assert "22:00-07:00 Europe/Berlin" in shop.types("quiet").answer
    assert "never quiet" in shop.types("quiet off").answer
    assert channel(shop).quiet == ""
    assert "never quiet" in shop.types("quiet").answer


def test_hours_of_no_time_zone_are_refused(shop: World) -> None:
    ask = shop.types("quiet 22:00-07:00 Middle/Earth")
    assert ask.reason == Reason.BAD_ARGUMENTS
    assert channel(shop).quiet == ""


def test_in_a_channel_of_one_repository_its_name_may_be_left_out(shop: World) -> None:
    shop.types("subscribe acme/shop")
    assert shop.types("deploy main to production").about == shop.release().id


def test_where_several_are_heard_of_they_are_named(shop: World) -> None:
    assert shop.types("status").reason == Reason.WHICH_REPOSITORY
    shop.forge.repositories[SECRET_ID].roles["ada"] = Role.READ
    shop.types("subscribe acme/shop")
    shop.types("subscribe globex/secret")
    ask = shop.types("status")
    assert ask.reason == Reason.WHICH_REPOSITORY
    assert "`acme/shop`, `globex/secret`" in ask.answer


def test_subscribing_again_lets_a_closed_channel_be_tried_anew(shop: World) -> None:
    with shop.database.write() as connection:
        slack_channels.note(connection, shop.acme.id, CHANNEL, trouble="not_in_channel")
    shop.types("subscribe acme/shop")
    assert channel(shop).trouble == ""


@pytest.mark.parametrize("text", ["subscribe acme/shop nonsense", "quiet tonight"])
def test_a_mistyped_one_changes_nothing(shop: World, text: str) -> None:
    ask = shop.mentions(text)
    assert ask.state == asks.REFUSED
    assert heard(shop) == []
