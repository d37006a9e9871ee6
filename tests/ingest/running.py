"""The webhook's door on a real uvicorn, and raw requests to it."""

import asyncio
import hashlib
import hmac
import socket
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.middleware import Middleware

from bot.arrival import within
from bot.github.room import Room
from bot.github.webhook import Webhook, WebhookFirst
from bot.ingest import Ingest
from engine.settings import Intervals, Secret
from engine.store.database import Database
from engine.store.schema import inbox, jobs
from engine.store.sql import SqlStore
from engine.wakeups.memory import MemoryWakeups
from engine.wakeups.port import Wakeups
from tests.wakeups.waiting import wait_until

SECRET = b"a-secret-of-this-test-only"
OLD_SECRET = b"the-secret-before-the-rotation"
BODY = b'{"installation": {"id": 42}}'


def sign(body: bytes, secret: bytes = SECRET) -> bytes:
    """GitHub's signature of a body."""
    return b"sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest().encode()


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    text: str
    retry_after: str = ""


class Door:
    """A server of its own around one database."""

    def __init__(
        self,
        database: Database,
        *,
        patience: float = 15,
        commit_patience: float = 9,
        room: Room | None = None,
        wakeups: Wakeups | None = None,
        secrets: Sequence[bytes] = (SECRET, OLD_SECRET),
    ) -> None:
        self.database = database
        self.wakeups = MemoryWakeups()
        self.ingest = Ingest(SqlStore(database, Intervals()), wakeups or self.wakeups, commit_patience)
        webhook = Webhook(self.ingest, [Secret(secret.decode()) for secret in secrets], room=room)
        app = Starlette(middleware=[Middleware(WebhookFirst, webhook=webhook)], lifespan=self._lifespan)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.address: tuple[str, int] = self._listener.getsockname()
        self._server = uvicorn.Server(
            uvicorn.Config(app, http=within(patience), loop="uvloop", ws="none", log_level="critical", access_log=False)
        )
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listener]}, daemon=True)
        self._thread.start()
        wait_until(lambda: self._server.started, "the server has started")

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        self.ingest.start()
        yield
        self.ingest.stop()

    def raw(self, request: bytes) -> Reply:
        """Sends bytes as they are, reads one answer."""
        with socket.create_connection(self.address, timeout=30) as connection:
            connection.sendall(request)
            return read_reply(connection)

    def post(self, delivery: str, body: bytes = BODY, *, secret: bytes = SECRET, event: str = "push") -> Reply:
        """A delivery as GitHub sends it."""
        return self.raw(a_request(delivery=delivery.encode(), body=body, secret=secret, event=event.encode()))

    def rows(self) -> tuple[int, int]:
        """How many deliveries and jobs are stored."""
        with self.database.read() as connection:
            stored = connection.execute(select(func.count()).select_from(inbox)).scalar_one()
            asked = connection.execute(select(func.count()).select_from(jobs)).scalar_one()
        return stored, asked

    def __enter__(self) -> "Door":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the server; what it accepted is stored."""
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()


def a_request(
    *,
    delivery: bytes | None = b"72d3162e-cc78-11e3-81ab-4c9367dc0958",
    event: bytes | None = b"push",
    body: bytes = BODY,
    secret: bytes = SECRET,
    signatures: Sequence[bytes] | None = None,
    content_type: bytes | None = b"application/json",
    length: bytes | None = None,
    more: bytes = b"",
) -> bytes:
    """A delivery's bytes; each part can be changed or left out."""
    lines = [b"POST /webhooks/github HTTP/1.1", b"Host: slipway"]
    if delivery is not None:
        lines.append(b"X-GitHub-Delivery: " + delivery)
    if event is not None:
        lines.append(b"X-GitHub-Event: " + event)
    if content_type is not None:
        lines.append(b"Content-Type: " + content_type)
    for signature in [sign(body, secret)] if signatures is None else signatures:
        lines.append(b"X-Hub-Signature-256: " + signature)
    lines.append(b"Content-Length: " + (str(len(body)).encode() if length is None else length))
    return b"\r\n".join(lines) + b"\r\n" + more + b"\r\n" + body


def read_reply(connection: socket.socket) -> Reply:
    """One answer, read to its length."""
    reader = connection.makefile("rb")
    status = int(reader.readline().split()[1])
    fields: dict[bytes, str] = {}
    while line := reader.readline().strip():
        name, _, value = line.partition(b":")
        fields[name.lower()] = value.decode().strip()
    text = reader.read(int(fields.get(b"content-length", "0"))).decode()
    return Reply(status, text, fields.get(b"retry-after", ""))


async def burst(address: tuple[str, int], requests: Sequence[bytes], connections: int) -> list[int]:
    """Sends the requests over that many keep-alive connections at once; the statuses."""
    waiting = list(requests)
    statuses: list[int] = []

    async def work() -> None:
        reader, writer = await asyncio.open_connection(*address)
        while waiting:
            writer.write(waiting.pop())
            head = await reader.readuntil(b"\r\n\r\n")
            statuses.append(int(head.split()[1]))
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*[work() for _ in range(connections)])
    return statuses
