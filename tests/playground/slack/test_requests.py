"""What Slack posts to the app: signed, once for what people do, again and again for events."""

import sqlite3
import time
from contextlib import closing
from typing import Any

import pytest
from slack_sdk.signature import SignatureVerifier

from tests.playground.slack.building import actions, asking, button, modal, section
from tests.playground.slack.conftest import Ground
from tests.playground.slack.listening import Heard, Reply


def _all_kinds(ground: Ground) -> list[Heard]:
    """A command, an interaction and an event, as they came in."""
    ground.script.do("command", user="writer", channel="deploys", text="help & <@more>")
    ts = ground.client.chat_postMessage(
        channel=ground.script.channel_id("deploys"), text="x", blocks=[actions(button("approve"))]
    )["ts"]
    ground.script.do("press", user="writer", channel="deploys", ts=ts, action="approve")
    ground.script.do("home", user="writer")
    return [ground.listener.expect(name) for name in ("/slipway", "block_actions", "app_home_opened")]


def test_everything_is_signed(ground: Ground) -> None:
    verifier = SignatureVerifier(ground.playground.slack["signing_secret"])
    for heard in _all_kinds(ground):
        assert verifier.is_valid_request(heard.body, heard.headers), heard.name
        assert not verifier.is_valid_request(heard.body + b" ", heard.headers)
        assert not SignatureVerifier("0" * 32).is_valid_request(heard.body, heard.headers)
        assert abs(time.time() - int(heard.headers["x-slack-request-timestamp"])) < 60


def test_a_command_says_who_where_and_what(ground: Ground) -> None:
    content = _all_kinds(ground)[0].content
    team = ground.script.workspace()
    assert content["text"] == "help &amp; &lt;@more&gt;"
    assert (content["command"], content["user_name"], content["channel_name"]) == ("/slipway", "writer", "deploys")
    assert (content["team_id"], content["user_id"]) == (team["team_id"], ground.script.user_id("writer"))
    assert content["response_url"].startswith(ground.playground.slack["api_url"].removesuffix("api") + "response/")
    assert content["trigger_id"]


def test_a_press_says_on_what(ground: Ground) -> None:
    content = _all_kinds(ground)[1].content
    assert content["actions"][0] | {"action_ts": ""} == {
        "type": "button",
        "action_id": "approve",
        "block_id": content["message"]["blocks"][0]["block_id"],
        "action_ts": "",
        "text": {"type": "plain_text", "text": "Approve"},
    }
    assert content["container"]["message_ts"] == content["message"]["ts"]
    assert content["user"]["name"] == "writer" and content["channel"]["name"] == "deploys"


def test_an_event_comes_in_an_envelope(ground: Ground) -> None:
    content = _all_kinds(ground)[2].content
    bot = ground.script.look("install")["bot_user_id"]
    assert (content["type"], content["event"]["tab"]) == ("event_callback", "home")
    assert content["authorizations"][0]["user_id"] == bot
    assert content["event_id"].startswith("Ev0")


@pytest.mark.parametrize("status", [500, 404, 302])
def test_an_event_that_is_not_taken_comes_again_three_times(ground: Ground, status: int) -> None:
    ground.listener.answer(status=status)
    event = ground.script.do("home", user="reader")["event_id"]
    assert ground.script.delivered(event)["attempts"] == 4
    heard = ground.listener.named("app_home_opened")
    assert [one.headers.get("x-slack-retry-num") for one in heard] == [None, "1", "2", "3"]
    assert {one.headers.get("x-slack-retry-reason") for one in heard[1:]} == {"http_error"}
    assert {one.content["event_id"] for one in heard} == {event}


def test_an_event_that_is_taken_at_last_comes_no_more(ground: Ground) -> None:
    answers = iter([503, 503, 200])
    ground.listener.answering = lambda _heard: Reply(next(answers))
    event = ground.script.do("home", user="reader")["event_id"]
    told = ground.script.delivered(event)
    assert (told["attempts"], told["status"], told["reason"]) == (3, 200, None)


def test_an_app_can_ask_not_to_be_sent_the_same_again(ground: Ground) -> None:
    ground.listener.answering = lambda _heard: Reply(500, headers={"x-slack-no-retry": "1"})
    event = ground.script.do("home", user="reader")["event_id"]
    assert ground.script.delivered(event)["attempts"] == 1


def test_an_answer_after_three_seconds_is_none(ground: Ground) -> None:
    ground.listener.delays[:] = [3.3, 3.3]
    typed = ground.script.do("command", user="writer", channel="deploys", text="help")
    assert (typed["status"], typed["trouble"]) == (0, "http_timeout")
    assert typed["said"] == "/slipway failed with the error “operation_timeout”"
    assert ground.script.last("deploys")["text"] == typed["said"]
    event = ground.script.do("home", user="reader")["event_id"]
    assert ground.script.delivered(event)["attempts"] == 2
    assert ground.listener.expect("app_home_opened", 2).headers["x-slack-retry-reason"] == "http_timeout"


