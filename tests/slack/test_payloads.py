"""Deliveries of Slack's become events; what can't be read, or asks nothing, is told apart."""

from typing import Any

import orjson
import pytest

from engine.slack.events import (
    ChannelChanged,
    Departed,
    HomeOpened,
    NotForUs,
    Pressed,
    SlackEvent,
    Submitted,
    Typed,
    Where,
)
from engine.slack.payloads import read_slack_event
from engine.store.port import Delivery
from tests.slack.deliveries import (
    ADA,
    BOT,
    CHANNEL,
    RESPONSE_URL,
    ROOT,
    TEAM,
    a_command,
    a_mention,
    a_press,
    a_submission,
    an_event,
    in_form,
)


def read(kind: str, body: bytes) -> SlackEvent:
    """What the delivery says."""
    return read_slack_event(Delivery("slack:1", "slack", kind, body, -1))


def test_a_slash_command_says_who_where_and_what() -> None:
    event = read("command", a_command("deploy acme/shop@main to production"))
    assert isinstance(event, Typed)
    assert event.where == Where(TEAM, ADA, user_name="someone", channel=CHANNEL, channel_name="shop")
    assert (event.delivery, event.text) == ("slack:1", "deploy acme/shop@main to production")
    assert (event.response_url, event.mention) == (RESPONSE_URL, False)


def test_its_secrets_are_not_in_its_words() -> None:
    said = repr(read("command", a_command("status")))
    assert RESPONSE_URL not in said
    assert "13345224609" not in said


@pytest.mark.parametrize("name", ["directmessage", "privategroup"])
def test_slacks_word_for_a_channel_without_a_name_is_no_name(name: str) -> None:
    event = read("command", a_command("status", channel_name=name))
    assert isinstance(event, Typed)
    assert event.where.channel_name == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"<@{BOT}> rollback", "rollback"),
        (f"  <@{BOT}|slipway>, status acme/shop", "status acme/shop"),
        (f"good morning\n<@{BOT}> status\nthanks", "status"),
        (f"<@{BOT}>", ""),
    ],
)
def test_a_mention_asks_with_the_line_that_it_begins(text: str, said: str) -> None:
    event = read("event", an_event(a_mention(text, thread=ROOT)))
    assert isinstance(event, Typed)
    assert (event.text, event.mention, event.where.thread) == (said, True, ROOT)


@pytest.mark.parametrize(
    "changes",
    [
        {"text": f"thanks to <@{BOT}> rollback was easy"},
        {"text": f"&gt; <@{BOT}> rollback"},
        {"text": f"<@U0ELSE> <@{BOT}> rollback"},
        {"bot_id": "B1"},
        {"user": None},
        {"edited": {"user": ADA, "ts": ROOT}},
    ],
)
def test_a_mention_within_a_sentence_of_a_bot_or_edited_asks_nothing(changes: dict[str, Any]) -> None:
    assert isinstance(read("event", an_event(a_mention(f"<@{BOT}> rollback") | changes)), NotForUs)


def test_the_root_of_a_thread_is_in_no_thread() -> None:
    event = read("event", an_event(a_mention(f"<@{BOT}> status", thread="1790000009.000900")))
    assert isinstance(event, Typed)
    assert event.where.thread == ""


def test_in_a_channel_that_workspaces_share_the_one_with_the_app_counts() -> None:
    event = read("event", an_event(a_mention(f"<@{BOT}> status"), team="T0ELSE", authorizations=[{"team_id": TEAM}]))
    assert isinstance(event, Typed)
    assert event.where.team_id == TEAM


def test_a_button_says_what_it_is_bound_to_and_where_it_stands() -> None:
    event = read("interaction", a_press("approve", '{"about":"dep_1"}'))
    assert isinstance(event, Pressed)
    assert (event.action, event.value, event.message) == ("approve", '{"about":"dep_1"}', ROOT)
    assert (event.where.channel, event.where.thread, event.view_id) == (CHANNEL, "", "")


def test_a_button_in_a_thread_knows_its_root() -> None:
    message = {"ts": "1790000001.000200", "thread_ts": ROOT}
    told: dict[str, Any] = {
        "container": {"message_ts": message["ts"], "thread_ts": ROOT, "channel_id": CHANNEL},
        "message": message,
    }
    event = read("interaction", a_press("retry", "{}", **told))
    assert isinstance(event, Pressed)
    assert (event.message, event.where.thread) == ("1790000001.000200", ROOT)


def test_a_choice_in_a_modal_says_what_was_chosen_and_what_the_modal_holds() -> None:
    view = {"id": "V1", "type": "modal", "callback_id": "deploy", "private_metadata": "{}", "state": {"values": VALUES}}
    action = {"action_id": "project", "type": "external_select", "selected_option": {"value": "7"}}
    event = read("interaction", a_press("", "", view=view, actions=[action], channel=None, container={"type": "view"}))
    assert isinstance(event, Pressed)
    assert (event.action, event.value, event.view_id, event.callback) == ("project", "7", "V1", "deploy")
    assert event.values == VALUES


