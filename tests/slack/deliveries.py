"""Deliveries as Slack posts them: the fields that Slipway reads, and some that it doesn't."""

from typing import Any
from urllib.parse import urlencode

import orjson

TEAM, OTHER_TEAM = "T0ACME", "T0GLOBEX"
CHANNEL, OTHER_CHANNEL = "C0SHOP", "C0OPS"
#: Who is who at GitHub is said by the tests.
ADA, BOB, EVE, MALLORY = "U0ADA", "U0BOB", "U0EVE", "U0MALLORY"
BOT = "U0SLIPWAY"
RESPONSE_URL = "https://hooks.slack.com/commands/T0ACME/1/secretive"
ROOT = "1790000000.000100"


def a_command(text: str, user: str = ADA, team: str = TEAM, **changes: str) -> bytes:
    """A slash command's form."""
    fields = {
        "token": "deprecated",
        "team_id": team,
        "team_domain": "acme",
        "channel_id": CHANNEL,
        "channel_name": "shop",
        "user_id": user,
        "user_name": "someone",
        "command": "/slipway",
        "text": text,
        "api_app_id": "A0SLIPWAY",
        "is_enterprise_install": "false",
        "response_url": RESPONSE_URL,
        "trigger_id": "13345224609.738474920.8088930838d88f008e0",
    }
    return urlencode(fields | changes).encode()


def an_event(event: dict[str, Any], team: str = TEAM, **changes: Any) -> bytes:
    """An event in its envelope."""
    envelope = {
        "token": "deprecated",
        "team_id": team,
        "api_app_id": "A0SLIPWAY",
        "event": event,
        "type": "event_callback",
        "event_id": "Ev0MDYHUEL",
        "event_time": 1790000000,
        "authorizations": [{"enterprise_id": None, "team_id": team, "user_id": BOT, "is_bot": True}],
    }
    return orjson.dumps(envelope | changes)


def a_mention(text: str, user: str = ADA, thread: str = "", **changes: Any) -> dict[str, Any]:
    """`app_mention`."""
    place = {"thread_ts": thread} if thread else {}
    event = {"type": "app_mention", "user": user, "text": text, "ts": "1790000009.000900", "channel": CHANNEL}
    return event | place | changes


def a_press(action: str, value: str, user: str = ADA, team: str = TEAM, home: str = "", **changes: Any) -> bytes:
    """`block_actions` of a button on a message of ours; `home` is the workspace that whoever presses is of."""
    told = _interaction("block_actions", user, team, home) | {
        "container": {"type": "message", "message_ts": ROOT, "channel_id": CHANNEL, "is_ephemeral": False},
        "channel": {"id": CHANNEL, "name": "shop"},
        "message": {"type": "message", "ts": ROOT, "bot_id": "B0SLIPWAY", "text": "…"},
        "response_url": RESPONSE_URL,
        "actions": [{"action_id": action, "block_id": "b", "type": "button", "value": value, "action_ts": ROOT}],
    }
    return in_form(told | changes)


def a_submission(callback: str, metadata: str, values: dict[str, Any], user: str = ADA, team: str = TEAM) -> bytes:
    """`view_submission` of a modal."""
    view = {
        "id": "V0MODAL",
        "type": "modal",
        "callback_id": callback,
        "private_metadata": metadata,
        "state": {"values": values},
        "hash": "156772938.1827394",
    }
    return in_form(_interaction("view_submission", user, team) | {"view": view, "response_urls": []})


def in_form(payload: Any) -> bytes:
    """An interaction as it is posted."""
    return urlencode({"payload": orjson.dumps(payload).decode()}).encode()


def _interaction(kind: str, user: str, team: str, home: str = "") -> dict[str, Any]:
    return {
        "type": kind,
        "team": {"id": team, "domain": "acme"},
        "user": {"id": user, "username": "someone", "name": "someone", "team_id": home or team},
        "api_app_id": "A0SLIPWAY",
        "token": "deprecated",
        "trigger_id": "12466734323.1395872398",
        "enterprise": None,
    }
