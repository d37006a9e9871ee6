"""Deliveries of Slack's become events of ours. Nothing here raises: what can't be read is `NotForUs`."""

import re
from collections.abc import Callable
from typing import Protocol
from urllib.parse import parse_qsl

import orjson
from pydantic import ValidationError

from engine.slack import events
from engine.slack import payload_models as models
from engine.slack.events import NotForUs, SlackEvent, Where

#: How the inbox calls the three kinds of deliveries.
EVENT, COMMAND, INTERACTION = "event", "command", "interaction"
#: Slack's own words in place of a channel's name.
NAMELESS = frozenset({"directmessage", "privategroup"})
#: Events about a channel that change what we know of it; of a private one, some begin with `group_` instead.
OF_CHANNELS = frozenset(
    {
        "channel_archive",
        "channel_unarchive",
        "channel_deleted",
        "channel_rename",
        "member_joined_channel",
        "member_left_channel",
    }
)
MENTION = re.compile(r"\s*<@(?P<user>[A-Z0-9]+)(?:\|[^>]*)?>[:,]?(?P<rest>.*)")


class RawDelivery(Protocol):
    """A delivery of Slack's at the door or in the inbox."""

    @property
    def key(self) -> str:
        """Its key, under which its ask goes too."""
        ...

    @property
    def event(self) -> str:
        """Of which kind it is."""
        ...

    @property
    def body(self) -> bytes:
        """The bytes that Slack signed."""
        ...


def read_slack_event(delivery: RawDelivery) -> SlackEvent:
    """What the delivery says, for every body there can be; the event's `delivery` is the whole key."""
    read = READERS.get(delivery.event)
    if read is None:
        return NotForUs(delivery.key, "this kind of delivery asks nothing of Slipway")
    try:
        return read(delivery.key, delivery.body)
    except UnicodeDecodeError:
        return NotForUs(delivery.key, "reading the delivery: it is not UTF-8")
    except orjson.JSONDecodeError as error:
        return NotForUs(delivery.key, f"reading the delivery: not JSON, {error.msg} at character {error.pos}")
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return NotForUs(delivery.key, f"reading the delivery: {where}: {first['msg']}")
    except ValueError:
        return NotForUs(delivery.key, "reading the delivery: its form has too many fields")


def form_of(body: bytes) -> dict[str, str]:
    """The fields of a form that Slack posted; of a field told twice the first counts. Raises ValueError."""
    pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=100, errors="replace")
    return dict(reversed(pairs))


def _command(key: str, body: bytes) -> SlackEvent:
    form = form_of(body)
    if form.get("ssl_check"):
        return NotForUs(key, "Slack looked whether the address is served")
    command = models.Command.model_validate(form)
    where = Where(
        command.team_id,
        command.user_id,
        user_name=command.user_name,
        channel=command.channel_id,
        channel_name=_name(command.channel_name),
    )
    return events.Typed(key, where, command.text, trigger_id=command.trigger_id, response_url=command.response_url)


def _name(name: str) -> str:
    return "" if name in NAMELESS else name


def _interaction(key: str, body: bytes) -> SlackEvent:
    told = models.Interaction.model_validate(orjson.loads(form_of(body).get("payload", "")))
    if told.team is None:
        return NotForUs(key, "it is of a whole enterprise, not of a workspace")
    if told.type == "view_submission" and told.view is not None:
        return _submitted(key, told, told.team, told.view)
    if told.type != "block_actions" or not told.actions:
        return NotForUs(key, "this kind of interaction asks nothing of Slipway")
    return _pressed(key, told, told.team)


def _submitted(key: str, told: models.Interaction, team: models.Named, view: models.View) -> SlackEvent:
    return events.Submitted(
        key,
        Where(team.id, told.user.id, user_name=told.user.username or told.user.name, home=_home_of_user(told, team)),
        callback=view.callback_id,
        metadata=view.private_metadata,
        values=_values(view),
    )


def _pressed(key: str, told: models.Interaction, team: models.Named) -> SlackEvent:
    action = told.actions[0]
    message = told.container.message_ts or (told.message.ts if told.message is not None else "")
    thread = told.container.thread_ts or (told.message.thread_ts if told.message is not None else "")
    where = Where(
        team.id,
        told.user.id,
        user_name=told.user.username or told.user.name,
        channel=told.channel.id if told.channel is not None else told.container.channel_id,
        channel_name=_name(told.channel.name) if told.channel is not None else "",
        # A root with replies names itself; its own buttons are answered beside it.
        thread="" if thread == message else thread,
        home=_home_of_user(told, team),
    )
    modal = told.view if told.view is not None and told.view.type != "home" else None
    return events.Pressed(
        key,
        where,
        action=action.action_id,
        value=action.selected_option.value if action.selected_option is not None else action.value,
        message=message,
        view_id=modal.id if modal is not None else "",
        callback=modal.callback_id if modal is not None else "",
        metadata=modal.private_metadata if modal is not None else "",
        values=_values(modal) if modal is not None else {},
        trigger_id=told.trigger_id,
        response_url=told.response_url,
    )


