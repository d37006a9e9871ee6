"""Slack's reporters are there where there is a Slack app, and nowhere else."""

from pathlib import Path

from cryptography.fernet import Fernet

from engine.compose import slack_reporters_of
from engine.front import open_front
from engine.reports.slack_subjects import HOME, MESSAGE, REPLY
from engine.settings import read_settings

GITHUB = {
    "GITHUB_APP_ID": "1",
    "GITHUB_CLIENT_ID": "Iv1.x",
    "GITHUB_CLIENT_SECRET": "a" * 40,
    "GITHUB_PRIVATE_KEY": "-----BEGIN PRIVATE KEY-----",
    "GITHUB_WEBHOOK_SECRET": "b" * 40,
    "E2B_API_KEY": "c" * 40,
}
SLACK = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "d" * 32, "SLACK_SIGNING_SECRET": "e" * 32}


def reporters(folder: Path, **more: str) -> set[str]:
    """The kinds of reports that go to Slack with these settings."""
    settings = read_settings(GITHUB | more | {"DATA_DIR": str(folder)})
    front = open_front(settings)
    try:
        return set(slack_reporters_of(front))
    finally:
        front.clients.close()
        front.wakeups.close()
        front.database.close()


def test_without_a_slack_app_nothing_goes_there(tmp_path: Path) -> None:
    assert reporters(tmp_path) == set()


def test_with_one_messages_homes_and_answers_do(tmp_path: Path) -> None:
    keys = {"SECRET_KEYS": Fernet.generate_key().decode()}
    assert reporters(tmp_path, **SLACK, **keys) == {MESSAGE, HOME, REPLY}
