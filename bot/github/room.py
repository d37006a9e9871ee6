"""Room for bodies: how many bytes of deliveries this process holds at a time."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

#: Bytes of large bodies that are held at a time; while a body is stored there are up to three copies of it.
SIZE = 96 << 20
#: Bodies up to here always find room: 200 connections of them hold 50 MB.
SMALL = 256 << 10
#: Seconds to wait for room: an answer after GitHub's 10 reaches nobody.
PATIENCE = 8.0


class Full(Exception):
    """There was no room in time."""


class Room:
    """First come, first served; small bodies pass by those that wait. `size` in bytes, `patience` in seconds."""

    def __init__(self, size: int = SIZE, patience: float = PATIENCE) -> None:
        self._free = size
        self._patience = patience
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    @asynccontextmanager
    async def of(self, size: int) -> AsyncIterator[None]:
        """Holds that many bytes for as long as the block runs. Raises Full."""
        await self._enter(size)
        try:
            yield
        finally:
            self._leave(size)

    async def _enter(self, size: int) -> None:
        if not self._waiting and size <= self._free:
            self._free -= size
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((size, turn))
        entered = False
        try:
            async with asyncio.timeout(self._patience):
                await turn
            entered = True
        except TimeoutError as error:
            raise Full from error
        finally:
            if not entered:
                self._leave(0 if turn.cancelled() else size)

    def _leave(self, size: int) -> None:
        self._free += size
        while self._waiting and (self._waiting[0][1].done() or self._waiting[0][0] <= self._free):
            wanted, turn = self._waiting.popleft()
            if not turn.done():
                self._free -= wanted
                turn.set_result(None)
