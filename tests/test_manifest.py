"""`app.yml` and `slack.yml`, the manifests of our apps: they ask for what the code needs and nothing else."""

from pathlib import Path
from typing import Any

import yaml

from bot.github.webhook import PATH
from engine.forge.manifest import SUBSCRIBED, needed_permissions
from engine.slack.manifest import COMMAND, EVENTS, EVENTS_PATH, OAUTH_PATH, SCOPES

MANIFEST = Path(__file__).resolve().parents[1] / "app.yml"
SLACK = MANIFEST.with_name("slack.yml")


def manifest() -> dict[str, Any]:
    """The file."""
    return dict(yaml.safe_load(MANIFEST.read_text()))


def test_its_events_are_those_that_the_code_reads() -> None:
    assert manifest()["default_events"] == list(SUBSCRIBED)


def test_its_permissions_are_those_that_the_calls_need() -> None:
    assert manifest()["default_permissions"] == needed_permissions()


def test_its_addresses_are_ours() -> None:
    found = manifest()
    assert found["hook_attributes"]["url"].endswith(PATH)
    assert found["callback_urls"][0].endswith("/signin/callback")
    assert found["public"] is False


def slack() -> dict[str, Any]:
    """Slack's file."""
    return dict(yaml.safe_load(SLACK.read_text()))


def test_slack_grants_what_is_needed() -> None:
    assert slack()["oauth_config"]["scopes"]["bot"] == list(SCOPES)


def test_slack_tells_of_what_is_read() -> None:
    assert slack()["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)


def test_slack_posts_to_our_addresses() -> None:
    found = slack()
    (command,) = found["features"]["slash_commands"]
    settings = found["settings"]
    asked = settings["interactivity"]
    addresses = [command["url"], settings["event_subscriptions"]["request_url"], asked["request_url"]]
    assert {*addresses, asked["message_menu_options_url"]} == {f"https://slipway.example.com{EVENTS_PATH}"}
    assert found["oauth_config"]["redirect_urls"] == [f"https://slipway.example.com{OAUTH_PATH}"]


def test_slack_knows_the_command_and_escapes_what_people_type() -> None:
    (command,) = slack()["features"]["slash_commands"]
    assert (command["command"], command["should_escape"]) == (COMMAND, True)
    assert slack()["settings"]["org_deploy_enabled"] is False
