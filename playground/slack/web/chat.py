"""Messages: `chat.postMessage`, `chat.update`, `chat.postEphemeral`, `chat.delete`, `chat.getPermalink`."""

import re
from typing import Any

import orjson

from playground.faults.effects import record
from playground.slack.blocks.filling import with_ids
from playground.slack.blocks.validation import problems_of_blocks
from playground.slack.channels import Channel, direct_channel, is_member
from playground.slack.messages import Blocks, Draft, Message, delete, edit, post, public_message
from playground.slack.payloads import message_payload
from playground.slack.refusals import NotOk, TooMany
from playground.slack.users import user_of_team
from playground.slack.web.call import Call

MOST_CHARACTERS = 40_000
MOST_BYTES_OF_METADATA = 8000
TS = re.compile(r"\d{10}\.\d{6}")

Answer = dict[str, Any]


def post_message(call: Call) -> Answer:
    """To a channel, or to somebody by their id."""
    channel = _place(call)
    text, blocks = _content(call)
    metadata = _metadata(call)
    thread = _thread(call, channel)
    broadcast = call.flag("reply_broadcast")
    if broadcast and thread is None:
        raise NotOk("invalid_arguments", ["[ERROR] reply_broadcast needs a thread_ts"])
    _mind_the_pace(call, channel)
    draft = Draft(call.bot.id, text, blocks, True, metadata, thread, broadcast)
    with call.slack.database.writing():
        posted = post(call.slack, channel.id, draft)
        _record(call, "slack_message_posted", posted)
    shown = message_payload(call.slack, posted, with_metadata=True)
    return {"channel": channel.id, "ts": posted.ts, "message": shown}


def update(call: Call) -> Answer:
    """Text without blocks takes the blocks away; metadata stays unless there is new."""
    channel = call.channel()
    message = _own(call, channel, "cant_update_message")
    if channel.archived:
        raise NotOk("is_inactive")
    text, blocks = _content(call)
    metadata = _metadata(call)
    kept = message.metadata if "metadata" not in call.arguments else (metadata or None)
    with call.slack.database.writing():
        changed = edit(call.slack, message, text, blocks, kept)
        _record(call, "slack_message_updated", changed)
    shown = message_payload(call.slack, changed, with_metadata=True)
    return {"channel": channel.id, "ts": changed.ts, "text": changed.text, "message": shown}


def post_ephemeral(call: Call) -> Answer:
    """For one person's eyes; both must be in the channel, also where the bot may post without being in it."""
    channel = call.channel()
    if channel.archived:
        raise NotOk("is_archived")
    user = user_of_team(call.slack, call.team_id, call.needed("user", "user_not_found"))
    if not call.is_in(channel):
        raise NotOk("not_in_channel")
    if user is None or not is_member(call.slack, channel.id, user.id):
        raise NotOk("user_not_in_channel")
    text, blocks = _content(call)
    thread = _thread(call, channel)
    with call.slack.database.writing():
        draft = Draft(call.bot.id, text, blocks, True, thread_ts=thread, visible_to=user.id)
        posted = post(call.slack, channel.id, draft)
        _record(call, "slack_ephemeral_posted", posted, user=user.id)
    return {"message_ts": posted.ts}


def delete_message(call: Call) -> Answer:
    channel = call.channel()
    message = _own(call, channel, "cant_delete_message")
    with call.slack.database.writing():
        delete(call.slack, message)
        _record(call, "slack_message_deleted", message)
    return {"channel": channel.id, "ts": message.ts}


def permalink(call: Call) -> Answer:
    channel = call.channel()
    message = public_message(call.slack, channel.id, call.needed("message_ts"))
    if message is None:
        raise NotOk("message_not_found")
    address = f"{call.slack.hub.addresses.web}/slack/{channel.id}"
    query = f"?thread={message.thread_ts}" if message.is_reply else ""
    return {"channel": channel.id, "permalink": f"{address}{query}#p{message.ts.replace('.', '')}"}


def _place(call: Call) -> Channel:
    """Where a message goes: not into archived channels, nor into those that the bot neither is in nor may write to."""
    word = call.needed("channel", "channel_not_found")
    user = user_of_team(call.slack, call.team_id, word) if word.startswith(("U", "W")) else None
    if user is not None and not user.is_bot:
        return direct_channel(call.slack, call.bot, user)
    channel = call.channel()
    if channel.archived:
        raise NotOk("is_archived")
    if not call.is_in(channel) and "chat:write.public" not in call.install.granted:
        raise NotOk("not_in_channel")
    return channel


def _content(call: Call) -> tuple[str, Blocks]:
    text, blocks = call.text("text"), call.structure("blocks", "invalid_blocks_format")
    if blocks is not None and not isinstance(blocks, list):
        raise NotOk("invalid_blocks_format")
    if not text and not blocks:
        raise NotOk("no_text")
    if len(text) > MOST_CHARACTERS:
        raise NotOk("msg_too_long")
    problems = problems_of_blocks(blocks or [])
    if problems:
        raise NotOk("invalid_blocks", problems)
    return text, with_ids(blocks or [])


def _metadata(call: Call) -> dict[str, Any] | None:
    metadata = call.structure("metadata", "invalid_metadata_format")
    if metadata is None or metadata == {}:
        return None if metadata is None else {}
    good = isinstance(metadata, dict) and metadata.keys() == {"event_type", "event_payload"}
    if not good or not isinstance(metadata["event_type"], str) or not isinstance(metadata["event_payload"], dict):
        raise NotOk("invalid_metadata_format")
    if len(orjson.dumps(metadata)) > MOST_BYTES_OF_METADATA:
        raise NotOk("metadata_too_large")
    return dict(metadata)


def _thread(call: Call, channel: Channel) -> str | None:
    """The root of the thread that is meant, also where one of its replies is named."""
    ts = call.text("thread_ts")
    if not ts:
        return None
    if not TS.fullmatch(ts):
        raise NotOk("invalid_thread_ts", [f"[ERROR] {ts} is not a valid thread_ts"])
    found = public_message(call.slack, channel.id, ts)
    if found is None:
        raise NotOk("thread_not_found")
    return found.thread_ts or found.ts


def _own(call: Call, channel: Channel, error: str) -> Message:
    found = public_message(call.slack, channel.id, call.needed("ts", "message_not_found"))
    if found is None:
        raise NotOk("message_not_found")
    if found.user_id != call.install.bot_user_id:
        raise NotOk(error)
    return found


def _mind_the_pace(call: Call, channel: Channel) -> None:
    if call.slack.hub.settings.limits:
        seconds = call.slack.limits.post(channel.id, call.slack.now())
        if seconds:
            raise TooMany(seconds)


def _record(call: Call, kind: str, message: Message, **more: str) -> None:
    place: dict[str, Any] = {"team": call.team_id, "channel": message.channel_id, "ts": message.ts, **more}
    record(call.slack.hub, kind, None, **place, thread_ts=message.thread_ts, text=message.text)
