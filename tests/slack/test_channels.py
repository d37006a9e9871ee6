"""Channels that are archived, renamed or deleted, and the app's coming and going in them."""

from typing import Any

import pytest

from engine.store import slack_channels
from engine.store.slack_channels import Channel
from tests.slack.deliveries import ADA, BOT, CHANNEL, OTHER_CHANNEL, OTHER_TEAM, TEAM
from tests.slack.world import World

ARCHIVED = {"type": "channel_archive", "channel": CHANNEL, "user": ADA}
UNARCHIVED = {"type": "channel_unarchive", "channel": CHANNEL, "user": ADA}
DELETED = {"type": "channel_deleted", "channel": CHANNEL}
RENAMED = {"type": "channel_rename", "channel": {"id": CHANNEL, "name": "store", "created": 1}}


def joins(user: str) -> dict[str, Any]:
    """Somebody was invited to the channel."""
    return {"type": "member_joined_channel", "channel": CHANNEL, "user": user, "team": TEAM, "inviter": ADA}


def leaves(user: str) -> dict[str, Any]:
    """Somebody left the channel."""
    return {"type": "member_left_channel", "channel": CHANNEL, "user": user, "team": TEAM}


def channel(world: World, of: str = CHANNEL) -> Channel:
    """A channel as we know it."""
    found: Channel = world.sql(slack_channels.channel_of, world.acme.id, of)
    return found


@pytest.fixture
def heard(any_shop: World) -> World:
    """Two channels hear of the shop."""
    any_shop.types("subscribe acme/shop")
    any_shop.types("subscribe acme/shop", channel_id=OTHER_CHANNEL)
    return any_shop


def test_in_an_archived_channel_nothing_can_be_posted_until_it_is_unarchived(heard: World) -> None:
    heard.hears(ARCHIVED)
    assert (channel(heard).trouble, channel(heard).trouble_at > 0) == ("is_archived", True)
    assert channel(heard, OTHER_CHANNEL).trouble == ""
    heard.hears(UNARCHIVED)
    assert channel(heard).trouble == ""


def test_a_channel_that_the_app_was_taken_out_of_waits_for_its_invitation(heard: World) -> None:
    heard.hears(leaves(BOT))
    assert channel(heard).trouble == "not_in_channel"
    heard.hears(joins(ADA))
    assert channel(heard).trouble == "not_in_channel"
    heard.hears(joins(BOT))
    assert channel(heard).trouble == ""


def test_somebody_elses_leaving_changes_nothing(heard: World) -> None:
    assert "nothing" in heard.hears(leaves(ADA)).note
    assert channel(heard).trouble == ""


def test_the_subscription_of_a_deleted_channel_ends(heard: World) -> None:
    heard.hears(DELETED)
    assert heard.sql(slack_channels.of_channel, heard.acme.id, CHANNEL) == []
    assert len(heard.sql(slack_channels.of_channel, heard.acme.id, OTHER_CHANNEL)) == 1
    assert heard.audit()[-1].did == "unsubscribe: the channel was deleted"


def test_a_channels_new_name_is_noted(heard: World) -> None:
    heard.hears(RENAMED)
    assert channel(heard).name == "store"


def test_channels_that_we_have_nothing_to_do_with_are_not_noted(shop: World) -> None:
    for event in (ARCHIVED, DELETED, RENAMED, leaves(BOT)):
        shop.hears(event)
    assert channel(shop) == Channel(shop.acme.id, CHANNEL)
    assert shop.audit() == []


def test_another_workspaces_channel_of_the_same_id_is_another_channel(heard: World) -> None:
    heard.hears(ARCHIVED, team=OTHER_TEAM)
    assert channel(heard).trouble == ""
