"""The one way out of a command's network: an HTTP proxy that dials only what the sandbox's setting allows."""

import asyncio
import contextlib
import socket
from urllib.parse import urlsplit

from worker.sandboxd.egress import Granted, judge, normal_host, usable
from worker.sandboxd.keeper.command import Command
from worker.sandboxd.keeper.journal import Journal

_HEAD_SECONDS = 15.0
_DIAL_SECONDS = 20.0
_LONGEST_HEAD = 32 << 10
_CHUNK = 64 << 10
_HOP_HEADERS = (b"proxy-authorization:", b"proxy-connection:", b"connection:", b"keep-alive:")


class EgressProxy:
    """The proxy of one command, with the egress that was in force when it started."""

    def __init__(self, command: Command, registries: frozenset[tuple[str, int]], journal: Journal) -> None:
        self._command = command
        self._registries = registries
        self._journal = journal
        self._server: asyncio.Task[asyncio.Server] | None = None

    def listen(self, listener: socket.socket) -> None:
        """Serve on a socket inside the command's network."""
        serving = asyncio.start_server(self._serve, sock=listener, limit=_LONGEST_HEAD)
        self._server = asyncio.get_running_loop().create_task(serving)

    def close(self) -> None:
        """Stop serving."""
        if self._server is not None:
            self._server.add_done_callback(lambda done: done.result().close())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_HEAD_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
            await self._forward(head, reader, writer)
        except (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _forward(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method, host, port, path = _target(head)
        if not host:
            await _answer(writer, "400 Bad Request", "the proxy takes CONNECT host:port and absolute http addresses")
            return
        verdict = judge(self._command.egress, host, port, self._registries)
        addresses = await _resolve(host, port) if isinstance(verdict, Granted) else ()
        chosen = usable(addresses, verdict) if isinstance(verdict, Granted) else ()
        if not isinstance(verdict, Granted) or (addresses and not chosen):
            await self._refuse(writer, host, port)
            return
        try:
            there, away = await _dial(chosen, port)
        except (OSError, TimeoutError):
            await _answer(writer, "502 Bad Gateway", f"{host}:{port} could not be reached")
            return
        try:
            if method == b"CONNECT":
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                away.write(_origin_form(head, path))
            await asyncio.gather(_pump(reader, away), _pump(there, writer))
        finally:
            away.close()

    async def _refuse(self, writer: asyncio.StreamWriter, host: str, port: int) -> None:
        if self._journal.deny(host, port, self._command.pid):
            line = f"[slipway] egress to {host}:{port} is not allowed\n"
            self._command.fanout.write("stderr", line.encode())
        sentence = f"egress to {host} is not allowed by Slipway"
        # Clients show the reason phrase of a refused CONNECT and throw the body away.
        await _answer(writer, f"403 {sentence}", sentence)


def _target(head: bytes) -> tuple[bytes, str, int, bytes]:
    method, _, rest = head.partition(b"\r\n")[0].partition(b" ")
    target = rest.partition(b" ")[0].decode("latin-1")
    try:
        parts = urlsplit(f"//{target}" if method == b"CONNECT" else target)
        port = parts.port or (80 if parts.scheme == "http" else 0)
    except ValueError:
        return method, "", 0, b""
    if not parts.hostname or not port or not parts.hostname.isascii() or not parts.hostname.isprintable():
        return method, "", 0, b""
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return method, normal_host(parts.hostname), port, path.encode("latin-1")


def _origin_form(head: bytes, path: bytes) -> bytes:
    # One request a connection: the next one might name another host.
    first, *headers = head.rstrip(b"\r\n").split(b"\r\n")
    method, _, rest = first.partition(b" ")
    version = rest.rpartition(b" ")[2]
    kept = [line for line in headers if not line.lower().startswith(_HOP_HEADERS)]
    return b"\r\n".join([method + b" " + path + b" " + version, *kept, b"Connection: close", b"", b""])


async def _resolve(host: str, port: int) -> tuple[str, ...]:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


async def _dial(addresses: tuple[str, ...], port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    problem: OSError = OSError("no address")
    for address in addresses:
        try:
            async with asyncio.timeout(_DIAL_SECONDS):
                return await asyncio.open_connection(address, port)
        except OSError as found:
            problem = found
    raise problem


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while content := await source.read(_CHUNK):
            sink.write(content)
            await sink.drain()
        if sink.can_write_eof():
            sink.write_eof()
            return
    sink.close()


async def _answer(writer: asyncio.StreamWriter, status: str, sentence: str) -> None:
    body = sentence.encode() + b"\n"
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
