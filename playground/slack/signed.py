"""Posts something to the app, signed as Slack signs it, and waits three seconds for the answer."""

import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import Any

import httpx
import orjson

from playground.slack.slack import PATIENCE_SECONDS, Slack

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    """What the app said, and after how long."""

    #: 0 where nothing came in time.
    status: int
    body: bytes
    ms: float
    #: Slack's word for what went wrong: `http_timeout`, `connection_failed`, `http_error`; empty: nothing did.
    trouble: str
    #: The app asks not to be sent the same again.
    no_retry: bool = False

    @property
    def content(self) -> Any:
        """The JSON that was answered, the text where it is none, or nothing."""
        try:
            return orjson.loads(self.body) if self.body else None
        except orjson.JSONDecodeError:
            return self.body.decode(errors="replace")


def headers_of(slack: Slack, body: bytes, kind: str) -> dict[str, str]:
    """Slack's headers: a moment, and the signature of moment and body."""
    moment = str(int(slack.now()))
    seal = hmac.new(slack.application.signing_secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256)
    return {
        "Content-Type": kind,
        "Accept": "application/json,*/*",
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": moment,
        "X-Slack-Signature": f"v0={seal.hexdigest()}",
    }


def send(slack: Slack, body: bytes, kind: str) -> Answer:
    """Posts once and tells what came back."""
    if not slack.hub.settings.webhooks:
        return Answer(0, b"", 0.0, "connection_failed")
    started = time.monotonic()
    try:
        answer = slack.client.post(slack.hub.settings.slack_url, content=body, headers=headers_of(slack, body, kind))
    except httpx.TimeoutException:
        return Answer(0, b"", _since(started), "http_timeout")
    except httpx.TransportError:
        return Answer(0, b"", _since(started), "connection_failed")
    return answered(answer, started)


def answered(answer: httpx.Response, started: float) -> Answer:
    """An answer that came; Slack takes one that comes too late for none."""
    ms = _since(started)
    if ms > PATIENCE_SECONDS * 1000:
        return Answer(0, b"", ms, "http_timeout")
    no_retry = answer.headers.get("x-slack-no-retry") == "1"
    return Answer(answer.status_code, answer.content, ms, "" if answer.is_success else "http_error", no_retry)


def _since(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
