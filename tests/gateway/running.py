"""The real gateway on a real port, in a thread of its own."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import uvloop

from bot.gateway.gate import Gate
from bot.gateway.limits import Limits
from bot.gateway.server import open_gate, serve
from engine.access.permissions import Permissions
from engine.settings import Settings, read_settings
from engine.store.database import Database
from tests.gateway.wire import Got, Wire

NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "none"}


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    """Waits for a condition; fails when it isn't met in time."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < end, "it never happened"
        pause.wait(0.005)


class Behind(Protocol):
    """What a gateway leans on."""

    @property
    def database(self) -> Database:
        """Where the routes are."""
        ...

    @property
    def permissions(self) -> Permissions:
        """Who may see what."""
        ...


class Labelled(Protocol):
    """A preview or an environment."""

    @property
    def label(self) -> str:
        """Its host's first part."""
        ...


class RunningGateway:
    """A gateway over a world."""

    def __init__(self, world: Behind, folder: Path, limits: Limits | None = None, **settings: str) -> None:
        self.world = world
        self.limits = limits
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port = int(self.listener.getsockname()[1])
        self.settings = self._settings(folder, settings)
        self.gate: Gate

    def _settings(self, folder: Path, settings: dict[str, str]) -> Settings:
        given = {
            "DATA_DIR": str(folder),
            "DATABASE_URL": self.world.database.url,
            "GATEWAY_PORT": str(self.port),
            "SLIPWAY_ROUTES_SECONDS": "0.02",
        }
        return read_settings(given | settings)

    def start(self) -> "RunningGateway":
        """Starts it and waits until it answers."""
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: uvloop.run(self._run(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    async def _run(self, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self.gate = open_gate(self.settings, self.world.database, self.world.permissions, self.limits)
        self._loop.call_soon(ready.set)
        await serve(self.gate, self.world.database, self.listener, self._stop)

    def stop(self) -> None:
        """Ends it."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(20)
        assert not self._thread.is_alive()

    def host(self, preview: Labelled) -> str:
        """The Host of a preview, or of an environment."""
        return f"{preview.label}.localhost:{self.port}"

    def wire(self) -> Wire:
        """A connection."""
        return Wire(self.port)

    def ask(self, preview: Labelled | str, target: str = "/", method: str = "GET", **fields: str) -> Got:
        """One request on a connection of its own; `_` in field names stands for `-`."""
        host = preview if isinstance(preview, str) else self.host(preview)
        with self.wire() as wire:
            wire.send(request(host, target, method, {name.replace("_", "-"): text for name, text in fields.items()}))
            return wire.answer(method)

    def until_serving(self, preview: Labelled, upstream: str) -> None:
        """Waits until the gateway's copy of the routes has it."""
        until(lambda: (found := self.gate.routes.get(preview.label)) is not None and found.upstream == upstream)


def request(host: str, target: str = "/", method: str = "GET", fields: dict[str, str] | None = None) -> bytes:
    """A request's head."""
    lines = [
        f"{method} {target} HTTP/1.1",
        f"Host: {host}",
        *(f"{name}: {text}" for name, text in (fields or {}).items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
