"""The doors of a sandbox: a unix socket for each `PORT` of a living command, spliced into that command's network."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable
from pathlib import Path

from worker.sandboxd.doors import short_address
from worker.sandboxd.keeper.command import Command
from worker.sandboxd.splice import Carrier, Traffic, join

_BACKLOG = 1024
# An application that lets its queue of connections fill up answers nobody.
_DIAL_SECONDS = 10.0
_LOOPBACKS = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


async def dial(command: Command, port: int) -> socket.socket:
    """Connect to a port on the command's own loopback; raises OSError when nothing listens."""
    refusal: OSError = ConnectionRefusedError(f"nothing listens on port {port}")
    for family, address in _LOOPBACKS:
        try:
            made = command.namespace.tcp_socket(family) if command.namespace else _plain(family)
        except OSError as problem:
            refusal = problem
            continue
        try:
            async with asyncio.timeout(_DIAL_SECONDS):
                await asyncio.get_running_loop().sock_connect(made, (address, port))
        except OSError as problem:
            made.close()
            refusal = problem
            continue
        return made
    raise refusal


async def splice(near: Carrier, connected: socket.socket, traffic: Traffic) -> None:
    """Join an open connection with a socket that is connected to the application."""
    far = Carrier(count=lambda size: _add_sent(traffic, size))
    near.count = lambda size: _add_received(traffic, size)
    await asyncio.get_running_loop().create_connection(lambda: far, sock=connected)
    assert near.transport is not None
    if near.transport.is_closing():
        assert far.transport is not None
        far.transport.close()
        return
    join(near, far)


class Doors:
    """The doors that stand now."""

    def __init__(self, folder: Path, awaken: Callable[[], None], traffic: Traffic) -> None:
        self._folder = folder
        self._awaken = awaken
        self._traffic = traffic
        self._commands: dict[int, list[Command]] = {}
        self._serving: dict[int, list[asyncio.Task[None]]] = {}

    def open(self, port: int, command: Command) -> None:
        """Let this port be answered by this command, the newest."""
        self._commands.setdefault(port, []).append(command)
        if port not in self._serving:
            loop = asyncio.get_running_loop()
            self._serving[port] = [
                loop.create_task(self._serve(port, self._listen(f"{port}.sock"))),
                loop.create_task(self._hand_over(port, self._listen(f"{port}.fd"))),
            ]

    def close(self, port: int, command: Command) -> None:
        """The command ended; the door goes with the last one."""
        commands = self._commands.get(port, [])
        with contextlib.suppress(ValueError):
            commands.remove(command)
        if not commands and port in self._serving:
            del self._commands[port]
            for name in (f"{port}.sock", f"{port}.fd"):
                (self._folder / name).unlink(missing_ok=True)
            for task in self._serving.pop(port):
                task.cancel()

    async def connect(self, port: int, visitor: Carrier) -> None:
        """Splice a visitor to the newest command of this port, or close it."""
        assert visitor.transport is not None
        try:
            await splice(visitor, await self._reach(port), self._traffic)
        except OSError:
            visitor.transport.close()
            return
        if not visitor.transport.is_closing():
            visitor.transport.resume_reading()

    async def _reach(self, port: int) -> socket.socket:
        self._awaken()
        commands = self._commands.get(port)
        if not commands:
            raise ConnectionRefusedError(f"port {port} is not served")
        return await dial(commands[-1], port)

    async def _serve(self, port: int, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_unix_server(lambda: _Visitor(self, port), sock=listener, backlog=_BACKLOG)
        try:
            await asyncio.Event().wait()
        finally:
            server.close()

    async def _hand_over(self, port: int, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        giving: set[asyncio.Task[None]] = set()
        with listener:
            while True:
                channel, _ = await loop.sock_accept(listener)
                giving.add(task := loop.create_task(self._give(port, channel)))
                task.add_done_callback(giving.discard)

    async def _give(self, port: int, channel: socket.socket) -> None:
        with channel, contextlib.suppress(OSError), await self._reach(port) as connected:
            socket.send_fds(channel, [b"+"], [connected.fileno()])

    def _listen(self, name: str) -> socket.socket:
        path = self._folder / name
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        mask = os.umask(0o177)
        try:
            with short_address(path) as address:
                listener.bind(address)
        finally:
            os.umask(mask)
        listener.listen(_BACKLOG)
        return listener


class _Visitor(Carrier):
    """A connection to a door; nothing is read from it until the application is reached."""

    def __init__(self, doors: Doors, port: int) -> None:
        super().__init__()
        self._doors = doors
        self._port = port
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert self.transport is not None
        self.transport.pause_reading()
        self._task = asyncio.get_running_loop().create_task(self._doors.connect(self._port, self))


def _plain(family: socket.AddressFamily) -> socket.socket:
    return socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)


def _add_sent(traffic: Traffic, size: int) -> None:
    traffic.sent += size


def _add_received(traffic: Traffic, size: int) -> None:
    traffic.received += size
