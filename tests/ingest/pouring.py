"""Many deliveries at once, by a client that survives its server."""

import asyncio
import os
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from tests.ingest.running import a_request
from tests.wakeups.waiting import wait_until

#: True when faults are tried at their full size (`make faults`).
LONG = os.environ.get("SLIPWAY_FAULTS") == "long"

#: Seconds for an answer, on a machine that is busy with other things.
DEADLINE = 120.0


class Pour:
    """Deliveries over keep-alive connections; what was answered, by delivery id, in `statuses`."""

    def __init__(self, requests: Sequence[tuple[str, bytes]]) -> None:
        self._waiting = list(reversed(requests))
        #: In the order of the answers; an id that was sent twice is there twice.
        self.statuses: list[tuple[str, int]] = []

    async def run(self, address: tuple[str, int], connections: int) -> None:
        """Sends all of them; a connection that breaks takes its delivery along, and no other one is opened for it."""
        await asyncio.gather(*[self._send(address) for _ in range(connections)])

    async def until(self, answers: int) -> None:
        """Waits for so many answers."""
        await asyncio.to_thread(wait_until, lambda: len(self.statuses) >= answers, f"{answers} answers", DEADLINE)

    def count(self) -> Counter[int]:
        """How often each status came."""
        return Counter(status for _, status in self.statuses)

    def accepted(self) -> set[str]:
        """The ids that were answered 2xx."""
        return {delivery for delivery, status in self.statuses if 200 <= status < 300}

    async def _send(self, address: tuple[str, int]) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            reader, writer = await asyncio.open_connection(*address)
            try:
                while self._waiting:
                    delivery, request = self._waiting.pop()
                    writer.write(request)
                    self.statuses.append((delivery, await read_status(reader)))
            finally:
                writer.close()


async def read_status(reader: asyncio.StreamReader) -> int:
    """Reads one answer to its end."""
    async with asyncio.timeout(DEADLINE):
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
    return int(head.split()[1])


def deliveries(count: int, body: bytes = b'{"installation": {"id": 42}}', *, tag: str = "d") -> list[tuple[str, bytes]]:
    """Ids and requests."""
    ids = [f"{tag}{number}" for number in range(count)]
    return [(each, a_request(delivery=each.encode(), body=body)) for each in ids]
