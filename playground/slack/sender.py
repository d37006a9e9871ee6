"""Sends events: at once, and again at once, after a minute and after five where the app didn't take them in 3 s."""

import asyncio
import time

import httpx

from playground.faults.effects import record
from playground.faults.rules import WEBHOOK, Rule
from playground.slack.deliveries import Delivery, attempted, waiting
from playground.slack.signed import JSON, Answer, answered, headers_of
from playground.slack.slack import PATIENCE_SECONDS, Slack

LONGEST_REST_SECONDS = 60.0


class EventSender:
    """A background task with a bell that any thread may ring."""

    def __init__(self) -> None:
        self._bell = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._sending: set[int] = set()

    def wake(self) -> None:
        """Says that an event waits; before `run` has begun it needs no saying."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._bell.set)

    async def run(self, slack: Slack) -> None:
        """Sends what waits, for ever; events overtake each other, as they do at Slack."""
        self._loop = asyncio.get_running_loop()
        async with (
            httpx.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False) as client,
            asyncio.TaskGroup() as tasks,
        ):
            while True:
                self._bell.clear()
                queued = [one for one in await asyncio.to_thread(waiting, slack) if one.id not in self._sending]
                for delivery in [one for one in queued if one.due_at is not None and one.due_at <= slack.now()]:
                    self._sending.add(delivery.id)
                    tasks.create_task(self._send(slack, client, delivery))
                await self._rest(slack, [one for one in queued if one.id not in self._sending])

    async def _rest(self, slack: Slack, later: list[Delivery]) -> None:
        """Until the bell rings or the next event is due."""
        pauses = [one.due_at - slack.now() for one in later if one.due_at is not None]
        try:
            async with asyncio.timeout(max(0.005, min([LONGEST_REST_SECONDS, *pauses]))):
                await self._bell.wait()
        except TimeoutError:
            return

    async def _send(self, slack: Slack, client: httpx.AsyncClient, delivery: Delivery) -> None:
        rule = await asyncio.to_thread(_rule, slack, delivery)
        fault = rule.fault if rule else None
        if rule is not None and fault == "slow":
            await asyncio.sleep(rule.seconds)
        if fault == "lost" or not slack.hub.settings.webhooks:
            answer = Answer(0, b"", 0.0, "connection_failed")
        else:
            if fault == "twice":
                await _attempt(slack, client, delivery)
            answer = await _attempt(slack, client, delivery)
        if fault == "cut":
            # The app has it, and Slack doesn't know: it comes again.
            answer = Answer(0, b"", answer.ms, "http_timeout")
        await asyncio.to_thread(attempted, slack, delivery, answer)
        self._sending.discard(delivery.id)
        self._bell.set()


async def _attempt(slack: Slack, client: httpx.AsyncClient, delivery: Delivery) -> Answer:
    body = delivery.body.encode()
    headers = headers_of(slack, body, JSON)
    if delivery.attempts:
        headers |= {
            "X-Slack-Retry-Num": str(delivery.attempts),
            "X-Slack-Retry-Reason": delivery.reason or "http_error",
        }
    started = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            answer = await client.post(slack.hub.settings.slack_url, content=body, headers=headers)
    except (httpx.TimeoutException, TimeoutError):
        return Answer(0, b"", PATIENCE_SECONDS * 1000, "http_timeout")
    except httpx.TransportError:
        return Answer(0, b"", round((time.monotonic() - started) * 1000, 1), "connection_failed")
    return answered(answer, started)


def _rule(slack: Slack, delivery: Delivery) -> Rule | None:
    """The rule that hits an event, which rules know as `slack.<event>`."""
    hub = slack.hub
    if not hub.settings.faults:
        return None
    rule = hub.faults.pick(WEBHOOK, f"slack.{delivery.name}")
    if rule is not None:
        with hub.database.writing():
            record(
                hub, "fault", fault=rule.fault, method=WEBHOOK, path=f"slack.{delivery.name}", guid=delivery.event_id
            )
    return rule
