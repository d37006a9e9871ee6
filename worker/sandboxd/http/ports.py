"""The port proxy, on the same TCP port as the calls: a request that names a sandbox's port is spliced to it.

A request names a port by its host, `<port>-<sandbox id>.<anything>`, or by the headers `E2b-Sandbox-Id` and
`E2b-Sandbox-Port`. One request a connection: the next one may be meant for somebody else.
"""

import asyncio
import hmac
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from worker.sandboxd.errors import NotFound, SandboxdError
from worker.sandboxd.host.sandboxes import Sandboxes
from worker.sandboxd.splice import Carrier, join

ENVD_PORT = 49983
_LONGEST_HEAD = 64 << 10
_LABEL = re.compile(r"(\d{1,5})-([a-z0-9]+)")


@dataclass(frozen=True)
class Destination:
    """A port of a sandbox."""

    sandbox_id: str
    port: int


@dataclass(frozen=True)
class Head:
    """A request's head, as far as the proxy looks."""

    lines: tuple[bytes, ...]

    def value(self, name: bytes) -> str | None:
        """The value of the first header of this name, in lower case."""
        for line in self.lines[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == name:
                return value.strip().decode("latin-1")
        return None

    @property
    def destination(self) -> Destination | None:
        """The sandbox and port that the request names."""
        sandbox_id, port = self.value(b"e2b-sandbox-id"), self.value(b"e2b-sandbox-port")
        if sandbox_id and port and port.isascii() and port.isdigit():
            return Destination(sandbox_id, int(port))
        label = _LABEL.fullmatch((self.value(b"host") or "").partition(".")[0].lower())
        return Destination(label[2], int(label[1])) if label else None

    def forwarded(self) -> bytes:
        """The head for the application: our own headers out, and no second request on this connection."""
        upgrade = "upgrade" in (self.value(b"connection") or "").lower()
        ours = (b"e2b-sandbox-id:", b"e2b-sandbox-port:", b"e2b-traffic-access-token:")
        dropped = ours if upgrade else (*ours, b"connection:", b"keep-alive:")
        kept = [line for line in self.lines if not line.lower().startswith(dropped)]
        return b"\r\n".join([*kept, *([] if upgrade else [b"Connection: close"]), b"", b""])


class PortProxy:
    """Finds the application behind a port."""

    def __init__(self, sandboxes: Sandboxes) -> None:
        self._sandboxes = sandboxes

    async def serve(self, destination: Destination, head: Head, client: Carrier, early: bytes) -> None:
        """Splice a client, whose head was read, to a port; `early` is what it sent behind the head."""
        assert client.transport is not None
        try:
            refusal = await self._try(destination, head, client, early)
        except NotFound:
            refusal = _answer(502, destination, "The sandbox was not found")
        except (SandboxdError, OSError, TimeoutError):
            refusal = _answer(502, destination, "The sandbox is running but port is not open")
        if refusal:
            client.transport.write(refusal)
            client.transport.close()
        elif not client.transport.is_closing():
            client.transport.resume_reading()

    async def _try(self, destination: Destination, head: Head, client: Carrier, early: bytes) -> bytes:
        sandbox = self._sandboxes.find(destination.sandbox_id)
        token = sandbox.record.traffic_token
        given = head.value(b"e2b-traffic-access-token") or ""
        if token and not hmac.compare_digest(given.encode(), token.encode()):
            return _answer(403, destination, "The traffic access token is missing or wrong")
        if sandbox.record.paused and sandbox.record.auto_resume:
            await self._sandboxes.resume(sandbox)
        if sandbox.record.paused:
            raise NotFound("paused")
        keeper = await self._sandboxes.keeper(sandbox)
        async with keeper.open("dial", port=destination.port) as (reader, writer):
            answer = json.loads(await reader.readline() or b'{"error": 1}')
            if "error" in answer:
                return _answer(502, destination, "The sandbox is running but port is not open")
            transport = writer.transport
            assert client.transport is not None
            far = Carrier()
            # The stream's own protocol is done: from here on bytes pass without it.
            transport.set_protocol(far)
            far.connection_made(transport)
            join(client, far)
            transport.write(head.forwarded() + early)
            client.transport.resume_reading()
            await far.lost
        return b""


def _answer(status: int, destination: Destination, message: str) -> bytes:
    body = json.dumps(
        {"sandboxId": destination.sandbox_id, "message": message, "port": destination.port, "code": status}
    ).encode()
    reason = {403: b"Forbidden", 502: b"Bad Gateway"}[status]
    head = b"HTTP/1.1 %d %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    return head % (status, reason, len(body)) + body


class SandboxProtocol(HttpToolsProtocol):
    """Looks at each request's head first: what names a port leaves HTTP here, the rest is uvicorn's."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._head = b""
        # Whether the next byte begins a request: a body, even one that nobody reads, is never taken for a head.
        self._between = True

    def on_message_begin(self) -> None:
        """A request begins."""
        self._between = False
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """A request, body included, has come."""
        self._between = True
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        """Hold back until a request's head is complete."""
        if not self._between or (self.cycle is not None and not self.cycle.response_complete):
            super().data_received(data)
            return
        self._head += data
        end = self._head.find(b"\r\n\r\n")
        if end < 0 and len(self._head) < _LONGEST_HEAD:
            return
        held, self._head = self._head, b""
        head = Head(tuple(held[: max(end, 0)].split(b"\r\n")))
        destination = head.destination
        if destination is None or destination.port == ENVD_PORT:
            super().data_received(held)
            return
        self._leave(destination, head, held[end + 4 :])

    def _leave(self, destination: Destination, head: Head, early: bytes) -> None:
        client = Carrier()
        self._unset_keepalive_if_required()
        self.connections.discard(self)
        self.transport.set_protocol(client)
        client.connection_made(self.transport)
        self.transport.pause_reading()
        serve: Callable[..., Awaitable[None]] = self.app_state["port_proxy"].serve
        task = self.loop.create_task(_run(serve(destination, head, client, early)))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


async def _run(serving: Awaitable[None]) -> None:
    await serving
