"""The load: signed deliveries over keep-alive connections, each sent when the one before it is answered.

python -m benchmarks.deliveries.load < plan.json     prints what came of it as JSON
"""

import asyncio
import gc
import hashlib
import hmac
import json
import random
import resource
import sys
import time
import uuid
from collections import Counter
from dataclasses import asdict, dataclass, field
from itertools import cycle
from typing import cast

import httptools
import uvloop

#: Seconds without an answer after which the round has gone wrong.
PATIENCE = 60.0


@dataclass(frozen=True)
class Plan:
    """One round."""

    port: int
    path: str
    secret: str
    #: Event and body of each example, taken in turn.
    examples: list[tuple[str, str]]
    connections: int
    #: Deliveries made before the clock starts; no more are sent.
    deliveries: int
    #: Nothing is sent any more after so many seconds.
    seconds: float = PATIENCE


@dataclass(frozen=True)
class Round:
    """What came of it."""

    statuses: dict[str, int]
    #: From the first byte sent to the last answer.
    seconds: float
    #: Of each delivery, sorted, in seconds.
    latencies: list[float] = field(repr=False)
    #: Share of the time that this program itself was busy: near 1 it, not the server, was the limit.
    busy: float


class Connection(asyncio.Protocol):
    """Sends deliveries one after another until there are no more, or time is up."""

    def __init__(self, load: "Load") -> None:
        self._load = load
        self._ended = asyncio.get_running_loop().create_future()
        self._parser = httptools.HttpResponseParser(self)
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are not asyncio's by name.
        self._transport = cast(asyncio.Transport, transport)

    async def run(self) -> None:
        """Returns after the last answer."""
        self._send()
        await self._ended
        self._transport.close()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        """Counts an answer and sends the next delivery."""
        self._load.note(self._parser.get_status_code(), time.perf_counter() - self._sent_at)
        self._parser = httptools.HttpResponseParser(self)
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._ended.done():
            self._ended.set_exception(ConnectionError(f"the server cut a connection: {error}"))

    def _send(self) -> None:
        request = self._load.next()
        if request is None:
            self._ended.set_result(None)
            return
        self._sent_at = time.perf_counter()
        self._transport.write(b"".join(request))


class Load:
    """The deliveries of a round, and what came of them."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._requests = iter(requests_of(plan))
        self._end = 0.0
        self.statuses: Counter[str] = Counter()
        self.latencies: list[float] = []

    def next(self) -> tuple[bytes, bytes] | None:
        """The next delivery, None when the round is over."""
        return next(self._requests, None) if time.perf_counter() < self._end else None

    def note(self, status: int, seconds: float) -> None:
        """Counts an answer."""
        self.statuses[str(status)] += 1
        self.latencies.append(seconds)

    async def run(self) -> Round:
        """Opens the connections, then starts the clock."""
        loop = asyncio.get_running_loop()
        connections: list[Connection] = []
        for _ in range(self._plan.connections):
            _, made = await loop.create_connection(lambda: Connection(self), "127.0.0.1", self._plan.port)
            connections.append(made)
        started, spent = time.perf_counter(), time.process_time()
        self._end = started + self._plan.seconds
        async with asyncio.timeout(PATIENCE + self._plan.seconds):
            await asyncio.gather(*[connection.run() for connection in connections])
        taken = time.perf_counter() - started
        return Round(dict(self.statuses), taken, sorted(self.latencies), (time.process_time() - spent) / taken)


def requests_of(plan: Plan) -> list[tuple[bytes, bytes]]:
    """Head and body of every delivery: its own GUID, its body's signature."""
    makers = []
    for event, text in plan.examples:
        body = text.encode()
        signature = hmac.new(plan.secret.encode(), body, hashlib.sha256).hexdigest()
        head = (
            f"POST {plan.path} HTTP/1.1\r\nHost: localhost:{plan.port}\r\nUser-Agent: GitHub-Hookshot/044aadd\r\n"
            f"Accept: */*\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
            "X-GitHub-Hook-ID: 292430182\r\nX-GitHub-Hook-Installation-Target-ID: 1\r\n"
            "X-GitHub-Hook-Installation-Target-Type: integration\r\n"
            f"X-GitHub-Event: {event}\r\nX-Hub-Signature-256: sha256={signature}\r\nX-GitHub-Delivery: "
        )
        makers.append((head.encode(), body))
    random.shuffle(makers)
    made = zip(range(plan.deliveries), cycle(makers), strict=False)
    return [(head + str(uuid.uuid1()).encode() + b"\r\n\r\n", body) for _, (head, body) in made]


def main() -> None:
    """Reads the plan, runs it, prints the round."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    load = Load(Plan(**json.load(sys.stdin)))
    # A collection in the middle would be counted as the server's delay.
    gc.freeze()
    gc.disable()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        json.dump(asdict(runner.run(load.run())), sys.stdout)


if __name__ == "__main__":
    main()
