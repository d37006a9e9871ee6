"""Messages: posted, edited, deleted, and read again."""

from dataclasses import dataclass
from typing import Any

import orjson

from playground.slack.channels import Channel
from playground.slack.slack import Slack

Blocks = list[dict[str, Any]]


@dataclass(frozen=True)
class Message:
    """One message of a conversation."""

    id: int
    channel_id: str
    ts: str
    #: Nobody: Slack itself says it.
    user_id: str | None
    from_app: bool
    text: str
    blocks: Blocks
    metadata: dict[str, Any] | None
    thread_ts: str | None
    broadcast: bool
    edited_ts: str | None
    #: Who alone sees it; nobody: it isn't ephemeral.
    visible_to: str | None

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass(frozen=True)
class Draft:
    """What a message shall be."""

    user_id: str | None
    text: str
    blocks: Blocks
    from_app: bool = False
    metadata: dict[str, Any] | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    visible_to: str | None = None


def post(slack: Slack, channel_id: str, draft: Draft) -> Message:
    """Adds a message, at a moment of its own."""
    with slack.database.writing():
        ts = _next_ts(slack, channel_id)
        slack.database.insert(
            "slack_messages",
            channel_id=channel_id,
            ts=ts,
            user_id=draft.user_id,
            from_app=draft.from_app,
            text=draft.text,
            blocks=orjson.dumps(draft.blocks).decode(),
            metadata=None if draft.metadata is None else orjson.dumps(draft.metadata).decode(),
            thread_ts=draft.thread_ts,
            broadcast=draft.broadcast,
            visible_to=draft.visible_to,
        )
        posted = find_message(slack, channel_id, ts)
    if posted is None:
        raise LookupError(f"posting to {channel_id}: the message is gone")
    return posted


def edit(slack: Slack, message: Message, text: str, blocks: Blocks, metadata: dict[str, Any] | None) -> Message:
    """Puts something else in a message's place."""
    slack.database.update(
        "slack_messages",
        message.id,
        text=text,
        blocks=orjson.dumps(blocks).decode(),
        metadata=None if metadata is None else orjson.dumps(metadata).decode(),
        edited_ts=f"{slack.now():.6f}",
    )
    found = find_message(slack, message.channel_id, message.ts)
    return found if found is not None else message


def delete(slack: Slack, message: Message) -> None:
    slack.database.execute("DELETE FROM slack_messages WHERE id = ?", message.id)


def find_message(slack: Slack, channel_id: str, ts: str) -> Message | None:
    """The message of a channel and a moment, ephemeral or not."""
    return slack.database.one(Message, "SELECT * FROM slack_messages WHERE channel_id = ? AND ts = ?", channel_id, ts)


def public_message(slack: Slack, channel_id: str, ts: str) -> Message | None:
    """The same, unless only one person sees it: for the Web API, ephemeral messages are nowhere."""
    found = find_message(slack, channel_id, ts)
    return found if found is not None and found.visible_to is None else None


def messages_of(slack: Slack, channel: Channel) -> list[Message]:
    """Everything said in a conversation that everybody in it sees, in order."""
    sql = "SELECT * FROM slack_messages WHERE channel_id = ? AND visible_to IS NULL ORDER BY ts"
    return slack.database.all(Message, sql, channel.id)


def seen_messages(slack: Slack, channel: Channel, user_id: str) -> list[Message]:
    """The same, with what only this person sees."""
    sql = "SELECT * FROM slack_messages WHERE channel_id = ? AND (visible_to IS NULL OR visible_to = ?) ORDER BY ts"
    return slack.database.all(Message, sql, channel.id, user_id)


def replies_to(slack: Slack, message: Message) -> list[Message]:
    """What was said in the thread of a message, without itself."""
    sql = (
        "SELECT * FROM slack_messages WHERE channel_id = ?1 AND thread_ts = ?2 AND ts <> ?2 "
        "AND visible_to IS NULL ORDER BY ts"
    )
    return slack.database.all(Message, sql, message.channel_id, message.ts)


def _next_ts(slack: Slack, channel_id: str) -> str:
    """Seconds with six digits behind the point, later than everything said before in the channel."""
    last = slack.database.scalar("SELECT max(ts) FROM slack_messages WHERE channel_id = ?", channel_id)
    now = int(slack.now() * 1_000_000)
    if last is not None:
        now = max(now, int(last.replace(".", "")) + 1)
    return f"{now // 1_000_000}.{now % 1_000_000:06d}"
