"""Plain messages and mentions, and opening App Home."""

import re
from typing import Any

from playground.refusals import Invalid
from playground.slack.application import BOT_NAME, NAME
from playground.slack.channels import Channel, direct_channel, is_member
from playground.slack.commands import escaped, tell
from playground.slack.done import Done
from playground.slack.events import announce, moment
from playground.slack.ids import new_id
from playground.slack.installs import bot_of, install_of
from playground.slack.messages import Draft, Message, post, public_message
from playground.slack.payloads import view_payload
from playground.slack.slack import Slack
from playground.slack.users import User
from playground.slack.views import home_of

MENTION = re.compile(rf"(?i)(?<!\w)@{BOT_NAME}\b")
NOT_HERE = f"You mentioned @{NAME}, but it isn't in this channel. Type `/invite @{NAME}` to let it in."
MOST_CHARACTERS = 4000


def say(
    slack: Slack, user: User, channel: Channel, words: str, thread_ts: str | None = None
) -> tuple[Done, int | None]:
    """Somebody writes something; the number of the event's delivery where that mentions the app and it is told."""
    if channel.archived:
        raise Invalid(f"#{channel.name} is archived: nobody can write here.")
    if not is_member(slack, channel.id, user.id):
        raise Invalid(f"{user.name} is not in #{channel.name}.")
    if not words.strip() or len(words) > MOST_CHARACTERS:
        raise Invalid(f"A message has 1 to {MOST_CHARACTERS} characters.")
    if thread_ts is not None and public_message(slack, channel.id, thread_ts) is None:
        raise Invalid("There is no such thread.")
    install = install_of(slack, user.team_id)
    text = escaped(words.strip())
    if install is not None:
        text = MENTION.sub(f"<@{install.bot_user_id}>", text)
    said = post(slack, channel.id, Draft(user.id, text, [], thread_ts=thread_ts))
    if install is None or f"<@{install.bot_user_id}>" not in text:
        return Done(), None
    if not is_member(slack, channel.id, install.bot_user_id):
        return tell(slack, user, channel, NOT_HERE, thread_ts), None
    return Done(), announce(slack, user.team_id, _mention(user, channel, said))


def open_home(slack: Slack, user: User) -> int | None:
    """Somebody opens App Home; the number of the event's delivery, where there is an app."""
    install = install_of(slack, user.team_id)
    if install is None:
        return None
    channel = direct_channel(slack, bot_of(slack, install), user)
    event: dict[str, Any] = {"type": "app_home_opened", "user": user.id, "channel": channel.id, "tab": "home"}
    home = home_of(slack, user.id)
    if home is not None:
        event["view"] = view_payload(slack, home)
    return announce(slack, user.team_id, event | {"event_ts": moment(slack)})


def _mention(user: User, channel: Channel, said: Message) -> dict[str, Any]:
    event: dict[str, Any] = {
        "type": "app_mention",
        "user": user.id,
        "text": said.text,
        "ts": said.ts,
        "client_msg_id": new_id("m").lower(),
        "team": user.team_id,
        "channel": channel.id,
        "event_ts": said.ts,
    }
    return event | ({"thread_ts": said.thread_ts} if said.thread_ts else {})
