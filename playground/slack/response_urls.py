"""Addresses to which the app answers what somebody did: for thirty minutes, five times."""

import secrets
from dataclasses import dataclass

from playground.slack.ids import digest_of
from playground.slack.slack import Slack

PREFIX = "/slack/response"
LIFE_SECONDS = 1800.0
MOST_USES = 5
#: Kept a while longer, so that it is said that one is over and not that there never was one.
FORGOTTEN_SECONDS = 86400.0


@dataclass(frozen=True)
class ResponseUrl:
    """One that was handed out."""

    digest: str
    channel_id: str
    user_id: str
    #: The message whose button was pressed; nothing: a command.
    message_ts: str | None
    thread_ts: str | None
    uses: int
    made_at: float


class UrlOver(Exception):
    """The address takes nothing any more, or never did; the word is Slack's."""


def make_response_url(
    slack: Slack, channel_id: str, user_id: str, *, message_ts: str | None = None, thread_ts: str | None = None
) -> str:
    """An address for what somebody does now."""
    secret = secrets.token_urlsafe(24)
    with slack.database.writing():
        slack.database.execute("DELETE FROM slack_response_urls WHERE made_at < ?", slack.now() - FORGOTTEN_SECONDS)
        slack.database.insert(
            "slack_response_urls",
            digest=digest_of(secret),
            channel_id=channel_id,
            user_id=user_id,
            message_ts=message_ts,
            thread_ts=thread_ts,
            made_at=slack.now(),
        )
    return f"{slack.hub.addresses.clone}{PREFIX}/{secret}"


def use_response_url(slack: Slack, secret: str) -> ResponseUrl:
    """Counts one use."""
    with slack.database.writing():
        sql = "SELECT * FROM slack_response_urls WHERE digest = ?"
        found = slack.database.one(ResponseUrl, sql, digest_of(secret))
        if found is None:
            raise UrlOver("invalid_url")
        if slack.now() - found.made_at > LIFE_SECONDS:
            raise UrlOver("expired_url")
        if found.uses >= MOST_USES:
            raise UrlOver("used_url")
        slack.database.execute("UPDATE slack_response_urls SET uses = uses + 1 WHERE digest = ?", found.digest)
    return found
