"""Conversations, and who is in them."""

from dataclasses import dataclass

from playground.slack.ids import new_id
from playground.slack.slack import Slack
from playground.slack.users import User


@dataclass(frozen=True)
class Channel:
    """A public or a private channel, or the direct conversation of the app's bot with somebody."""

    id: str
    team_id: str
    name: str
    kind: str
    user_id: str | None
    topic: str
    archived: bool
    deleted: bool
    created_at: float


def find_channel(slack: Slack, channel_id: str) -> Channel | None:
    """The conversation of an id, unless it is deleted."""
    return slack.database.one(Channel, "SELECT * FROM slack_channels WHERE id = ? AND NOT deleted", channel_id)


def channel_by_name(slack: Slack, team_id: str, name: str) -> Channel | None:
    """The channel of a name in one workspace."""
    sql = "SELECT * FROM slack_channels WHERE team_id = ? AND name = ? AND NOT deleted"
    return slack.database.one(Channel, sql, team_id, name.removeprefix("#"))


def channels_of(slack: Slack, team_id: str) -> list[Channel]:
    """All conversations of a workspace."""
    sql = "SELECT * FROM slack_channels WHERE team_id = ? AND NOT deleted ORDER BY rowid"
    return slack.database.all(Channel, sql, team_id)


def seen_channels(slack: Slack, user: User) -> list[Channel]:
    """What somebody sees in the list of channels: public ones, and those they are in."""
    return [one for one in channels_of(slack, user.team_id) if may_look(slack, one, user)]


def may_look(slack: Slack, channel: Channel, user: User) -> bool:
    """Whether somebody may open a conversation."""
    return channel.team_id == user.team_id and (channel.kind == "public" or is_member(slack, channel.id, user.id))


def create_channel(slack: Slack, team_id: str, name: str, kind: str, *, topic: str = "") -> Channel:
    """Adds a channel with nobody in it."""
    made = Channel(new_id("C"), team_id, name, kind, None, topic, False, False, slack.now())
    _store(slack, made)
    return made


def direct_channel(slack: Slack, bot: User, user: User) -> Channel:
    """Where the app's bot and somebody talk to each other; opened where it isn't there yet."""
    sql = "SELECT * FROM slack_channels WHERE kind = 'im' AND user_id = ?"
    with slack.database.writing():
        found = slack.database.one(Channel, sql, user.id)
        if found is None:
            found = Channel(new_id("D"), user.team_id, f"im-{user.id}", "im", user.id, "", False, False, slack.now())
            _store(slack, found)
        for one in (bot, user):
            add_member(slack, found.id, one.id)
    return found


def is_member(slack: Slack, channel_id: str, user_id: str) -> bool:
    sql = "SELECT 1 FROM slack_members WHERE channel_id = ? AND user_id = ?"
    return slack.database.scalar(sql, channel_id, user_id) is not None


def members_of(slack: Slack, channel_id: str) -> list[User]:
    """Everybody in a conversation."""
    sql = (
        "SELECT u.* FROM slack_users u JOIN slack_members m ON m.user_id = u.id WHERE m.channel_id = ? ORDER BY u.rowid"
    )
    return slack.database.all(User, sql, channel_id)


def add_member(slack: Slack, channel_id: str, user_id: str) -> bool:
    """Puts somebody into a conversation; tells whether that changed anything."""
    sql = "INSERT OR IGNORE INTO slack_members (channel_id, user_id) VALUES (?, ?)"
    return slack.database.execute(sql, channel_id, user_id) > 0


def drop_member(slack: Slack, channel_id: str, user_id: str) -> bool:
    """Takes somebody out of a conversation; tells whether that changed anything."""
    return (
        slack.database.execute("DELETE FROM slack_members WHERE channel_id = ? AND user_id = ?", channel_id, user_id)
        > 0
    )


def change_channel(slack: Slack, channel: Channel, **values: str | bool) -> None:
    """Changes columns of a channel."""
    columns = ", ".join(f"{column} = ?" for column in values)
    sql = f"UPDATE slack_channels SET {columns} WHERE id = ?"  # noqa: S608 - names are ours, never input
    slack.database.execute(sql, *values.values(), channel.id)


def _store(slack: Slack, channel: Channel) -> None:
    slack.database.insert(
        "slack_channels",
        id=channel.id,
        team_id=channel.team_id,
        name=channel.name,
        kind=channel.kind,
        user_id=channel.user_id,
        topic=channel.topic,
        created_at=channel.created_at,
    )