def _home_of_user(told: models.Interaction, team: models.Named) -> str:
    return _home(told.user.team_id, team.id, told.enterprise.id if told.enterprise is not None else "")


def _home(said: str, *ours: str) -> str:
    """The workspace that somebody is of, where it is another one. All of an enterprise have ids of their own."""
    return "" if said in ("", *ours) else said


def _values(view: models.View) -> dict[str, dict[str, object]]:
    if view.state is None:
        return {}
    return {block: each for block, each in view.state.values.items() if isinstance(each, dict)}


def _event(key: str, body: bytes) -> SlackEvent:
    envelope = models.Envelope.model_validate(orjson.loads(body))
    if envelope.type != "event_callback":
        return NotForUs(key, "it is no event")
    kind = models.Kind.model_validate(envelope.event).type
    if kind.startswith("group_"):
        kind = kind.replace("group_", "channel_", 1)
    # In a channel that workspaces share, the event happened in one and is for the app in another.
    team_id = (envelope.authorizations[0].team_id if envelope.authorizations else "") or envelope.team_id
    if not team_id:
        return NotForUs(key, "it is of a whole enterprise, not of a workspace")
    if kind == "app_mention":
        return _mentioned(key, team_id, envelope)
    if kind == "app_home_opened":
        return _home_opened(key, team_id, envelope)
    if kind in OF_CHANNELS:
        return _channel_changed(key, team_id, kind, envelope)
    if kind == "app_uninstalled":
        return events.Departed(key, team_id, kind, envelope.event_time)
    if kind == "tokens_revoked":
        if not models.TokensRevoked.model_validate(envelope.event).tokens.bot:
            return NotForUs(key, "tokens of people were revoked, not the bot's")
        return events.Departed(key, team_id, kind, envelope.event_time)
    return NotForUs(key, "this kind of event asks nothing of Slipway")


def _mentioned(key: str, team_id: str, envelope: models.Envelope) -> SlackEvent:
    mention = models.Mention.model_validate(envelope.event)
    if mention.bot_id or not mention.user:
        return NotForUs(key, "the mention is a bot's")
    if mention.edited:
        return NotForUs(key, "only new mentions count, not edits")
    ours = envelope.authorizations[0] if envelope.authorizations else models.Authorization()
    bot = ours.user_id
    text = _behind(mention.text, bot)
    if text is None:
        return NotForUs(key, "no line of the message begins with the mention")
    where = Where(
        team_id,
        mention.user,
        channel=mention.channel,
        thread="" if mention.thread_ts == mention.ts else mention.thread_ts,
        home=_home(mention.user_team or mention.source_team or mention.team, team_id, ours.enterprise_id),
    )
    return events.Typed(key, where, text)


def _behind(text: str, bot: str) -> str | None:
    """What stands behind the mention of the bot that a line begins with; an unknown bot is the first that is named."""
    for line in text.splitlines():
        found = MENTION.fullmatch(line)
        if found is not None and found["user"] == (bot or found["user"]):
            return found["rest"].strip()
    return None


def _home_opened(key: str, team_id: str, envelope: models.Envelope) -> SlackEvent:
    opened = models.HomeOpened.model_validate(envelope.event)
    if opened.tab != "home":
        return NotForUs(key, "another tab than Home was opened")
    return events.HomeOpened(key, Where(team_id, opened.user))


def _channel_changed(key: str, team_id: str, kind: str, envelope: models.Envelope) -> SlackEvent:
    change = models.ChannelEvent.model_validate(envelope.event)
    named = change.channel if isinstance(change.channel, models.Named) else None
    return events.ChannelChanged(
        key,
        team_id,
        channel=change.channel if isinstance(change.channel, str) else change.channel.id,
        what=kind,
        name=named.name if named is not None else "",
        user_id=change.user,
    )


READERS: dict[str, Callable[[str, bytes], SlackEvent]] = {
    EVENT: _event,
    COMMAND: _command,
    INTERACTION: _interaction,
}
