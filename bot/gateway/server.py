"""The gateway's server: listens, keeps its copy of routes and access fresh, looks at deadlines, and ends politely."""

import asyncio
import logging
import socket
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from bot.gateway.detour import Detour
from bot.gateway.doorman import Doorman
from bot.gateway.gate import Gate
from bot.gateway.limits import Limits
from bot.gateway.routes import Routes, read_generations, read_routes
from bot.gateway.visitor import Visitor
from engine.access.cookies import CookieNames
from engine.access.permissions import Permissions
from engine.settings import Settings
from engine.store import meta
from engine.store.database import Database

log = logging.getLogger(__name__)

#: Seconds that the copy counts as fresh: SQL is looked at for requests at most so often, however many there are.
FRESH = 0.02


def open_gate(settings: Settings, database: Database, permissions: Permissions, limits: Limits | None = None) -> Gate:
    """A gate over SQL, without routes yet. Call it in the event loop that serves."""
    with database.read() as connection:
        names = CookieNames(meta.instance(connection), settings.secure_cookies)
    return Gate(
        settings=settings,
        doorman=Doorman(database, permissions, names),
        detour=Detour(settings, database, names),
        limits=limits or Limits(),
    )


@dataclass
class Copy:
    """Keeps the gate's copy of routes and access as SQL has it."""

    gate: Gate
    database: Database

    def __post_init__(self) -> None:
        self._seen: dict[str, int] | None = None
        self._one_at_a_time = asyncio.Lock()
        self._began = -1.0

    async def refresh(self) -> None:
        """The copy becomes what SQL held at some moment after this call; several callers share one look."""
        called = self.gate.now()
        async with self._one_at_a_time:
            if self._began <= called:
                self._began = self.gate.now()
                await self._look()
                self.gate.fresh_until = self._began + FRESH

    async def _look(self) -> None:
        """Loads what changed. A database that is away leaves the copy as it is."""
        loop = asyncio.get_running_loop()
        try:
            seen, routes = await loop.run_in_executor(None, self._read)
        except SQLAlchemyError as error:
            log.error("reading routes: %s; going on with those known", error)
            return
        first, before = self._seen is None, self._seen or {}
        self._seen = seen
        if routes is not None:
            self.gate.take_routes(routes)
        if first or seen.get("access") != before.get("access"):
            self.gate.forget_access()

    def _read(self) -> tuple[dict[str, int], Routes | None]:
        with self.database.read() as connection:
            seen = read_generations(connection)
            if self._seen is not None and seen.get("routes") == self._seen.get("routes"):
                return seen, None
            return seen, read_routes(connection)

    async def keep(self, seconds: float) -> None:
        """Looks for ever."""
        while True:
            await asyncio.sleep(seconds)
            await self.refresh()


async def sweep(gate: Gate) -> None:
    """Looks at deadlines for ever."""
    while True:
        await asyncio.sleep(gate.limits.sweep)
        gate.sweep()


async def serve(gate: Gate, database: Database, listener: socket.socket, stop: asyncio.Event) -> None:
    """Serves visitors on a listening socket until `stop`; answers that flow then have a while to end."""
    copy = Copy(gate, database)
    await copy.refresh()
    gate.catch_up = copy.refresh
    server = await asyncio.get_running_loop().create_server(lambda: Visitor(gate), sock=listener, backlog=2048)
    loops = [
        asyncio.create_task(copy.keep(gate.settings.intervals.routes)),
        asyncio.create_task(sweep(gate)),
    ]
    try:
        await stop.wait()
    finally:
        for loop in loops:
            loop.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*loops)
        server.close()
        await _farewell(gate)
        gate.threads.shutdown(wait=True, cancel_futures=True)


async def _farewell(gate: Gate) -> None:
    until = gate.now() + gate.limits.farewell
    while gate.now() < until and any(visitor.streaming for visitor in gate.visitors):  # noqa: ASYNC110 - once a life
        await asyncio.sleep(0.02)
    for visitor in tuple(gate.visitors):
        visitor.evict()
    while gate.visitors:  # noqa: ASYNC110 - one turn of the loop
        await asyncio.sleep(0)