def test_app_home_is_no_modal() -> None:
    view = {"id": "V1", "type": "home", "callback_id": "", "state": {"values": {}}}
    event = read("interaction", a_press("deploy", "{}", view=view, channel=None, message=None, container={}))
    assert isinstance(event, Pressed)
    assert (event.view_id, event.where.channel, event.action) == ("", "", "deploy")


VALUES = {"ref": {"ref": {"type": "plain_text_input", "value": "main"}}}


def test_a_modal_that_was_sent_off_says_which_and_what() -> None:
    event = read("interaction", a_submission("deploy", '{"channel":"C1"}', VALUES))
    assert isinstance(event, Submitted)
    assert (event.callback, event.metadata, event.values) == ("deploy", '{"channel":"C1"}', VALUES)


def test_the_home_tab_counts_and_the_messages_beside_it_do_not() -> None:
    opened = {"type": "app_home_opened", "user": ADA, "channel": "D1"}
    assert isinstance(read("event", an_event(opened | {"tab": "home"})), HomeOpened)
    assert isinstance(read("event", an_event(opened | {"tab": "messages"})), NotForUs)


def test_an_uninstalled_app_and_a_revoked_bot_token_are_departures() -> None:
    revoked = {"type": "tokens_revoked", "tokens": {"oauth": [ADA], "bot": [BOT]}}
    for event in ({"type": "app_uninstalled"}, revoked):
        assert read("event", an_event(event)) == Departed("slack:1", TEAM, str(event["type"]), 1790000000.0)
    of_people = {"type": "tokens_revoked", "tokens": {"oauth": [ADA]}}
    assert isinstance(read("event", an_event(of_people)), NotForUs)


def test_channels_change() -> None:
    renamed = {"type": "channel_rename", "channel": {"id": CHANNEL, "name": "store", "created": 1}}
    assert read("event", an_event(renamed)) == ChannelChanged("slack:1", TEAM, CHANNEL, "channel_rename", "store")
    private = {"type": "group_archive", "channel": CHANNEL, "user": ADA}
    assert read("event", an_event(private)) == ChannelChanged("slack:1", TEAM, CHANNEL, "channel_archive", "", ADA)
    left = {"type": "member_left_channel", "channel": CHANNEL, "user": BOT, "team": TEAM}
    assert read("event", an_event(left)) == ChannelChanged("slack:1", TEAM, CHANNEL, "member_left_channel", "", BOT)


UNREADABLE: list[tuple[str, bytes]] = [
    ("command", b""),
    ("command", b"\xff\xfe"),
    ("command", b"ssl_check=1&token=x"),
    ("command", b"&".join(b"a=%d" % at for at in range(200))),
    ("command", a_command("status", team="../../T1")),
    ("interaction", b"payload="),
    ("interaction", b"payload=%7B"),
    ("interaction", in_form([])),
    ("interaction", in_form({"type": "shortcut", "team": {"id": TEAM}, "user": {"id": ADA}})),
    (
        "interaction",
        in_form({"type": "block_actions", "team": None, "user": {"id": ADA}, "actions": [{"action_id": "x"}]}),
    ),
    ("interaction", a_press("approve", "{}", actions=[])),
    ("interaction", a_press("approve", "{}", message={"ts": "x" * 500})),
    ("event", b"null"),
    ("event", b'{"type":"event_callback"}'),
    ("event", b'{"type":"url_verification","challenge":"x"}'),
    ("event", an_event({"type": "app_mention"})),
    ("event", an_event({"type": "reaction_added", "user": ADA})),
    ("event", an_event({"type": "app_uninstalled"}, event_time="NaN")),
    ("event", orjson.dumps({"type": "event_callback", "event": {"type": "app_uninstalled"}})),
    ("webhook", b"{}"),
]


@pytest.mark.parametrize(("kind", "body"), UNREADABLE)
def test_what_cant_be_read_asks_nothing(kind: str, body: bytes) -> None:
    assert isinstance(read(kind, body), NotForUs)


def test_values_within_values_without_end_are_refused() -> None:
    deep: Any = "x"
    for _ in range(200):
        deep = {"x": deep}
    assert isinstance(read("interaction", a_submission("deploy", "", {"block": {"action": deep}})), NotForUs)


def test_nul_which_no_database_holds_is_left_out() -> None:
    typed = read("command", a_command("sta\0tus"))
    assert isinstance(typed, Typed)
    assert typed.text == "status"
    sent = read("interaction", a_submission("deploy", "\0{}", {"a\0": {"b": {"value": "m\0ain"}}}))
    assert isinstance(sent, Submitted)
    assert (sent.metadata, sent.values) == ("{}", {"a": {"b": {"value": "main"}}})