def test_an_event_is_sent_again_under_its_id(ground: Ground) -> None:
    event = ground.script.do("home", user="reader")["event_id"]
    assert ground.script.do("again", event_id=event)["status"] == 200
    assert [one.content["event_id"] for one in ground.listener.named("app_home_opened")] == [event, event]


@pytest.mark.parametrize(("fault", "heard"), [("lost", 1), ("twice", 2), ("cut", 2), ("slow", 1)])
def test_events_go_wrong_as_the_rules_say(ground: Ground, fault: str, heard: int) -> None:
    rule: dict[str, Any] = {"method": "WEBHOOK", "path": "^slack.app_home", "fault": fault, "times": 1, "seconds": 0.1}
    ground.faults.turn(rule)
    event = ground.script.do("home", user="reader")["event_id"]
    ground.script.delivered(event)
    assert len(ground.listener.named("app_home_opened")) == heard


def test_the_app_hears_of_what_happens_to_channels_and_to_itself(ground: Ground) -> None:
    bot, token = ground.script.look("install")["bot_user_id"], ground.token
    ground.script.do("invite", channel="shop", user="writer")
    assert ground.listener.expect("member_joined_channel").content["event"]["user"] == bot
    ground.script.do("archive", channel="shop", user="admin")
    ground.script.do("archive", channel="shop", user="admin", archived=False)
    ground.script.do("rename", channel="shop", name="store")
    ground.script.do("rename", channel="store", name="shop")
    ground.script.do("kick", channel="shop")
    ground.script.do("uninstall")
    for name in ("channel_archive", "channel_unarchive", "member_left_channel", "app_uninstalled", "tokens_revoked"):
        assert ground.listener.expect(name).content["team_id"] == ground.script.workspace()["team_id"]
    assert ground.listener.expect("channel_rename", 2).content["event"]["channel"]["name"] == "shop"
    assert token not in "".join(one.body.decode() for one in ground.listener.heard)


def test_an_app_that_is_not_there_hears_nothing(ground: Ground) -> None:
    ground.script.do("uninstall")
    ground.listener.expect("app_uninstalled")
    ground.listener.heard.clear()
    typed = ground.script.do("command", user="writer", channel="deploys", text="help")
    assert typed["status"] is None and "is not a valid command" in typed["said"]
    assert ground.script.do("mention", user="writer", channel="deploys", text="help")["event_id"] is None
    assert ground.script.do("home", user="writer")["event_id"] is None
    assert ground.listener.heard == []


def test_a_mention_counts_only_where_the_app_is(ground: Ground) -> None:
    said = ground.script.do("mention", user="reader", channel="deploys", text="status")
    assert "isn't in this channel" in said["said"] and ground.listener.named("app_mention") == []
    ground.script.do("invite", channel="deploys")
    root = ground.client.chat_postMessage(channel=ground.script.channel_id("deploys"), text="root")["ts"]
    ground.script.do("mention", user="reader", channel="deploys", text="rollback", thread=root)
    event = ground.listener.expect("app_mention").content["event"]
    bot = ground.script.look("install")["bot_user_id"]
    assert (event["text"], event["thread_ts"]) == (f"<@{bot}> rollback", root)


def test_without_the_scope_the_app_hears_less(ground: Ground) -> None:
    ground.script.do("uninstall")
    ground.script.install(scopes="chat:write,channels:read")
    ground.script.do("invite", channel="deploys")
    ground.listener.expect("member_joined_channel")
    assert ground.script.do("mention", user="reader", channel="deploys", text="status")["event_id"] is None
    assert "not a valid command" in ground.script.do("command", user="reader", channel="deploys", text="x")["said"]


def test_commands_do_not_work_in_threads(ground: Ground) -> None:
    root = ground.client.chat_postMessage(channel=ground.script.channel_id("deploys"), text="root")["ts"]
    typed = ground.script.do("command", user="writer", channel="deploys", text="/slipway help", thread=root)
    assert typed["said"] == "/slipway is not supported in threads. Sorry!"
    assert ground.listener.named("/slipway") == []


def test_what_is_filled_in_is_sent_once_and_not_kept(ground: Ground) -> None:
    ground.opens(modal(asking("value"), section("x")))
    ground.script.do("submit", user="writer", values={"value": "s3cr3t"})
    state = ground.listener.expect("view_submission").content["view"]["state"]
    assert state["values"]["value"]["value"]["value"] == "s3cr3t"
    path = ground.playground.data_dir / "playground" / "github.sqlite3"
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        kept = [*database.execute("SELECT * FROM slack_views"), *database.execute("SELECT * FROM slack_deliveries")]
    assert len(kept) > 1 and "s3cr3t" not in str(kept)
