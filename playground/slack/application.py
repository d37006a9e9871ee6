"""The Slack app that the bot is: its ids and secrets, once per data folder."""

import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from playground.addresses import Addresses
from playground.private_file import write_private
from playground.slack.ids import new_id

NAME = "Slipway"
BOT_NAME = "slipway"
COMMAND = "/slipway"

#: What the app subscribes to.
EVENTS = (
    "app_mention",
    "app_home_opened",
    "app_uninstalled",
    "tokens_revoked",
    "channel_archive",
    "channel_unarchive",
    "channel_deleted",
    "channel_rename",
    "member_joined_channel",
    "member_left_channel",
)


@dataclass(frozen=True)
class SlackApplication:
    """Credentials of the app."""

    app_id: str
    client_id: str
    client_secret: str = field(repr=False)
    signing_secret: str = field(repr=False)
    #: In every payload, as at Slack; nobody should still check it.
    verification_token: str = field(repr=False)


def load_slack_application(home: Path, addresses: Addresses) -> SlackApplication:
    """The app of this data folder, made at the first start; `slack.json` tells it with today's addresses."""
    path = home / "slack.json"
    application = _stored(path) or _generated()
    # Programs get 127.0.0.1, people localhost, as everywhere in the playground.
    places = {"api_url": f"{addresses.clone}/slack/api", "web_url": f"{addresses.web}/slack"}
    write_private(path, orjson.dumps(asdict(application) | places, option=orjson.OPT_INDENT_2))
    return application


def _stored(path: Path) -> SlackApplication | None:
    try:
        known: dict[str, Any] = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return SlackApplication(**{name: known[name] for name in SlackApplication.__dataclass_fields__})


def _generated() -> SlackApplication:
    number = "".join(str(secrets.randbelow(10)) for _ in range(11))
    return SlackApplication(
        app_id=new_id("A"),
        client_id=f"7{number}.8{number[::-1]}",
        client_secret=secrets.token_hex(16),
        signing_secret=secrets.token_hex(16),
        verification_token=secrets.token_hex(12),
    )
