"""Messages: posted, edited, deleted, read again."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.playground.slack.building import actions, button, section
from tests.playground.slack.conftest import Ground

MARK = {"event_type": "slipway", "event_payload": {"key": "dep_1"}}


@pytest.fixture
def place(ground: Ground) -> str:
    """The id of a channel that the app is in."""
    ground.script.do("invite", channel="deploys")
    return ground.script.channel_id("deploys")


def _refused(ground: Ground, method: str, **said: Any) -> Any:
    with pytest.raises(SlackApiError) as refused:
        ground.client.api_call(method, json=said)
    return refused.value.response


def test_text_without_blocks_takes_the_blocks_away(ground: Ground, place: str) -> None:
    ts = ground.client.chat_postMessage(channel=place, text="one", blocks=[section("*one*")], metadata=MARK)["ts"]
    ground.client.chat_update(channel=place, ts=ts, text="two", blocks=[section("*two*")])
    assert ground.script.last("deploys")["words"] == ["*two*"]
    ground.client.chat_update(channel=place, ts=ts, text="three")
    seen = ground.script.last("deploys")
    assert (seen["blocks"], seen["text"], seen["edited"], seen["metadata"]) == ([], "three", True, MARK)


def test_only_its_own_messages_are_the_apps_to_change(ground: Ground, place: str) -> None:
    ground.script.do("say", user="writer", channel="deploys", text="mine")
    ts = ground.script.last("deploys")["ts"]
    assert _refused(ground, "chat.update", channel=place, ts=ts, text="x")["error"] == "cant_update_message"
    assert _refused(ground, "chat.delete", channel=place, ts=ts)["error"] == "cant_delete_message"
    assert _refused(ground, "chat.update", channel=place, ts="1.000000", text="x")["error"] == "message_not_found"


def test_what_is_whispered_is_found_by_nobody_else(ground: Ground, place: str) -> None:
    writer = ground.script.user_id("writer")
    ts = ground.client.chat_postEphemeral(channel=place, user=writer, text="psst")["message_ts"]
    assert ground.script.last("deploys", "writer")["ephemeral"]
    assert ts not in [one["ts"] for one in ground.script.messages("deploys", "admin")]
    assert ts not in [one["ts"] for one in ground.client.conversations_history(channel=place)["messages"]]
    assert _refused(ground, "chat.update", channel=place, ts=ts, text="x")["error"] == "message_not_found"
    assert _refused(ground, "chat.delete", channel=place, ts=ts)["error"] == "message_not_found"


def test_a_thread_hangs_on_its_root(ground: Ground, place: str) -> None:
    root = ground.client.chat_postMessage(channel=place, text="root")["ts"]
    reply = ground.client.chat_postMessage(channel=place, text="reply", thread_ts=root)["ts"]
    deeper = ground.client.chat_postMessage(channel=place, text="deeper", thread_ts=reply)
    assert deeper["message"]["thread_ts"] == root
    ground.client.chat_postMessage(channel=place, text="loud", thread_ts=root, reply_broadcast=True)
    told = ground.client.conversations_replies(channel=place, ts=root)["messages"]
    assert [one["text"] for one in told] == ["root", "reply", "deeper", "loud"]
    assert (told[0]["reply_count"], told[3]["subtype"]) == (3, "thread_broadcast")
    newest = ground.client.conversations_history(channel=place, limit=2)["messages"]
    assert [one["text"] for one in newest] == ["loud", "root"]


def test_a_thread_that_is_not_there_takes_no_reply(ground: Ground, place: str) -> None:
    said = {"channel": place, "text": "x"}
    assert _refused(ground, "chat.postMessage", **said, thread_ts="1700000000.000001")["error"] == "thread_not_found"
    wrong = _refused(ground, "chat.postMessage", **said, thread_ts="0")
    assert (wrong["error"], wrong["errors"]) == ("invalid_thread_ts", ["0 is not a valid thread_ts"])
    with pytest.raises(SlackApiError, match="thread_not_found"):
        ground.client.conversations_replies(channel=place, ts="1700000000.000001")


def test_metadata_is_told_only_to_who_asks_for_it(ground: Ground, place: str) -> None:
    ground.client.chat_postMessage(channel=place, text="marked", metadata=MARK)
    history = ground.client.conversations_history
    assert "metadata" not in history(channel=place, limit=1)["messages"][0]
    assert history(channel=place, limit=1, include_all_metadata=True)["messages"][0]["metadata"] == MARK


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "blocks": "{"}, "invalid_blocks_format"),
        ({"text": "x", "blocks": {"type": "divider"}}, "invalid_blocks_format"),
        ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"text": "x", "metadata": {"event_type": "x", "event_payload": {"a": "b" * 8000}}}, "metadata_too_large"),
        ({"text": "x", "reply_broadcast": True}, "invalid_arguments"),
    ],
)
def test_a_message_that_slack_would_not_take_is_refused(ground: Ground, place: str, said: Any, word: str) -> None:
    before = len(ground.script.messages("deploys"))
    assert _refused(ground, "chat.postMessage", channel=place, **said)["error"] == word
    assert len(ground.script.messages("deploys")) == before


def test_a_block_beyond_the_limits_is_pointed_at(ground: Ground, place: str) -> None:
    blocks = [section("fine"), section("x" * 3001), actions(*(button(f"a{number}") for number in range(26)))]
    told = _refused(ground, "chat.postMessage", channel=place, text="x", blocks=blocks)
    assert told["error"] == "invalid_blocks"
    assert told["errors"] == [
        "must be less than 3001 characters [json-pointer:/blocks/1/text/text]",
        "no more than 25 items allowed [json-pointer:/blocks/2/elements]",
    ]
    assert told["response_metadata"]["messages"][0].startswith("[ERROR] must be less than")


def test_history_is_read_in_parts(ground: Ground, place: str) -> None:
    sent = [ground.client.chat_postMessage(channel=place, text=str(number))["ts"] for number in range(5)]
    found: list[str] = []
    for part in ground.client.conversations_history(channel=place, limit=2, oldest=sent[0], inclusive=True):
        found += [one["ts"] for one in part["messages"]]
        assert len(part["messages"]) <= 2
    assert found == list(reversed(sent))
    after = ground.client.conversations_history(channel=place, oldest=sent[3])["messages"]
    assert [one["ts"] for one in after] == [sent[4]]
    with pytest.raises(SlackApiError, match="invalid_cursor"):
        ground.client.conversations_history(channel=place, cursor="nonsense")


def test_what_is_deleted_is_gone_and_was_written_down(ground: Ground, place: str) -> None:
    ts = ground.client.chat_postMessage(channel=place, text="gone")["ts"]
    link = ground.client.chat_getPermalink(channel=place, message_ts=ts)["permalink"]
    assert link.endswith(f"/slack/{place}#p{ts.replace('.', '')}")
    ground.client.chat_delete(channel=place, ts=ts)
    assert ts not in [one["ts"] for one in ground.script.messages("deploys")]
    kinds = [one["kind"] for one in ground.faults.effects() if one.get("ts") == ts]
    assert kinds == ["slack_message_posted", "slack_message_deleted"]
