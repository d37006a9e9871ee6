"""Small applications for the gateway to stand in front of: real sockets, a thread each, every behaviour by its path."""

import asyncio
import base64
import hashlib
import json
import ssl
import threading
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit


@dataclass
class Heard:
    """A request as the application got it."""

    method: str
    target: str
    lines: list[str]
    body_length: int = 0

    def values(self, name: str) -> list[str]:
        """The values of a field, in their order."""
        pairs = (line.split(":", 1) for line in self.lines)
        return [value.strip() for key, value in pairs if key.lower() == name.lower()]


@dataclass
class Origin:
    """An application on a Unix socket or a port. `heard` is what it was asked, `open` how many connections it has."""

    name: str = "origin"
    heard: list[Heard] = field(default_factory=list)
    connections: int = 0
    #: Bytes of `/big` that were taken off its hands.
    sent: int = 0
    open: int = 0
    #: Lets `/wait` answer.
    go: threading.Event = field(default_factory=threading.Event)

    def start(self, path: str = "", context: ssl.SSLContext | None = None) -> "Origin":
        """Listens on the socket `path`, or on a free port, there with TLS if it has a context."""
        self._context = context
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run(path, ready)), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    async def _run(self, path: str, ready: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._writers: set[StreamWriter] = set()
        self._over = asyncio.Event()
        if path:
            server = await asyncio.start_unix_server(self._connection, path)
            self.upstream = f"unix:{path}"
        else:
            server = await asyncio.start_server(self._connection, "127.0.0.1", 0, ssl=self._context)
            self.port = int(server.sockets[0].getsockname()[1])
            self.upstream = f"tcp:127.0.0.1:{self.port}"
        ready.set()
        await self._over.wait()
        server.close()
        self.go.set()
        for writer in self._writers:
            writer.transport.abort()
        here = asyncio.current_task()
        await asyncio.gather(*(task for task in asyncio.all_tasks() if task is not here))

    def moving(self) -> bool:
        """True while `/big` goes on; looks for a fifth of a second."""
        before = self.sent
        threading.Event().wait(0.2)
        return self.sent != before

    def stop(self) -> None:
        """Ends it with all its connections."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)

    async def _connection(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        self._writers.add(writer)
        try:
            while await self._request(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self.open -= 1
            self._writers.discard(writer)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _request(self, reader: StreamReader, writer: StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head[:-4].decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        heard = Heard(method, target, lines)
        self.heard.append(heard)
        path = urlsplit(target).path.strip("/").partition("/")[0]
        answer = ANSWERS.get(path, echo)
        if answer is not early:
            heard.body_length = await _read_body(reader, writer, heard)
        await answer(self, heard, reader, writer)
        await writer.drain()
        return not writer.is_closing()


async def _read_body(reader: StreamReader, writer: StreamWriter, heard: Heard) -> int:
    if heard.values("expect"):
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    total = 0
    if heard.values("transfer-encoding"):
        while size := int(await reader.readline(), 16):
            total += len(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        return total
    left = int((heard.values("content-length") or ["0"])[0])
    while total < left:
        piece = await reader.read(min(65536, left - total))
        if not piece:
            raise ConnectionError
        total += len(piece)
    return total


async def echo(origin: Origin, heard: Heard, _: StreamReader, writer: StreamWriter) -> None:
    """Says what it heard, as JSON."""
    said = {"name": origin.name, "target": heard.target, "lines": heard.lines, "body": heard.body_length}
    body = json.dumps(said).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + (b"" if heard.method == "HEAD" else body))


async def big(origin: Origin, heard: Heard, _: StreamReader, writer: StreamWriter) -> None:
    """As many bytes as `n` says."""
    n = int(parse_qs(urlsplit(heard.target).query)["n"][0])
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % n)
    piece = b"x" * 65536
    for start in range(0, n, len(piece)):
        writer.write(piece[: n - start])
        await writer.drain()
        origin.sent += len(piece)


async def chunked(origin: Origin, heard: Heard, _: StreamReader, writer: StreamWriter) -> None:
    """Two chunks and a trailer."""
    writer.write(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\nX-T: 1\r\n\r\n"
    )


async def until_close(origin: Origin, heard: Heard, _: StreamReader, writer: StreamWriter) -> None:
    """A body that ends with the connection, in HTTP/1.0."""
    writer.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nall of it")
    await writer.drain()
    writer.close()


async def events(origin: Origin, heard: Heard, _: StreamReader, writer: StreamWriter) -> None:
    """An event, and another when the test says so."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    writer.write(b"9\r\ndata: 1\n\n\r\n")
    await writer.drain()
    await asyncio.to_thread(origin.go.wait, 10)
    writer.write(b"9\r\ndata: 2\n\n\r\n0\r\n\r\n")


async def wait(origin: Origin, heard: Heard, reader: StreamReader, writer: StreamWriter) -> None:
    """Answers when the test says so."""
    await asyncio.to_thread(origin.go.wait, 10)
    await echo(origin, heard, reader, writer)


async def websocket(origin: Origin, heard: Heard, reader: StreamReader, writer: StreamWriter) -> None:
    """Goes over to WebSocket and sends every byte back."""
    key = heard.values("sec-websocket-key")[0].encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    accept = base64.b64encode(hashlib.sha1(key).digest())
    writer.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
    writer.write(b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def hang_up(origin: Origin, heard: Heard, _: StreamReader, writer: StreamWriter) -> None:
    """Closes without a word."""
    writer.close()


async def cut_short(origin: Origin, heard: Heard, _: StreamReader, writer: StreamWriter) -> None:
    """Promises more than it sends."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.")
    await writer.drain()
    writer.close()


async def close_after(origin: Origin, heard: Heard, reader: StreamReader, writer: StreamWriter) -> None:
    """Answers, then closes although nobody said so."""
    await echo(origin, heard, reader, writer)
    await writer.drain()
    writer.close()


async def early(origin: Origin, heard: Heard, _: StreamReader, writer: StreamWriter) -> None:
    """Refuses before it has read the body."""
    writer.write(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 7\r\n\r\ntoo big")


async def cookies(origin: Origin, heard: Heard, _: StreamReader, writer: StreamWriter) -> None:
    """Sets good cookies and bad ones."""
    wanted = parse_qs(urlsplit(heard.target).query)["set"]
    lines = "".join(f"Set-Cookie: {cookie}\r\n" for cookie in wanted)
    writer.write(f"HTTP/1.1 200 OK\r\n{lines}Content-Length: 2\r\n\r\nok".encode())


async def chatty(origin: Origin, heard: Heard, _: StreamReader, writer: StreamWriter) -> None:
    """Sends fields that are for one hop, and fields that are ours."""
    writer.write(
        b"HTTP/1.1 200 OK\r\nConnection: keep-alive, X-Hop\r\nKeep-Alive: timeout=5\r\nX-Hop: 1\r\nX-Kept: yes\r\n"
        b"X-Slipway-Release: lie\r\nX-Robots-Tag: all\r\nContent-Length: 2\r\n\r\nok"
    )


async def status(origin: Origin, heard: Heard, _: StreamReader, writer: StreamWriter) -> None:
    """An answer without a body, of the status in the query."""
    code = parse_qs(urlsplit(heard.target).query)["is"][0]
    length = "Content-Length: 5\r\n" if code == "304" else ""
    writer.write(f"HTTP/1.1 {code} Quiet\r\n{length}\r\n".encode())


async def nonsense(origin: Origin, heard: Heard, _: StreamReader, writer: StreamWriter) -> None:
    """Isn't HTTP."""
    writer.write(b"220 mail.example.com ESMTP\r\n\r\n")


async def surplus(origin: Origin, heard: Heard, _: StreamReader, writer: StreamWriter) -> None:
    """Sends a second answer that nobody asked for."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")


Behaviour = Callable[[Origin, Heard, StreamReader, StreamWriter], Awaitable[None]]
ANSWERS: dict[str, Behaviour] = {
    "big": big,
    "chunked": chunked,
    "until-close": until_close,
    "events": events,
    "wait": wait,
    "ws": websocket,
    "hang-up": hang_up,
    "cut-short": cut_short,
    "close-after": close_after,
    "early": early,
    "cookies": cookies,
    "chatty": chatty,
    "status": status,
    "nonsense": nonsense,
    "surplus": surplus,
}
