"""What became of a channel: archived, renamed, deleted, or the app was invited to it or taken out of it."""

from sqlalchemy import Connection

from engine.reports.slack_reopened import open_again
from engine.slack.asked import DOOR
from engine.slack.events import ChannelChanged
from engine.store import audit, slack_channels
from engine.store.audit import Entry
from engine.store.slack_channels import Channel
from engine.store.slack_workspaces import Workspace

#: Slack's own words for why nothing can be posted there.
ARCHIVED, DELETED, NOT_IN_CHANNEL = "is_archived", "channel_not_found", "not_in_channel"


def change(connection: Connection, workspace: Workspace, event: ChannelChanged, now: float) -> str:
    """Writes what it changes for us; one short sentence of what was done. Slack tells of every channel there is."""
    is_about_us = event.user_id == workspace.bot_user_id
    match event.what:
        case "channel_archive":
            return _trouble(connection, workspace, event.channel, ARCHIVED, now)
        case "member_left_channel" if is_about_us:
            return _trouble(connection, workspace, event.channel, NOT_IN_CHANNEL, now)
        case "channel_deleted":
            ended = _end_subscriptions(connection, workspace, event.channel, now)
            return f"{_trouble(connection, workspace, event.channel, DELETED, now)}; {ended} subscriptions ended"
        case "channel_unarchive":
            open_again(connection, workspace.id, event.channel)
            return "it can be posted there again"
        case "member_joined_channel" if is_about_us:
            open_again(connection, workspace.id, event.channel)
            return "it can be posted there again"
        case "channel_rename" if _is_known(connection, workspace, event.channel):
            slack_channels.note(connection, workspace.id, event.channel, name=event.name)
            return "noted"
        case _:
            return "it changes nothing for us"


def _trouble(connection: Connection, workspace: Workspace, channel: str, why: str, now: float) -> str:
    if not _is_known(connection, workspace, channel):
        return "nothing of it is known here"
    slack_channels.note(connection, workspace.id, channel, trouble=why, trouble_at=now)
    return f"nothing can be posted there: {why}"


def _is_known(connection: Connection, workspace: Workspace, channel: str) -> bool:
    """True of a channel that we post in, or were told to."""
    noted = slack_channels.channel_of(connection, workspace.id, channel) != Channel(workspace.id, channel)
    return noted or bool(slack_channels.of_channel(connection, workspace.id, channel))


def _end_subscriptions(connection: Connection, workspace: Workspace, channel: str, now: float) -> int:
    heard = slack_channels.of_channel(connection, workspace.id, channel)
    for each in heard:
        slack_channels.unsubscribe(connection, workspace.id, channel, each.repository_id)
    if heard:
        where = f"slack:{workspace.team_id}:{channel}"
        did = "unsubscribe: the channel was deleted"
        audit.record(connection, Entry(now, workspace.lane, where, DOOR, did, where, "", "done"))
    return len(heard)
