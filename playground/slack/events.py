"""Events: what happened in a workspace, told to the app if it subscribed to it and may know it."""

import secrets
from typing import Any

import orjson

from playground.slack.application import EVENTS
from playground.slack.deliveries import queue
from playground.slack.ids import new_id
from playground.slack.installs import Install, install_of
from playground.slack.slack import Slack

#: Which scopes let the app know; one of them is enough, and none is needed for what is about the app itself.
NEEDED: dict[str, tuple[str, ...]] = {
    "app_mention": ("app_mentions:read",),
    "channel_archive": ("channels:read",),
    "channel_unarchive": ("channels:read",),
    "channel_deleted": ("channels:read",),
    "channel_rename": ("channels:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
}


def announce(slack: Slack, team_id: str, event: dict[str, Any], install: Install | None = None) -> int | None:
    """Queues an event; the number of its delivery, or nothing where the app isn't told.

    An install is given where it has ended by now, and is told just that.
    """
    told = install or install_of(slack, team_id)
    name = str(event["type"])
    scopes = NEEDED.get(name, ())
    if told is None or name not in EVENTS or (scopes and not told.granted & set(scopes)):
        return None
    event_id = new_id("Ev")
    body = {
        "token": slack.application.verification_token,
        "team_id": team_id,
        "api_app_id": slack.application.app_id,
        "event": event,
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(slack.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": team_id,
                "user_id": told.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{secrets.token_urlsafe(24)}",
    }
    return queue(slack, team_id, name, event_id, orjson.dumps(body).decode())


def moment(slack: Slack) -> str:
    """Now, as `event_ts`."""
    return f"{slack.now():.6f}"
