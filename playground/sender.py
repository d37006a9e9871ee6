"""Sends waiting webhooks: those of one repository in order, several repositories at a time, each attempted once."""

import asyncio

import httpx

from playground.deliveries import Delivery, next_waiting, store_outcomes
from playground.faults.webhooks import attempts, webhook_rule
from playground.hookshot import DEADLINE_SECONDS, TIMED_OUT
from playground.hub import Hub

MOST_AT_ONCE = 8
#: While the receiver hangs, nobody waits for its answers: the next of a repository follows this many seconds later.
PATIENCE_SECONDS = 0.1
MOST_WHILE_HANGING = 50


class Sender:
    """A background task with a bell that any thread may ring."""

    def __init__(self) -> None:
        self._bell = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        #: Everything taken from the queue whose outcome isn't stored yet.
        self._taken: set[int] = set()
        self._sending: set[int] = set()
        #: Which delivery keeps the others of its repository waiting.
        self._lanes: dict[int, int] = {}
        self._hanging = False

    def wake(self) -> None:
        """Says that a delivery waits; before `run` has begun it needs no saying."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._bell.set)

    async def run(self, hub: Hub) -> None:
        """Sends what waits, for ever."""
        self._loop = asyncio.get_running_loop()
        limits = httpx.Limits(max_connections=None)
        async with (
            httpx.AsyncClient(timeout=DEADLINE_SECONDS, limits=limits, trust_env=False) as client,
            asyncio.TaskGroup() as tasks,
        ):
            while True:
                self._bell.clear()
                delivery = await self._next(hub)
                if delivery is None:
                    await self._bell.wait()
                    continue
                self._taken.add(delivery.id)
                self._sending.add(delivery.id)
                self._lanes[delivery.lane] = delivery.id
                tasks.create_task(self._send(hub, client, delivery))

    async def _next(self, hub: Hub) -> Delivery | None:
        most = MOST_WHILE_HANGING if self._hanging else MOST_AT_ONCE
        if len(self._sending) >= most:
            return None
        return await asyncio.to_thread(next_waiting, hub, taken=sorted(self._taken), lanes=sorted(self._lanes))

    async def _send(self, hub: Hub, client: httpx.AsyncClient, delivery: Delivery) -> None:
        rule = await asyncio.to_thread(webhook_rule, hub, delivery)
        if rule is not None and rule.fault == "slow":
            self._let_others(delivery)
            await asyncio.sleep(rule.seconds)
        patience = None
        if self._hanging:
            patience = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._free_lane, delivery)
        outcomes = await attempts(hub, client, delivery, rule)
        if patience is not None:
            patience.cancel()
        self._hanging = any(outcome.status == TIMED_OUT for outcome in outcomes)
        await asyncio.to_thread(store_outcomes, hub, delivery, outcomes)
        self._taken.discard(delivery.id)
        self._let_others(delivery)

    def _let_others(self, delivery: Delivery) -> None:
        self._sending.discard(delivery.id)
        self._free_lane(delivery)

    def _free_lane(self, delivery: Delivery) -> None:
        if self._lanes.get(delivery.lane) == delivery.id:
            del self._lanes[delivery.lane]
        self._bell.set()
