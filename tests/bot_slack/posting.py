"""What Slack posts: bodies of each kind, signed."""

import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Mapping
from urllib.parse import urlencode

import httpx

SECRET = "a signing secret of a test"
OLD_SECRET = "the signing secret before it"
TEAM, USER = "T0ACME", "U0ADA"
NUMBERS = itertools.count(1)


def sign(body: bytes, timestamp: str, secret: str = SECRET) -> str:
    """Slack's signature of a body at a time."""
    said = f"v0:{timestamp}:".encode() + body
    return "v0=" + hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


def signed(body: bytes, *, at: float | str | None = None, secret: str = SECRET) -> httpx.Headers:
    """The headers of a body that was posted at that time, which is now."""
    timestamp = at if isinstance(at, str) else f"{time.time() if at is None else at:.0f}"
    kind = "application/json" if body.startswith(b"{") else "application/x-www-form-urlencoded"
    said = {"x-slack-request-timestamp": timestamp, "x-slack-signature": sign(body, timestamp, secret)}
    return httpx.Headers(said | {"content-type": kind})


def a_command(text: str, *, team: str = TEAM, user: str = USER, trigger: str = "", **more: str) -> bytes:
    """A slash command; each has a trigger of its own."""
    form = {
        "token": "unused",
        "team_id": team,
        "team_domain": "acme",
        "channel_id": "C0GENERAL",
        "channel_name": "general",
        "user_id": user,
        "user_name": "ada",
        "command": "/slipway",
        "text": text,
        "api_app_id": "A0SLIPWAY",
        "is_enterprise_install": "false",
        "response_url": "https://hooks.slack.com/commands/T0ACME/1/x",
        "trigger_id": trigger or f"{next(NUMBERS)}.{time.time_ns()}.trigger",
    }
    return urlencode(form | more).encode()


def an_event(event: Mapping[str, object], *, event_id: str = "", team: str = TEAM) -> bytes:
    """An event in its envelope."""
    envelope = {
        "token": "unused",
        "team_id": team,
        "api_app_id": "A0SLIPWAY",
        "event": event,
        "type": "event_callback",
        "event_id": event_id or f"Ev{next(NUMBERS)}",
        "event_time": int(time.time()),
        "authorizations": [{"enterprise_id": None, "team_id": team, "user_id": "U0BOT", "is_bot": True}],
        "is_ext_shared_channel": False,
    }
    return json.dumps(envelope).encode()


def a_mention(text: str = "status", **more: str) -> bytes:
    """`@Slipway …` in a channel."""
    told = {"type": "app_mention", "user": USER, "text": f"<@U0BOT> {text}", "ts": "1790000000.000100"}
    return an_event(told | {"channel": "C0GENERAL", "event_ts": "1790000000.000100"}, **more)


def an_interaction(kind: str, **more: object) -> bytes:
    """Something that was done with the mouse."""
    payload = {
        "type": kind,
        "team": {"id": TEAM, "domain": "acme"},
        "user": {"id": USER, "username": "ada", "name": "ada", "team_id": TEAM},
        "api_app_id": "A0SLIPWAY",
        "token": "unused",
        "trigger_id": f"{next(NUMBERS)}.{time.time_ns()}.trigger",
        "enterprise": None,
        "is_enterprise_install": False,
    }
    return urlencode({"payload": json.dumps(payload | more)}).encode()


def a_press(action: str = "cancel", value: str = '{"about": "pv_1", "sha": "abc"}') -> bytes:
    """A button on a message of ours."""
    return an_interaction(
        "block_actions",
        container={"type": "message", "message_ts": "1790000000.000100", "channel_id": "C0GENERAL"},
        channel={"id": "C0GENERAL", "name": "general"},
        message={"type": "message", "ts": "1790000000.000100", "text": "A deploy"},
        response_url="https://hooks.slack.com/actions/T0ACME/1/x",
        actions=[{"action_id": action, "block_id": "b", "type": "button", "value": value, "action_ts": "1.1"}],
    )


def a_submission(callback: str, values: Mapping[str, Mapping[str, object]], metadata: str = "") -> bytes:
    """A modal that was sent off."""
    view = {
        "id": "V0MODAL",
        "team_id": TEAM,
        "type": "modal",
        "callback_id": callback,
        "private_metadata": metadata,
        "state": {"values": values},
        "hash": "1.x",
        "blocks": [],
    }
    return an_interaction("view_submission", view=view)
