"""Channels, modals and homes as scripts read them: what somebody sees at this moment."""

import re
from typing import Any

from playground.slack.blocks.state import options_of, state_of
from playground.slack.blocks.validation import elements_of
from playground.slack.channels import Channel, is_member
from playground.slack.deliveries import Delivery
from playground.slack.installs import install_of
from playground.slack.messages import Message, seen_messages
from playground.slack.slack import Slack
from playground.slack.users import User, find_user
from playground.slack.views import View, home_of, modals_of

#: What makes Slack tell people: everybody here, a group, one person.
MENTIONS = re.compile(r"<(?:!(?:channel|here|everyone|subteam\^\w+)|@[UW]\w+)(?:\|[^>]*)?>")

Told = dict[str, Any]


def channel_told(slack: Slack, channel: Channel, user: User) -> Told:
    """A channel with its messages, their threads, and what the user has open."""
    seen = seen_messages(slack, channel, user.id)
    install = install_of(slack, channel.team_id)
    threads: dict[str, list[Message]] = {}
    for one in seen:
        if one.is_reply and one.thread_ts is not None:
            threads.setdefault(one.thread_ts, []).append(one)
    roots = [one for one in seen if not one.is_reply]
    return {
        "channel": {"id": channel.id, "name": channel.name, "kind": channel.kind, "archived": channel.archived},
        "bot_is_member": install is not None and is_member(slack, channel.id, install.bot_user_id),
        "messages": [
            message_told(slack, one) | {"replies": [message_told(slack, each) for each in threads.get(one.ts, [])]}
            for one in roots
        ],
        "modals": [view_told(one) for one in modals_of(slack, user.id)],
        "home": home_told(slack, user),
    }


def home_told(slack: Slack, user: User) -> Told | None:
    home = home_of(slack, user.id)
    return None if home is None else view_told(home)


def message_told(slack: Slack, message: Message) -> Told:
    author = find_user(slack, message.user_id) if message.user_id else None
    words = " ".join([message.text, *texts_of(message.blocks)])
    return {
        "ts": message.ts,
        "user": message.user_id,
        "name": author.name if author else "slackbot",
        "from_app": message.from_app,
        "text": message.text,
        "blocks": message.blocks,
        "words": texts_of(message.blocks) or [message.text],
        "actions": actions_of(message.blocks),
        "mentions": sorted(set(MENTIONS.findall(words))),
        "ephemeral": message.visible_to is not None,
        "thread_ts": message.thread_ts,
        "broadcast": message.broadcast,
        "edited": message.edited_ts is not None,
        "metadata": message.metadata,
    }


def view_told(view: View) -> Told:
    return {
        "id": view.id,
        "type": view.kind,
        "callback_id": view.content.get("callback_id", ""),
        "title": view.content.get("title", {}).get("text", ""),
        "submit": (view.content.get("submit") or {}).get("text"),
        "private_metadata": view.content.get("private_metadata", ""),
        "blocks": view.blocks,
        "words": texts_of(view.blocks),
        "actions": actions_of(view.blocks),
        "values": state_of(view.blocks, view.state),
        "errors": view.errors,
        "hash": view.hash,
    }


def texts_of(blocks: list[dict[str, Any]]) -> list[str]:
    """Every text in blocks, in order."""
    found: list[str] = []
    for block in blocks:
        found += [part["text"] for name in ("text", "label", "hint") if (part := block.get(name))]
        found += [part["text"] for part in block.get("fields", [])]
        found += [part["text"] for part in block.get("elements", []) if isinstance(part.get("text"), str)]
    return found


def actions_of(blocks: list[dict[str, Any]]) -> list[Told]:
    """Everything that somebody can use."""
    return [
        {
            "block": block["block_id"],
            "action": element["action_id"],
            "type": element["type"],
            "text": (element.get("text") or element.get("placeholder") or {}).get("text", ""),
            "value": element.get("value"),
            "url": element.get("url"),
            "style": element.get("style"),
            "confirm": "confirm" in element,
            "options": [one["value"] for one in options_of(element)],
        }
        for block in blocks
        for element in elements_of(block)
    ]


def delivery_told(delivery: Delivery) -> Told:
    return {
        "id": delivery.id,
        "kind": delivery.kind,
        "name": delivery.name,
        "event_id": delivery.event_id,
        "attempts": delivery.attempts,
        "over": delivery.due_at is None,
        "status": delivery.status,
        "reason": delivery.reason,
        "ms": delivery.ms,
    }
