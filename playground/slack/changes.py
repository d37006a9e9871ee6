"""What happens to channels and to the app in a workspace, with the events that tell of it."""

from playground.faults.effects import record
from playground.refusals import Invalid
from playground.slack.channels import Channel, add_member, change_channel, channel_by_name, drop_member
from playground.slack.events import announce, moment
from playground.slack.installs import REVOKED, UNINSTALLED, end, install_of
from playground.slack.slack import Slack
from playground.slack.users import User, find_user

Event = dict[str, object]


def join(slack: Slack, channel: Channel, who: User, by: User) -> int | None:
    """Somebody comes into a channel, or is let in; the app hears of it where it is in there."""
    if channel.kind == "im" or who.team_id != channel.team_id:
        raise Invalid(f"{who.name} can't come into #{channel.name}.")
    with slack.database.writing():
        if not add_member(slack, channel.id, who.id):
            return None
        record(slack.hub, "slack_member_joined", channel=channel.id, user=who.id)
        return _moved(slack, "member_joined_channel", channel, who, by)


def leave(slack: Slack, channel: Channel, who: User) -> int | None:
    """Somebody goes, or is sent away."""
    with slack.database.writing():
        if channel.kind == "im" or not drop_member(slack, channel.id, who.id):
            raise Invalid(f"{who.name} is not in #{channel.name}.")
        record(slack.hub, "slack_member_left", channel=channel.id, user=who.id)
        return _moved(slack, "member_left_channel", channel, who, who)


def archive(slack: Slack, channel: Channel, by: User, *, archived: bool) -> int | None:
    """Nobody writes into the channel any more, or everybody again."""
    if channel.kind == "im":
        raise Invalid("A direct conversation can't be archived.")
    change_channel(slack, channel, archived=archived)
    event: Event = {
        "type": "channel_archive" if archived else "channel_unarchive",
        "channel": channel.id,
        "user": by.id,
    }
    return _public(slack, channel, event)


def rename(slack: Slack, channel: Channel, name: str) -> int | None:
    """Gives a channel another name."""
    name = name.strip().lower().removeprefix("#")
    good = name.replace("-", "").replace("_", "").isalnum() and len(name) <= 80
    if channel.kind == "im" or not good or channel_by_name(slack, channel.team_id, name):
        raise Invalid(f"A channel can't be called {name!r}: give letters, digits and -, and a name that isn't taken.")
    change_channel(slack, channel, name=name)
    shown = {"id": channel.id, "name": name, "created": int(channel.created_at)}
    return _public(slack, channel, {"type": "channel_rename", "channel": shown})


def remove(slack: Slack, channel: Channel, by: User) -> int | None:
    """Deletes a channel with all that was said in it."""
    if channel.kind == "im":
        raise Invalid("A direct conversation can't be deleted.")
    # Its name is free again.
    change_channel(slack, channel, deleted=True, name=f"{channel.name}:{channel.id}")
    return _public(slack, channel, {"type": "channel_deleted", "channel": channel.id, "actor_id": by.id})


def uninstall(slack: Slack, team_id: str) -> list[int]:
    """Sends the app away: its token ends, and both events tell of it."""
    found = install_of(slack, team_id)
    if found is None:
        raise Invalid("The app is not installed in this workspace.")
    end(slack, found, UNINSTALLED)
    events: list[Event] = [_revoked(found.bot_user_id), {"type": "app_uninstalled"}]
    told = [announce(slack, team_id, one | {"event_ts": moment(slack)}, found) for one in events]
    return [one for one in told if one is not None]


def revoke(slack: Slack, team_id: str) -> list[int]:
    """Ends the bot's token alone; the app stays where it is until it is installed again."""
    found = install_of(slack, team_id)
    if found is None or found.ended is not None:
        raise Invalid("The app has no token in this workspace.")
    end(slack, found, REVOKED)
    told = announce(slack, team_id, _revoked(found.bot_user_id) | {"event_ts": moment(slack)}, found)
    return [] if told is None else [told]


def _revoked(bot_user_id: str) -> Event:
    return {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot_user_id]}}


def _moved(slack: Slack, name: str, channel: Channel, who: User, by: User) -> int | None:
    """Told to an app that is in the channel, and to one that comes or goes itself."""
    install = install_of(slack, channel.team_id)
    if install is None:
        return None
    itself = who.id == install.bot_user_id
    inside = slack.database.scalar(
        "SELECT 1 FROM slack_members WHERE channel_id = ? AND user_id = ?", channel.id, install.bot_user_id
    )
    if not itself and inside is None:
        return None
    kind = "G" if channel.kind == "private" else "C"
    event: Event = {"type": name, "user": who.id, "channel": channel.id, "channel_type": kind}
    event |= {"team": channel.team_id, "event_ts": moment(slack)}
    if by.id != who.id and find_user(slack, by.id) is not None:
        event["inviter"] = by.id
    return announce(slack, channel.team_id, event)


def _public(slack: Slack, channel: Channel, event: Event) -> int | None:
    """Events that begin with `channel_` are about public channels."""
    record(slack.hub, f"slack_{event['type']}", channel=channel.id)
    if channel.kind != "public":
        return None
    return announce(slack, channel.team_id, event | {"event_ts": moment(slack)})
