"""Sends waiting webhooks, one after the other, each attempted once."""

import asyncio
import hashlib
import hmac
import time

import httpx

from playground.deliveries import Delivery, Outcome, next_waiting, store_outcome
from playground.hub import Hub

DEADLINE_SECONDS = 10.0
MOST_RESPONSE_CHARACTERS = 64_000


class Sender:
    """A background task with a bell that any thread may ring."""

    def __init__(self) -> None:
        self._bell = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def wake(self) -> None:
        """Says that a delivery waits; before `run` has begun it needs no saying."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._bell.set)

    async def run(self, hub: Hub) -> None:
        """Sends what waits, for ever."""
        self._loop = asyncio.get_running_loop()
        async with httpx.AsyncClient(timeout=DEADLINE_SECONDS, trust_env=False) as client:
            while True:
                self._bell.clear()
                delivery = await asyncio.to_thread(next_waiting, hub)
                if delivery is None:
                    await self._bell.wait()
                    continue
                outcome = await _attempt(hub, client, delivery)
                await asyncio.to_thread(store_outcome, hub, delivery, outcome)


async def _attempt(hub: Hub, client: httpx.AsyncClient, delivery: Delivery) -> Outcome:
    body = delivery.payload.encode()
    headers = _headers(hub, delivery, body)
    started = time.monotonic()
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            answer = await client.post(hub.settings.webhook_url, content=body, headers=headers)
    except (TimeoutError, httpx.TimeoutException):
        return _unanswered("timed out", 504, time.monotonic() - started, headers)
    except httpx.TransportError:
        return _unanswered("failed to connect to host", 502, time.monotonic() - started, headers)
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
