"""Conversations: `conversations.list`, `.info`, `.open`, `.history`, `.replies`, `.members`."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar

from playground.slack.channels import Channel, channels_of, direct_channel, members_of
from playground.slack.messages import Message, messages_of, public_message, replies_to
from playground.slack.payloads import channel_payload, message_payload
from playground.slack.refusals import NotOk
from playground.slack.users import user_of_team
from playground.slack.web.call import Call

READ = {"public": "channels:read", "private": "groups:read", "im": "im:read"}
HISTORY = {"public": "channels:history", "private": "groups:history", "im": "im:history"}
TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": ""}

Answer = dict[str, Any]
One = TypeVar("One")


def list_conversations(call: Call) -> Answer:
    """Of the kinds asked for; private ones only where the bot is in."""
    kinds = [TYPES.get(word.strip()) for word in (call.text("types") or "public_channel").split(",")]
    if None in kinds:
        raise NotOk("invalid_types")
    for kind in kinds:
        if kind:
            call.needs(READ[kind])
    found = [one for one in channels_of(call.slack, call.team_id) if one.kind in kinds]
    found = [one for one in found if one.kind == "public" or call.is_in(one)]
    if call.flag("exclude_archived"):
        found = [one for one in found if not one.archived]
    shown, cursor = _part(call, found, usually=100)
    return {"channels": [channel_payload(call.slack, one, call.bot.id) for one in shown], **cursor}


def info(call: Call) -> Answer:
    channel = call.channel()
    call.needs(READ[channel.kind])
    return {"channel": channel_payload(call.slack, channel, call.bot.id)}


def members(call: Call) -> Answer:
    channel = call.channel()
    call.needs(READ[channel.kind])
    shown, cursor = _part(call, members_of(call.slack, channel.id), usually=100)
    return {"members": [one.id for one in shown], **cursor}


def open_conversation(call: Call) -> Answer:
    """With one person."""
    words = [one for one in call.needed("users", "users_list_not_supplied").split(",") if one]
    if len(words) != 1:
        raise NotOk("too_many_users")
    user = user_of_team(call.slack, call.team_id, words[0])
    if user is None or user.is_bot:
        raise NotOk("user_not_found")
    channel = direct_channel(call.slack, call.bot, user)
    whole = channel_payload(call.slack, channel, call.bot.id) if call.flag("return_im") else {"id": channel.id}
    return {"channel": whole, "no_op": True, "already_open": True} if call.flag("return_im") else {"channel": whole}


def history(call: Call) -> Answer:
    """What was said in a conversation, the newest first; replies only where they were sent to the channel too."""
    channel = _readable(call)
    found = [one for one in messages_of(call.slack, channel) if not one.is_reply or one.broadcast]
    return _messages(call, list(reversed(_between(call, found))), usually=100)


def replies(call: Call) -> Answer:
    """A message with its thread, the oldest first."""
    channel = _readable(call)
    root = public_message(call.slack, channel.id, call.needed("ts"))
    if root is not None and root.is_reply and root.thread_ts is not None:
        root = public_message(call.slack, channel.id, root.thread_ts)
    if root is None:
        raise NotOk("thread_not_found")
    return _messages(call, [root, *_between(call, replies_to(call.slack, root))], usually=1000)


def _readable(call: Call) -> Channel:
    """A conversation that the bot is in: the scope alone lets it read no other."""
    channel = call.channel()
    call.needs(HISTORY[channel.kind])
    if not call.is_in(channel):
        raise NotOk("not_in_channel")
    return channel


def _between(call: Call, found: list[Message]) -> list[Message]:
    oldest, latest, inclusive = call.text("oldest") or "0", call.text("latest"), call.flag("inclusive")
    try:
        low, high = float(oldest), float(latest) if latest else float("inf")
    except ValueError as problem:
        raise NotOk("invalid_ts_oldest") from problem
    return [one for one in found if low < float(one.ts) < high or (inclusive and float(one.ts) in (low, high))]


def _messages(call: Call, found: list[Message], *, usually: int) -> Answer:
    shown, cursor = _part(call, found, usually=usually)
    whole = call.flag("include_all_metadata")
    messages = [message_payload(call.slack, one, with_metadata=whole) for one in shown]
    return {"messages": messages, "has_more": bool(cursor["response_metadata"]["next_cursor"]), **cursor}


def _part(call: Call, found: Sequence[One], *, usually: int) -> tuple[Sequence[One], dict[str, dict[str, str]]]:
    """So many from where the cursor points on, and the cursor of the rest."""
    start, limit = _start(call.text("cursor")), call.number("limit", usually, 1000)
    after = start + limit
    cursor = base64.b64encode(f"from:{after}".encode()).decode() if after < len(found) else ""
    return found[start:after], {"response_metadata": {"next_cursor": cursor}}


def _start(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "from":
            return int(number)
    except (binascii.Error, ValueError) as problem:
        raise NotOk("invalid_cursor") from problem
    raise NotOk("invalid_cursor")
