"""What every page of Slack's shows around its content: workspaces, channels, people, the modal on top."""

import datetime
from typing import Any
from urllib.parse import quote

from starlette.responses import JSONResponse, Response

from playground.pages.page import Page
from playground.slack.blocks.state import state_of
from playground.slack.channels import find_channel, is_member, seen_channels
from playground.slack.installs import install_of
from playground.slack.messages import Message
from playground.slack.pages.who import is_owner, who
from playground.slack.rendering import harmless, mrkdwn, plain
from playground.slack.slack import Slack
from playground.slack.teams import Team, teams
from playground.slack.users import User, find_user, people_of
from playground.slack.views import View, modals_of

Values = dict[str, Any]


def frame(slack: Slack, page: Page, team: Team) -> Values:
    """What the templates need around whatever they show."""
    user = who(slack, page, team.id)
    install = install_of(slack, team.id)
    modals = modals_of(slack, user.id)
    people = people_of(slack, team.id)
    return {
        "team": team,
        "teams": teams(slack),
        "user": user,
        "owner": is_owner(slack, user),
        "people_here": [{"user": one, "role": role(one)} for one in people],
        "channels": [one for one in seen_channels(slack, user) if one.kind != "im"],
        "mine": {one.id for one in seen_channels(slack, user) if is_member(slack, one.id, user.id)},
        "install": install,
        "modal": shown_view(modals[-1]) if modals else None,
        "mrkdwn": lambda text: mrkdwn(text, lambda word: name_of(slack, word)),
        "plain": plain,
        "harmless": harmless,
        "field": field_name,
        "bot_url": slack.hub.settings.bot_url,
    }


def shown_view(view: View) -> Values:
    """A view with what its fields hold and what is wrong with them."""
    return {"view": view, "state": state_of(view.blocks, view.state), "errors": view.errors}


def shown_message(slack: Slack, message: Message) -> Values:
    """A message with who wrote it, and when by this machine's clock."""
    author = find_user(slack, message.user_id) if message.user_id else None
    moment = datetime.datetime.fromtimestamp(float(message.ts)).astimezone()
    return {
        "message": message,
        "author": author,
        "name": author.real_name if author else "Slackbot",
        "letter": (author.name if author else "s")[0].upper(),
        "colour": (author.account_id or 0) % 5 if author else 5,
        "clock": moment.strftime("%H:%M"),
        "moment": moment.strftime("%A, %d %B %Y, %H:%M:%S"),
    }


def role(user: User) -> str:
    """What people of this name may do at GitHub, in a word."""
    return {"admin": "admin", "writer": "may push", "reader": "may read"}.get(user.name, "no account at GitHub")


def name_of(slack: Slack, word: str) -> str:
    """The name behind an id of a person or a channel; the id where there is none."""
    user, channel = find_user(slack, word), find_channel(slack, word)
    if user is not None:
        return user.real_name if user.is_bot else user.name
    return channel.name if channel is not None else word


def parts(page: Page, templates: dict[str, str], values: Values) -> Response:
    """Parts of a page by their names, for the script that puts them in place of older ones."""
    shown = {name: bytes(page.show(template, **values).body).decode() for name, template in templates.items()}
    return JSONResponse(shown)


def done(page: Page, path: str, said: str = "") -> Response:
    """Back to the page; to the script, which looks by itself, only what Slack said."""
    if page.request.headers.get("x-quiet") == "1":
        return JSONResponse({"said": said})
    return page.back(path)


def field_name(block_id: str, action_id: str) -> str:
    """How a field of a view is called in its form."""
    return f"{quote(block_id, safe='')}|{quote(action_id, safe='')}"
