"""The front door for GitHub: verifies the bytes, has them stored, and only then answers 202."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence

import structlog
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.body import Disconnected, read_body
from bot.github.answers import (
    BAD_SIGNATURE,
    BAD_TYPE,
    BUSY,
    NOT_POSTED,
    NOT_STORED,
    OUTCOMES,
    TOO_LARGE,
    Answer,
    bad_name,
)
from bot.github.room import SMALL, Full, Room
from bot.ingest import Ingest, StorageTrouble
from engine.forge.delivery_ids import ids_of, order_key_of
from engine.settings import Secret
from engine.store.port import Delivery, Taken

PATH = "/webhooks/github"

#: GitHub cuts payloads off at 25 MB (docs.github.com, webhook payload cap).
LARGEST = 25 * 1024 * 1024
#: A GUID has 36 characters, the longest event name today 40.
LONGEST_NAME = 100

PREFIX = b"sha256="
SIGNATURE, TYPE, LENGTH = b"x-hub-signature-256", b"content-type", b"content-length"
DELIVERY, EVENT = b"x-github-delivery", b"x-github-event"
ASKED = frozenset({SIGNATURE, TYPE, LENGTH, DELIVERY, EVENT})

log = structlog.get_logger(__name__)


class Webhook:
    """The endpoint, as a plain ASGI application: it is the busiest door of the house.

    `headers`: what every answer of the house has. A body arrives in time, or the connection is cut (bot.arrival).
    """

    def __init__(
        self,
        ingest: Ingest,
        secrets: Sequence[Secret],
        headers: Mapping[str, str] | None = None,
        room: Room | None = None,
    ) -> None:
        if not secrets or not all(secret.reveal() for secret in secrets):
            raise ValueError("verifying webhooks: there is no secret to do it with")
        self._ingest = ingest
        self._room = room or Room()
        self._secrets = [secret.reveal().encode() for secret in secrets]
        self._headers = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one delivery."""
        if scope["method"] != "POST":
            answer = NOT_POSTED
        else:
            try:
                answer = await self._receive(Head(scope["headers"]), receive)
            except Disconnected:
                return
        await answer.send(send, self._headers)

    async def _receive(self, head: "Head", receive: Receive) -> Answer:
        refusal = head.refusal()
        if refusal is not None:
            return refusal
        size = head.size()
        if size <= SMALL:
            return await self._verify(head, receive)
        try:
            async with self._room.of(size):
                return await self._verify(head, receive)
        except Full:
            log.warning("webhook.no_room", delivery=head.text(DELIVERY), bytes=size)
            return BUSY

    async def _verify(self, head: "Head", receive: Receive) -> Answer:
        macs = [hmac.new(secret, digestmod=hashlib.sha256) for secret in self._secrets]

        def digest(part: bytes) -> None:
            for mac in macs:
                mac.update(part)

        body = await read_body(receive, LARGEST, digest)
        if body is None:
            return TOO_LARGE
        signature = head.only(SIGNATURE)
        # Each secret is tried, so that time doesn't tell which one fits.
        fits = [hmac.compare_digest(signature, PREFIX + mac.hexdigest().encode()) for mac in macs]
        if not any(fits):
            return BAD_SIGNATURE
        return await self._store(head.delivery(body))

    async def _store(self, delivery: Delivery) -> Answer:
        try:
            taken = await self._ingest.take(delivery)
        except StorageTrouble as error:
            log.warning("webhook.not_stored", delivery=delivery.key, error=str(error))
            return NOT_STORED
        if taken is Taken.CONFLICT:
            log.warning("webhook.conflict", delivery=delivery.key)
        return OUTCOMES[taken]


class Head:
    """The request's head, as raw bytes: names and values are compared, never decoded on the way."""

    def __init__(self, headers: Iterable[tuple[bytes, bytes]]) -> None:
        self._found: dict[bytes, bytes] = {}
        for name, value in headers:
            if name in ASKED:
                # Who says something twice says nothing.
                self._found[name] = b"" if name in self._found else value

    def only(self, name: bytes) -> bytes:
        """The value of a header that is there exactly once, else nothing."""
        return self._found.get(name, b"")

    def text(self, name: bytes) -> str:
        """The same as text, once `refusal` found nothing wrong with it."""
        return self.only(name).decode("ascii")

    def size(self) -> int:
        """Bytes that the body may have: those it announces, or as many as there may be."""
        length = self.only(LENGTH)
        return int(length) if length.isdigit() else LARGEST

    def refusal(self) -> Answer | None:
        """Why the request can't be a delivery of ours, as far as its head tells."""
        signature = self.only(SIGNATURE)
        if not signature.startswith(PREFIX) or len(signature) != len(PREFIX) + 64:
            return BAD_SIGNATURE
        if self.only(TYPE).partition(b";")[0].strip().lower() != b"application/json":
            return BAD_TYPE
        for name in (DELIVERY, EVENT):
            if not _is_name(self.only(name)):
                return bad_name(name, LONGEST_NAME)
        return TOO_LARGE if self.size() > LARGEST else None

    def delivery(self, body: bytes) -> Delivery:
        """The verified delivery."""
        installation_id, repository_id = ids_of(body)
        return Delivery(
            key="gh:" + self.text(DELIVERY),
            source="github",
            event=self.text(EVENT),
            body=body,
            installation_id=installation_id,
            order_key=order_key_of(repository_id),
        )


class WebhookFirst:
    """Middleware that leads deliveries to their door before anything else looks at them, and all else on.

    No name of a host is checked for them: a signature says more.
    """

    def __init__(self, app: ASGIApp, webhook: ASGIApp) -> None:
        self._app = app
        self._webhook = webhook

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on."""
        if scope["type"] == "http" and scope["path"] == PATH:
            await self._webhook(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _is_name(value: bytes) -> bool:
    return (
        0 < len(value) <= LONGEST_NAME and value.isascii() and value.decode("ascii").isprintable() and b" " not in value
    )
