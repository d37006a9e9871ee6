"""The playground's settings are read strictly."""

from pathlib import Path

import pytest

from playground.settings import BadSettings, Settings, read_settings


def test_nothing_said_means_the_documented_defaults() -> None:
    assert read_settings({}) == Settings(
        "127.0.0.1",
        8082,
        Path(".slipway").resolve(),
        "http://127.0.0.1:8080/webhooks/github",
        "http://localhost:8080",
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PLAYGROUND_PORT", "0"),
        ("PLAYGROUND_PORT", "65536"),
        ("PLAYGROUND_PORT", "80 82"),
        ("PLAYGROUND_PORT", "²"),
        ("PLAYGROUND_HOST", "0.0.0.0"),
        ("PLAYGROUND_HOST", "example.com"),
        ("PLAYGROUND_WEBHOOK_URL", "localhost:8080"),
        ("PLAYGROUND_BOT_URL", "http://host:port"),
        ("PLAYGROUND_PROT", "8082"),
        ("PLAYGROUND_APP_PERMISSIONS", "checks=write"),
        ("PLAYGROUND_APP_PERMISSIONS", "checks:all"),
        ("PLAYGROUND_APP_EVENTS", "push, pull"),
        ("PLAYGROUND_FAULTS", "perhaps"),
        ("PLAYGROUND_LIMITS", ""),
        ("PLAYGROUND_WEBHOOKS", "no"),
        ("PLAYGROUND_SLACK_URL", "localhost/slack"),
        ("PLAYGROUND_SLACK_RETRIES", "0, 60"),
        ("DATA_DIR", " "),
    ],
)
def test_a_bad_value_is_named(name: str, value: str) -> None:
    outcome = read_settings({name: value})
    assert isinstance(outcome, BadSettings)
    assert [problem.split(":")[0] for problem in outcome.problems] == [name]


def test_the_app_is_what_its_settings_say() -> None:
    told = {"PLAYGROUND_APP_PERMISSIONS": "checks:write contents:read", "PLAYGROUND_APP_EVENTS": "push issue_comment"}
    outcome = read_settings(told)
    assert isinstance(outcome, Settings)
    assert outcome.app_permissions == {"checks": "write", "contents": "read", "metadata": "read"}
    assert outcome.app_events == ("push", "issue_comment")


def test_switches_are_on_or_off() -> None:
    outcome = read_settings({"PLAYGROUND_FAULTS": "1", "PLAYGROUND_LIMITS": "on", "PLAYGROUND_WEBHOOKS": "off"})
    assert isinstance(outcome, Settings)
    assert (outcome.faults, outcome.limits, outcome.webhooks) == (True, True, False)


@pytest.mark.parametrize(("text", "seconds"), [("0 0.5 300", (0.0, 0.5, 300.0)), ("", ())])
def test_slacks_pauses_are_seconds(text: str, seconds: tuple[float, ...]) -> None:
    outcome = read_settings({"PLAYGROUND_SLACK_RETRIES": text})
    assert isinstance(outcome, Settings)
    assert outcome.slack_retries == seconds


def test_all_problems_are_listed_at_once() -> None:
    outcome = read_settings({"PLAYGROUND_PORT": "x", "PLAYGROUND_HOST": "x", "PLAYGROUND_BOT_URL": "x"})
    assert isinstance(outcome, BadSettings)
    assert len(outcome.problems) == 3
