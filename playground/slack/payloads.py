"""People, places, messages and views as Slack writes them."""

from typing import Any

from playground.slack.application import NAME
from playground.slack.blocks.state import state_of
from playground.slack.channels import Channel, is_member, members_of
from playground.slack.installs import install_of
from playground.slack.messages import Message, replies_to
from playground.slack.slack import Slack
from playground.slack.teams import Team, team_by_id
from playground.slack.users import User, user_by_id
from playground.slack.views import View

Payload = dict[str, Any]


def team_payload(slack: Slack, team: Team) -> Payload:
    return {"id": team.id, "name": team.name, "domain": team.domain, "url": f"{slack.hub.addresses.web}/slack"}


def user_payload(user: User) -> Payload:
    """As `users.info` has it; e-mail addresses need another scope."""
    profile = {"real_name": user.real_name, "display_name": user.name, "team": user.team_id}
    return {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "deleted": user.deleted,
        "real_name": user.real_name,
        "tz": "Europe/Berlin",
        "tz_label": "Central European Time",
        "tz_offset": 3600,
        "profile": profile | ({"bot_id": user.bot_id} if user.is_bot else {}),
        "is_admin": user.name == "admin",
        "is_owner": user.name == "admin",
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1700000000,
    }


def who_payload(slack: Slack, user: User) -> Payload:
    """As interactions have it."""
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id}


def channel_payload(slack: Slack, channel: Channel, bot_user_id: str) -> Payload:
    """As `conversations.info` has it."""
    direct = channel.kind == "im"
    shown: Payload = {
        "id": channel.id,
        "created": int(channel.created_at),
        "is_archived": channel.archived,
        "is_im": direct,
        "is_mpim": False,
        "is_member": is_member(slack, channel.id, bot_user_id),
        "context_team_id": channel.team_id,
    }
    if direct:
        return shown | {"user": channel.user_id, "is_open": True}
    return shown | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_private": channel.kind == "private",
        "is_general": channel.name == "general",
        "is_shared": False,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(members_of(slack, channel.id)),
    }


def message_payload(slack: Slack, message: Message, *, with_metadata: bool = False) -> Payload:
    """As history and interactions have it."""
    shown: Payload = {"type": "message", "text": message.text, "ts": message.ts, **_author(slack, message)}
    if message.blocks:
        shown["blocks"] = message.blocks
    if message.thread_ts is not None:
        shown["thread_ts"] = message.thread_ts
    if message.broadcast:
        shown["subtype"] = "thread_broadcast"
    if message.edited_ts is not None:
        shown["edited"] = {"user": message.user_id, "ts": message.edited_ts}
    if with_metadata and message.metadata is not None:
        shown["metadata"] = message.metadata
    return shown | _thread(slack, message)


def _author(slack: Slack, message: Message) -> Payload:
    if message.user_id is None:
        return {"user": "USLACKBOT", "team": ""}
    author = user_by_id(slack, message.user_id)
    known = {"user": author.id, "team": author.team_id}
    if not message.from_app:
        return known
    app_id = slack.application.app_id
    profile = {"id": author.bot_id, "app_id": app_id, "name": NAME, "team_id": author.team_id}
    return known | {"bot_id": author.bot_id, "app_id": app_id, "bot_profile": profile}


def _thread(slack: Slack, message: Message) -> Payload:
    replies = [] if message.is_reply else replies_to(slack, message)
    if not replies:
        return {}
    users = list(dict.fromkeys(one.user_id for one in replies if one.user_id))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users,
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }


def view_payload(slack: Slack, view: View) -> Payload:
    """As the `views` methods answer and interactions tell it."""
    install = install_of(slack, view.team_id)
    bot = user_by_id(slack, install.bot_user_id) if install else None
    known: Payload = {"private_metadata": "", "callback_id": "", "external_id": "", "title": None, "close": None}
    known |= {"submit": None, "clear_on_close": False, "notify_on_close": False}
    return (
        known
        | view.content
        | {
            "id": view.id,
            "team_id": view.team_id,
            "type": view.kind,
            "state": {"values": state_of(view.blocks, view.state)},
            "hash": view.hash,
            "previous_view_id": view.previous_id,
            "root_view_id": view.root_id,
            "app_id": slack.application.app_id,
            "app_installed_team_id": view.team_id,
            "bot_id": bot.bot_id if bot else None,
        }
    )


def place_payload(slack: Slack, user: User) -> Payload:
    """What every interaction begins with."""
    team = team_by_id(slack, user.team_id)
    return {
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": who_payload(slack, user),
        "api_app_id": slack.application.app_id,
        "token": slack.application.verification_token,
    }
