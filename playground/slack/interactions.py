"""Buttons, selects and modals, from somebody's hand to what the app answers."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson

from playground.refusals import Invalid
from playground.slack.blocks.filling import find_element
from playground.slack.blocks.state import State, filled, state_of
from playground.slack.channels import Channel, find_channel
from playground.slack.deliveries import note
from playground.slack.done import Done
from playground.slack.events import moment
from playground.slack.messages import Message
from playground.slack.payloads import message_payload, place_payload, view_payload
from playground.slack.response_urls import make_response_url
from playground.slack.signed import FORM, Answer, send
from playground.slack.slack import Slack
from playground.slack.triggers import make_trigger
from playground.slack.users import User
from playground.slack.views import View, fill_in

NO_SUCH_ACTION = "There is no such button or field here any more."
FAILED = "This app didn't answer. Try it again."


@dataclass(frozen=True)
class Used:
    """A button, a select or a field, and what was put into it."""

    action: str
    block: str = ""
    value: Any = None


def press_on_message(slack: Slack, user: User, message: Message, used: Used) -> Done:
    """Somebody uses something on a message."""
    found = find_element(message.blocks, used.action, used.block)
    channel = find_channel(slack, message.channel_id)
    if found is None or channel is None:
        raise Invalid(NO_SUCH_ACTION)
    url = make_response_url(
        slack, channel.id, user.id, message_ts=message.ts, thread_ts=message.thread_ts if message.is_reply else None
    )
    payload = _on_message(slack, channel, message) | {
        "response_url": url,
        "state": {"values": state_of(message.blocks, {})},
        "actions": [_action(slack, *found, used.value)],
    }
    return _post(slack, user, "block_actions", payload, name=used.action, response_url=url)


def press_on_view(slack: Slack, user: User, view: View, used: Used, values: dict[str, Any]) -> Done:
    """Somebody uses something in a modal or in App Home; what they filled in so far goes along."""
    found = find_element(view.blocks, used.action, used.block)
    if found is None:
        raise Invalid(NO_SUCH_ACTION)
    state = read_values(view, values)
    block_id, element = found
    if element["type"] not in ("button", "overflow"):
        state[block_id][used.action] = filled(element, used.value)
    view = fill_in(slack, view, state, view.errors)
    payload = {
        "container": {"type": "view", "view_id": view.id},
        "view": view_payload(slack, view),
        "actions": [_action(slack, block_id, element, used.value)],
    }
    return _post(slack, user, "block_actions", payload, name=used.action)


def read_values(view: View, values: dict[str, Any]) -> State:
    """What a view holds with what is given now: by block and action, by block alone, or by action alone."""
    state = state_of(view.blocks, view.state)
    for block_id, actions in state.items():
        for action_id in actions:
            found = find_element(view.blocks, action_id, block_id)
            given = _given(values, block_id, action_id)
            if found is not None and given is not NOTHING:
                actions[action_id] = filled(found[1], given)
    return state


def ask(
    slack: Slack, user: User, kind: str, name: str, payload: dict[str, Any], category: str = "interaction"
) -> Answer:
    """Posts an interaction and writes down how that went."""
    whole = {"type": kind} | place_payload(slack, user) | payload
    body = urlencode({"payload": orjson.dumps(whole).decode()}).encode()
    answer = send(slack, body, FORM)
    note(slack, user.team_id, category, f"{kind} {name}".strip(), answer)
    return answer


def container_of(slack: Slack, channel: Channel, message: Message) -> dict[str, Any]:
    """Where on a message something was used."""
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.visible_to is not None,
    }
    return container | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


NOTHING = object()


def _given(values: dict[str, Any], block_id: str, action_id: str) -> Any:
    block = values.get(block_id, NOTHING)
    if isinstance(block, dict) and action_id in block:
        held = block[action_id]
        return _unwrapped(held) if isinstance(held, dict) and "type" in held else held
    if block is not NOTHING and not (isinstance(block, dict) and "value" not in block):
        return block
    return values.get(action_id, NOTHING)


def _unwrapped(held: dict[str, Any]) -> Any:
    """Out of Slack's own shape of a value."""
    return held.get("value", held.get("selected_option", held.get("selected_options")))


def _on_message(slack: Slack, channel: Channel, message: Message) -> dict[str, Any]:
    name = {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)
    return {
        "container": container_of(slack, channel, message),
        "channel": {"id": channel.id, "name": name},
        # Slack tells nothing of an ephemeral message but that it is one.
        "message": message_payload(slack, message)
        if message.visible_to is None
        else {"type": "message", "ts": message.ts, "is_ephemeral": True},
    }


def _action(slack: Slack, block_id: str, element: dict[str, Any], value: Any) -> dict[str, Any]:
    action = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id}
    action["action_ts"] = moment(slack)
    if element["type"] == "button":
        return action | {name: element[name] for name in ("text", "value", "style", "url") if name in element}
    held = filled(element, value)
    if element["type"] == "static_select" and value and held["selected_option"] is None:
        raise Invalid(NO_SUCH_ACTION)
    return action | {name: content for name, content in held.items() if name != "type"}


def _post(slack: Slack, user: User, kind: str, payload: dict[str, Any], *, name: str, response_url: str = "") -> Done:
    trigger = make_trigger(slack, user)
    answer = ask(slack, user, kind, name, payload | {"trigger_id": trigger})
    said = FAILED if answer.trouble else ""
    return Done(answer, said, trigger_id=trigger, response_url=response_url)
