"""The messages that we have posted in channels: which message is about what."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine.store.slack_schema import slack_messages
from engine.store.upsert import insert_into


@dataclass(frozen=True)
class Message:
    """One message of ours."""

    workspace_id: int
    channel: str
    #: Slack's name for it within the channel.
    ts: str
    #: Its key in the outbox.
    subject: str
    #: `dep_…`, `pv_…` or `ins_…`.
    about: str
    #: Unix seconds.
    posted_at: float


def note(connection: Connection, message: Message) -> None:
    """Notes a message that was posted; told again, the newer one stays."""
    row = {name: getattr(message, name) for name in Message.__dataclass_fields__}
    made = insert_into(connection, slack_messages).values(**row)
    connection.execute(made.on_conflict_do_update(index_elements=["subject"], set_=row))


def at(connection: Connection, workspace_id: int, channel: str, ts: str) -> Message | None:
    """The message of ours at that place; None when there is none."""
    place = (
        slack_messages.c.workspace_id == workspace_id,
        slack_messages.c.channel == channel,
        slack_messages.c.ts == ts,
    )
    row = connection.execute(select(slack_messages).where(*place)).mappings().one_or_none()
    return None if row is None else Message(**row)


def by_subject(connection: Connection, subject: str) -> Message | None:
    """The message that shows a subject of the outbox."""
    row = connection.execute(select(slack_messages).where(slack_messages.c.subject == subject)).mappings().one_or_none()
    return None if row is None else Message(**row)


def about(connection: Connection, about_id: str) -> list[Message]:
    """Every message about a release or a preview, oldest first."""
    found = select(slack_messages).where(slack_messages.c.about == about_id).order_by(slack_messages.c.posted_at)
    return [Message(**row) for row in connection.execute(found).mappings()]
