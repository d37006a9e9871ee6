"""Where the app may post, read and whisper."""

from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.playground.slack.building import section
from tests.playground.slack.conftest import Ground


def _word(ground: Ground, method: str, **said: Any) -> str:
    """What a call is refused with; `ok` where it isn't."""
    try:
        ground.client.api_call(method, params=said)
    except SlackApiError as refused:
        return str(refused.response["error"])
    return "ok"


@pytest.fixture
def archived(ground: Ground) -> Iterator[str]:
    """A channel that is archived after the app said something in it: its id."""
    ground.script.do("invite", channel="shop")
    ground.script.do("archive", channel="shop", user="admin")
    yield ground.script.channel_id("shop")
    ground.script.do("archive", channel="shop", user="admin", archived=False)


def test_a_public_channel_takes_messages_of_an_app_that_is_not_in_it(ground: Ground) -> None:
    assert _word(ground, "chat.postMessage", channel=ground.script.channel_id("general"), text="x") == "ok"
    ground.script.do("uninstall")
    token = ground.script.install(scopes="chat:write")
    with pytest.raises(SlackApiError, match="not_in_channel"):
        ground.client_of(token).chat_postMessage(channel=ground.script.channel_id("general"), text="x")


def test_but_the_app_neither_reads_nor_whispers_there(ground: Ground) -> None:
    channel, writer = ground.script.channel_id("general"), ground.script.user_id("writer")
    assert _word(ground, "conversations.history", channel=channel) == "not_in_channel"
    assert _word(ground, "chat.postEphemeral", channel=channel, user=writer, text="x") == "not_in_channel"
    ground.script.do("invite", channel="general")
    assert _word(ground, "conversations.history", channel=channel) == "ok"
    assert _word(ground, "chat.postEphemeral", channel=channel, user=writer, text="x") == "ok"


def test_a_private_channel_is_nowhere_until_the_app_is_invited(ground: Ground) -> None:
    ops = ground.script.channel_id("ops")
    for method in ("chat.postMessage", "conversations.info", "conversations.history"):
        assert _word(ground, method, channel=ops, text="x") == "channel_not_found"
    ground.script.do("invite", channel="ops", user="admin")
    assert _word(ground, "chat.postMessage", channel=ops, text="x") == "ok"
    names = [one["name"] for one in ground.client.conversations_list(types="private_channel")["channels"]]
    assert names == ["ops"]
    reader = ground.script.user_id("reader")
    assert _word(ground, "chat.postEphemeral", channel=ops, user=reader, text="x") == "user_not_in_channel"


def test_another_workspace_is_another_world(ground: Ground) -> None:
    there = ground.script.channel_id("general", "Globex")
    gina = ground.script.user_id("gina", "Globex")
    assert _word(ground, "chat.postMessage", channel=there, text="x") == "channel_not_found"
    assert _word(ground, "chat.postMessage", channel=gina, text="x") == "channel_not_found"
    assert _word(ground, "conversations.open", users=gina) == "user_not_found"
    assert _word(ground, "views.publish", user_id=gina, view='{"type": "home", "blocks": []}') == "user_not_found"
    assert _word(ground, "chat.postMessage", channel="C0NOWHERE", text="x") == "channel_not_found"


def test_an_archived_channel_takes_nothing(ground: Ground, archived: str) -> None:
    assert _word(ground, "chat.postMessage", channel=archived, text="x") == "is_archived"
    writer = ground.script.user_id("writer")
    assert _word(ground, "chat.postEphemeral", channel=archived, user=writer, text="x") == "is_archived"
    assert ground.client.conversations_info(channel=archived)["channel"]["is_archived"]
    assert ground.script.try_to("command", user="writer", channel="shop", text="help").status_code == 422
    left = [one["name"] for one in ground.client.conversations_list(exclude_archived=True)["channels"]]
    assert "shop" not in left and "deploys" in left


def test_a_message_in_an_archived_channel_stays_as_it_is(ground: Ground) -> None:
    channel = ground.script.channel_id("shop")
    ts = ground.client.chat_postMessage(channel=channel, text="before")["ts"]
    ground.script.do("archive", channel="shop", user="admin")
    try:
        assert _word(ground, "chat.update", channel=channel, ts=ts, text="after") == "is_inactive"
    finally:
        ground.script.do("archive", channel="shop", user="admin", archived=False)


def test_somebody_is_written_to_by_their_id(ground: Ground) -> None:
    writer = ground.script.user_id("writer")
    posted = ground.client.chat_postMessage(channel=writer, text="psst", blocks=[section("*psst*")])
    assert posted["channel"] == ground.client.conversations_open(users=writer)["channel"]["id"]
    assert ground.script.messages(posted["channel"])[-1]["words"] == ["*psst*"]
    assert ground.script.client.get(f"/slack/play/channel/{posted['channel']}?user=reader").status_code == 404


def test_a_channel_tells_of_itself(ground: Ground) -> None:
    told = ground.client.conversations_info(channel=ground.script.channel_id("deploys"))["channel"]
    assert (told["name"], told["is_private"], told["is_member"]) == ("deploys", False, False)
    ground.script.do("invite", channel="deploys")
    bot = ground.script.look("install")["bot_user_id"]
    assert bot in ground.client.conversations_members(channel=told["id"])["members"]
    ground.script.do("kick", channel="deploys")
    assert bot not in ground.client.conversations_members(channel=told["id"])["members"]
