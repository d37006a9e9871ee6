"""What the playground and the bot must know of each other: the App's settings one way, API tokens the other."""

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cli.up.instance import write_private
from engine.access import tokens
from engine.store.database import Database

#: Setting of the bot → what the playground calls it in `app.json`.
SETTINGS = {
    "GITHUB_APP_ID": "app_id",
    "GITHUB_CLIENT_ID": "client_id",
    "GITHUB_CLIENT_SECRET": "client_secret",
    "GITHUB_PRIVATE_KEY": "private_key_pem",
    "GITHUB_WEBHOOK_SECRET": "webhook_secret",
    "GITHUB_API_URL": "api_url",
}
#: The same of the Slack app, in `slack.json`.
SLACK_SETTINGS = {
    "SLACK_CLIENT_ID": "client_id",
    "SLACK_CLIENT_SECRET": "client_secret",
    "SLACK_SIGNING_SECRET": "signing_secret",
    "SLACK_API_URL": "api_url",
    "SLACK_WEB_URL": "web_url",
}
YEAR = 365 * 86400.0
#: A token that ends sooner is replaced at a start.
SPARE = 30 * 86400.0


def app_settings(data_dir: Path, port: int) -> dict[str, str]:
    """The App's settings for the rooms, as the running playground tells them."""
    known = json.loads((data_dir / "playground" / "app.json").read_text())
    settings = {setting: str(known[name]) for setting, name in SETTINGS.items()}
    # The pages are for browsers, where a person's session at the playground belongs to the name `localhost`.
    return settings | {"GITHUB_WEB_URL": f"http://localhost:{port}"}


def slack_settings(data_dir: Path) -> dict[str, str]:
    """The Slack app's settings for the rooms, as the running playground tells them."""
    known = json.loads((data_dir / "playground" / "slack.json").read_text())
    return {setting: str(known[name]) for setting, name in SLACK_SETTINGS.items()}


def add_tokens(data_dir: Path, database: Database) -> None:
    """Gives everybody of `playground.json` a token for Slipway's API; one that is good for long enough stays."""
    path = data_dir / "playground.json"
    guide: dict[str, Any] = json.loads(path.read_text())
    now = time.time()
    for user in guide["users"]:
        with database.write() as connection:
            known = str(user.get("slipway_token") or "")
            holder = tokens.who(connection, known, now + SPARE)
            if holder is None or holder.login != user["login"]:
                user["slipway_token"] = tokens.mint(connection, user["login"], tuple(tokens.Scope), YEAR, now)
    write_private(path, json.dumps(guide, indent=2))


def sample_pulls(data_dir: Path) -> Iterator[str]:
    """The paths of open sample pull requests, for people to open."""
    guide = json.loads((data_dir / "playground.json").read_text())
    for repository in guide["repositories"]:
        for number in repository["pull_requests"]:
            yield f"{repository['full_name']}/pull/{number}"
