"""Slack's own bolt and client, unmodified, against the playground."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient

from tests.playground.running import eventually
from tests.playground.slack.conftest import Ground
from tests.playground.slack.listening import Heard, Reply

MODAL = {
    "type": "modal",
    "callback_id": "deploy",
    "title": {"type": "plain_text", "text": "Deploy"},
    "submit": {"type": "plain_text", "text": "Go"},
    "blocks": [
        {
            "type": "input",
            "block_id": "project",
            "label": {"type": "plain_text", "text": "Project"},
            "element": {"type": "external_select", "action_id": "project", "min_query_length": 0},
        },
        {
            "type": "input",
            "block_id": "ref",
            "label": {"type": "plain_text", "text": "Ref"},
            "element": {"type": "plain_text_input", "action_id": "ref"},
        },
    ],
}


def _option(word: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": word}, "value": word}


def _modal(ground: Ground) -> dict[str, Any]:
    """What writer has open, waited for: bolt answers first and works then."""
    found: dict[str, Any] = eventually(
        lambda: (ground.script.look("views", user="writer")["modals"] or [None])[-1], "the modal to open", 30
    )
    return found


def _says(ground: Ground, user: str, channel: str, words: str) -> None:
    eventually(lambda: ground.script.last(channel, user)["text"] == words, f"{user} to see {words!r}", 30)


@pytest.fixture
def bolt(ground: Ground) -> Iterator[App]:
    """An app of bolt's that answers in the listener's place."""
    app = App(
        client=WebClient(ground.token, base_url=ground.playground.slack["api_url"] + "/"),
        signing_secret=ground.playground.slack["signing_secret"],
        logger=logging.getLogger("bolt-in-tests"),
    )

    def answer(heard: Heard) -> Reply:
        said = app.dispatch(BoltRequest(body=heard.body.decode(), headers=dict(heard.headers)))
        headers = {name: str(values[0]) for name, values in said.first_headers_without_set_cookie().items()}
        kind = headers.pop("content-type", "text/plain")
        return Reply(said.status, (said.body or "").encode(), kind)

    ground.listener.answering = answer
    yield app


def test_a_command_is_answered_and_opens_a_modal(ground: Ground, bolt: App) -> None:
    @bolt.command("/slipway")
    def deploy(ack: Any, command: dict[str, Any], client: WebClient) -> None:
        ack(f"Taken in: {command['text']}")
        client.views_open(trigger_id=command["trigger_id"], view=MODAL)

    done = ground.script.do("command", user="writer", channel="deploys", text="deploy acme/shop")
    assert (done["status"], done["trouble"]) == (200, "")
    assert ground.script.last("deploys")["text"] == "Taken in: deploy acme/shop"
    assert ground.script.last("deploys")["ephemeral"]
    assert _modal(ground)["callback_id"] == "deploy"
    assert ground.script.look("views", user="reader")["modals"] == []


def test_a_modal_is_filled_in_from_suggestions_and_sent_off(ground: Ground, bolt: App) -> None:
    sent: list[dict[str, Any]] = []

    @bolt.command("/slipway")
    def deploy(ack: Any, command: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=command["trigger_id"], view=MODAL)

    @bolt.options("project")
    def projects(ack: Any, payload: dict[str, Any]) -> None:
        ack(options=[_option(word) for word in ("acme/shop", "acme/site") if payload["value"] in word])

    @bolt.view("deploy")
    def go(ack: Any, view: dict[str, Any]) -> None:
        sent.append(view["state"]["values"])
        ack()

    ground.script.do("command", user="writer", channel="deploys", text="deploy")
    _modal(ground)
    offered = ground.script.do("suggest", user="writer", action="project", text="si")["options"]
    assert [one["value"] for one in offered] == ["acme/site"]
    done = ground.script.do("submit", user="writer", values={"project": offered[0], "ref": "main"})
    assert (done["status"], done["errors"]) == (200, {})
    assert sent[0]["project"]["project"]["selected_option"]["value"] == "acme/site"
    assert sent[0]["ref"]["ref"] == {"type": "plain_text_input", "value": "main"}
    assert ground.script.look("views", user="writer")["modals"] == []


def test_a_button_is_pressed_and_answered_through_its_response_url(ground: Ground, bolt: App) -> None:
    @bolt.action("approve")
    def approve(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        ack()
        respond(text=f"{body['actions'][0]['value']} by {body['user']['name']}", replace_original=False)

    button = {"type": "button", "action_id": "approve", "value": "dep_1", "text": {"type": "plain_text", "text": "Yes"}}
    blocks = [{"type": "actions", "elements": [button]}]
    posted = bolt.client.chat_postMessage(channel=ground.script.channel_id("deploys"), text="Approve?", blocks=blocks)
    done = ground.script.do("press", user="admin", channel="deploys", ts=posted["ts"], action="approve")
    assert done["status"] == 200
    _says(ground, "admin", "deploys", "dep_1 by admin")
    assert ground.script.last("deploys", "writer")["text"] == "Approve?"


def test_a_mention_is_answered_in_its_thread(ground: Ground, bolt: App) -> None:
    @bolt.event("app_mention")
    def mentioned(event: dict[str, Any], say: Any) -> None:
        say(text=f"Heard: {event['text'].partition(' ')[2]}", thread_ts=event["ts"])

    ground.script.do("invite", channel="shop", user="writer")
    assert ground.script.do("mention", user="writer", channel="shop", text="status")["status"] == 200
    replies = eventually(lambda: ground.script.last("shop")["replies"], "an answer in the thread", 30)
    assert [one["text"] for one in replies] == ["Heard: status"]


def test_a_home_is_opened_and_published(ground: Ground, bolt: App) -> None:
    text = {"type": "mrkdwn", "text": "*Nothing* runs"}

    @bolt.event("app_home_opened")
    def opened(event: dict[str, Any], client: WebClient) -> None:
        client.views_publish(
            user_id=event["user"], view={"type": "home", "blocks": [{"type": "section", "text": text}]}
        )

    assert ground.script.do("home", user="reader")["status"] == 200
    home = eventually(lambda: ground.script.look("home", user="reader")["home"], "the home to be published", 30)
    assert home["words"] == ["*Nothing* runs"]
