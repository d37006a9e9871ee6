"""Hands one webhook over, once, and tells how it went."""

import hashlib
import hmac
import time

import httpx

from playground.deliveries import Delivery, Outcome
from playground.hub import Hub
from playground.recording import record_webhook

DEADLINE_SECONDS = 10.0
MOST_RESPONSE_CHARACTERS = 64_000
TIMED_OUT = "timed out"
NOT_CONNECTED = "failed to connect to host"


async def attempt(hub: Hub, client: httpx.AsyncClient, delivery: Delivery, *, hang_up: bool = False) -> Outcome:
    """Sends a delivery; told to hang up, it ends the connection once everything is sent and hears no answer."""
    record_webhook(hub.settings.record, delivery)
    body = delivery.payload.encode()
    headers = _headers(hub, delivery, body)
    started = time.monotonic()
    timeout = httpx.Timeout(DEADLINE_SECONDS, read=0.001) if hang_up else httpx.Timeout(DEADLINE_SECONDS)
    try:
        answer = await client.post(hub.settings.webhook_url, content=body, headers=headers, timeout=timeout)
    except httpx.TimeoutException:
        status, code = (NOT_CONNECTED, 502) if hang_up else (TIMED_OUT, 504)
        return _unanswered(status, code, time.monotonic() - started, headers)
    except httpx.TransportError:
        return _unanswered(NOT_CONNECTED, 502, time.monotonic() - started, headers)
    # GitHub follows no redirect: whatever isn't 2xx is a failed delivery.
    good = answer.is_success
    return Outcome(
        status="OK" if good else f"Invalid HTTP Response: {answer.status_code}",
        status_code=answer.status_code,
        duration=round(time.monotonic() - started, 3),
        request_headers=headers,
        response_headers={name.title(): value for name, value in answer.headers.items()},
        response_body=answer.text[:MOST_RESPONSE_CHARACTERS],
    )


def never_sent(hub: Hub, delivery: Delivery, code: int) -> Outcome:
    """The outcome of a delivery whose receiver can't be reached at all."""
    return _unanswered(NOT_CONNECTED, code, 0.0, _headers(hub, delivery, delivery.payload.encode()))


def _unanswered(status: str, code: int, duration: float, headers: dict[str, str]) -> Outcome:
    return Outcome(status, code, round(duration, 3), headers, {}, "")


def _headers(hub: Hub, delivery: Delivery, body: bytes) -> dict[str, str]:
    secret = hub.application.webhook_secret.encode()
    return {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/7a3c1d5",
        "X-GitHub-Delivery": delivery.guid,
        "X-GitHub-Event": delivery.event,
        "X-GitHub-Hook-ID": str(hub.application.app_id + 500_000_000),
        "X-GitHub-Hook-Installation-Target-ID": str(hub.application.app_id),
        "X-GitHub-Hook-Installation-Target-Type": "integration",
        "X-Hub-Signature": "sha1=" + hmac.new(secret, body, hashlib.sha1).hexdigest(),
        "X-Hub-Signature-256": "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest(),
    }
