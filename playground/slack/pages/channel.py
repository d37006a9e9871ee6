"""A channel: what was said, a thread beside it, and a place to type."""

from typing import Any

from starlette.responses import Response

from playground.pages.page import Page
from playground.refusals import Invalid, NotFound
from playground.slack import changes
from playground.slack.application import BOT_NAME
from playground.slack.channels import Channel, find_channel, is_member, may_look, seen_channels
from playground.slack.commands import tell, type_command
from playground.slack.done import Done
from playground.slack.interactions import Used, press_on_message
from playground.slack.messages import Message, find_message, seen_messages
from playground.slack.pages.frame import done, frame, parts, shown_message
from playground.slack.pages.who import who
from playground.slack.slack import Slack
from playground.slack.talking import say
from playground.slack.teams import team_by_id, teams
from playground.slack.users import User, user_of_team

#: So many messages are shown, the newest.
MOST_SHOWN = 100
LIVE = {
    "channels": "slack/channels.html",
    "messages": "slack/messages.html",
    "thread": "slack/thread.html",
    "modal": "slack/modal.html",
}


def show_first(slack: Slack, page: Page) -> Response:
    """To the first workspace's first channel."""
    team = teams(slack)[0]
    return page.back(f"/slack/{seen_channels(slack, who(slack, page, team.id))[0].id}")


def show_channel(slack: Slack, page: Page) -> Response:
    return page.show("slack/channel.html", **_shown(slack, page))


def show_live(slack: Slack, page: Page) -> Response:
    """The parts that change by themselves, asked for every second."""
    return parts(page, LIVE, _shown(slack, page))


def compose(slack: Slack, page: Page) -> Response:
    """Whatever was typed: a command, an invitation, or words."""
    channel, user = _place(slack, page)
    line, thread = page.text("text").strip(), page.text("thread") or None
    back = f"/slack/{channel.id}" + (f"?thread={thread}" if thread else "")
    if line.startswith("/invite"):
        said = _invite(slack, user, channel, line)
    elif line.startswith("/"):
        said = type_command(slack, user, channel, line, thread)
    else:
        said, _ = say(slack, user, channel, line, thread)
    return done(page, back, said.said)


def press(slack: Slack, page: Page) -> Response:
    """A button or a select on a message."""
    channel, user = _place(slack, page)
    message = find_message(slack, channel.id, page.text("ts"))
    if message is None or message.visible_to not in (None, user.id):
        raise Invalid("This message isn't there any more.")
    used = Used(page.text("action"), page.text("block"), page.text("value"))
    said = press_on_message(slack, user, message, used).said
    return done(page, f"/slack/{channel.id}", said)


def join(slack: Slack, page: Page) -> Response:
    channel, user = _place(slack, page)
    changes.join(slack, channel, user, user)
    return done(page, f"/slack/{channel.id}")


def _place(slack: Slack, page: Page) -> tuple[Channel, User]:
    """The channel of the address, if whoever looks may open it."""
    channel = find_channel(slack, str(page.request.path_params["channel"]))
    if channel is None:
        raise NotFound()
    user = who(slack, page, channel.team_id)
    if not may_look(slack, channel, user):
        raise NotFound()
    return channel, user


def _shown(slack: Slack, page: Page) -> dict[str, Any]:
    channel, user = _place(slack, page)
    seen = seen_messages(slack, channel, user.id)
    thread = page.request.query_params.get("thread", "")
    root = find_message(slack, channel.id, thread) if thread else None
    inside = [one for one in seen if one.thread_ts == thread and one.is_reply] if root else []
    roots = [one for one in seen if not one.is_reply or one.broadcast][-MOST_SHOWN:]
    values = frame(slack, page, team_by_id(slack, channel.team_id))
    bot = values["install"].bot_user_id if values["install"] else ""
    return values | {
        "channel": channel,
        "address": f"/slack/{channel.id}",
        "inside": is_member(slack, channel.id, user.id),
        "bot_inside": is_member(slack, channel.id, bot),
        "messages": [_counted(slack, one, seen) for one in roots],
        "thread": thread if root else "",
        "thread_messages": [shown_message(slack, one) for one in ([root, *inside] if root else [])],
        "place": "channel",
    }


def _counted(slack: Slack, message: Message, seen: list[Message]) -> dict[str, Any]:
    replies = [one for one in seen if one.is_reply and one.thread_ts == message.ts]
    last = shown_message(slack, replies[-1])["clock"] if replies else ""
    return shown_message(slack, message) | {"replies": len(replies), "last_reply": last}


def _invite(slack: Slack, user: User, channel: Channel, line: str) -> Done:
    name = line.removeprefix("/invite").strip().removeprefix("@").lower()
    who_comes = user_of_team(slack, user.team_id, name)
    if who_comes is None or who_comes.deleted:
        words = f"There is nobody called {name or '…'} in this workspace. Try `/invite @{BOT_NAME}`."
        return tell(slack, user, channel, words)
    if not is_member(slack, channel.id, user.id):
        raise Invalid(f"{user.name} is not in #{channel.name}.")
    changes.join(slack, channel, who_comes, user)
    return tell(slack, user, channel, f"{who_comes.real_name} is in #{channel.name} now.")
