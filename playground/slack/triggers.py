"""Triggers: what somebody does lets the app open one modal, within three seconds."""

import secrets
from dataclasses import dataclass

from playground.slack.ids import digest_of
from playground.slack.refusals import NotOk
from playground.slack.slack import Slack
from playground.slack.users import User

LIFE_SECONDS = 3.0
FORGOTTEN_SECONDS = 3600.0


@dataclass(frozen=True)
class Trigger:
    """One that was handed out."""

    digest: str
    team_id: str
    user_id: str
    made_at: float
    used: bool


def make_trigger(slack: Slack, user: User) -> str:
    """A trigger for what somebody does now."""
    trigger = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
    with slack.database.writing():
        slack.database.execute("DELETE FROM slack_triggers WHERE made_at < ?", slack.now() - FORGOTTEN_SECONDS)
        slack.database.insert(
            "slack_triggers", digest=digest_of(trigger), team_id=user.team_id, user_id=user.id, made_at=slack.now()
        )
    return trigger


def spend_trigger(slack: Slack, team_id: str, trigger: str) -> str:
    """Whose trigger it is; refused where it is unknown, too old or used up."""
    with slack.database.writing():
        sql = "SELECT * FROM slack_triggers WHERE digest = ? AND team_id = ?"
        found = slack.database.one(Trigger, sql, digest_of(trigger), team_id)
        if found is None:
            raise NotOk("invalid_trigger_id")
        if found.used:
            raise NotOk("exchanged_trigger_id")
        if slack.now() - found.made_at > LIFE_SECONDS:
            raise NotOk("expired_trigger_id")
        slack.database.execute("UPDATE slack_triggers SET used = 1 WHERE digest = ?", found.digest)
    return found.user_id
