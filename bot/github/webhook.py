"""The front door for GitHub: verifies the bytes, has them stored, and only then answers 202."""

import asyncio
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass

import orjson
import structlog
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.ingest import Ingest, StorageTrouble
from engine.settings import Secret
from engine.store.port import Delivery, Taken

PATH = "/webhooks/github"

#: GitHub cuts payloads off at 25 MB (docs.github.com, webhook payload cap).
LARGEST = 25 * 1024 * 1024
#: Seconds for the whole body; GitHub itself gives up after 10.
PATIENCE = 15.0
#: Seconds to be stored in: an answer after GitHub's 10 reaches nobody.
COMMIT_PATIENCE = 9.0
#: A GUID has 36 characters, the longest event name today 40.
LONGEST_NAME = 100

PREFIX = b"sha256="

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Answer:
    """An answer that ends the request here."""

    status: int
    sentence: str


class Disconnected(Exception):
    """The client left before its request was whole."""


class Webhook:
    """The endpoint, as a plain ASGI application: it is the busiest door of the house."""

    def __init__(self, ingest: Ingest, secrets: Sequence[Secret], patience: float) -> None:
        if not secrets or not all(secret.reveal() for secret in secrets):
            raise ValueError("verifying webhooks: there is no secret to do it with")
        self._ingest = ingest
        self._patience = patience
        self._secrets = [secret.reveal().encode() for secret in secrets]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one delivery."""
        try:
            answer = await self._receive(Headers(scope), receive)
        except Disconnected:
            return
        headers = {} if answer.status < 300 else {"connection": "close"}
        await PlainTextResponse(answer.sentence + "\n", answer.status, headers=headers)(scope, receive, send)

    async def _receive(self, headers: "Headers", receive: Receive) -> Answer:
        refusal = headers.refusal()
        if refusal is not None:
            return refusal
        macs = [hmac.new(secret, digestmod=hashlib.sha256) for secret in self._secrets]
        try:
            async with asyncio.timeout(self._patience):
                body = await _read(receive, macs)
        except TimeoutError:
            return Answer(408, f"The body took longer than {self._patience:g} s.")
        if body is None:
            return TOO_LARGE
        signature = headers.only(b"x-hub-signature-256")
        # Each secret is tried, so that time doesn't tell which one fits.
        fits = [hmac.compare_digest(signature, PREFIX + mac.hexdigest().encode()) for mac in macs]
        if not any(fits):
            return BAD_SIGNATURE
        return await self._store(headers.delivery(body))

    async def _store(self, delivery: Delivery) -> Answer:
        try:
            async with asyncio.timeout(COMMIT_PATIENCE):
                taken = await self._ingest.take(delivery)
        except (StorageTrouble, TimeoutError) as error:
            log.warning("webhook.not_stored", delivery=delivery.key, error=str(error))
            return Answer(503, "Storing the delivery did not work out; redeliver it later.")
        match taken:
            case Taken.NEW:
                return Answer(202, "stored")
            case Taken.DUPLICATE:
                return Answer(200, "duplicate")
            case Taken.CONFLICT:
                log.warning("webhook.conflict", delivery=delivery.key)
                return Answer(200, "duplicate: another body came first under this id, and stays")


TOO_LARGE = Answer(413, "The body is larger than 25 MB, more than GitHub sends.")
BAD_SIGNATURE = Answer(
    401,
    "X-Hub-Signature-256 must be there once, as `sha256=` and the body's HMAC with the webhook secret. "
    "Compare the secret here (GITHUB_WEBHOOK_SECRET) with the one on the GitHub App's page.",
)
BAD_TYPE = Answer(415, "Choose `application/json` as the content type of the webhook on the GitHub App's page.")


class Headers:
    """The request's head, as raw bytes: names and values are compared, never decoded on the way."""

    def __init__(self, scope: Scope) -> None:
        self._all: list[tuple[bytes, bytes]] = list(scope["headers"])

    def only(self, name: bytes) -> bytes:
        """The value of a header that is there exactly once, else nothing."""
        values = [value for key, value in self._all if key == name]
        return values[0] if len(values) == 1 else b""

    def refusal(self) -> Answer | None:
        """Why the request can't be a delivery of ours, as far as its head tells."""
        signature = self.only(b"x-hub-signature-256")
        if not signature.startswith(PREFIX) or len(signature) != len(PREFIX) + 64:
            return BAD_SIGNATURE
        if self.only(b"content-type").split(b";")[0].strip().lower() != b"application/json":
            return BAD_TYPE
        for name in (b"x-github-delivery", b"x-github-event"):
            if not _is_name(self.only(name)):
                return Answer(400, f"{name.decode()} must be there once, printable and at most {LONGEST_NAME} long.")
        length = self.only(b"content-length")
        if length.isdigit() and int(length) > LARGEST:
            return TOO_LARGE
        return None

    def delivery(self, body: bytes) -> Delivery:
        """The verified delivery."""
        installation_id, repository_id = ids_of(body)
        return Delivery(
            key="gh:" + self.only(b"x-github-delivery").decode("ascii"),
            source="github",
            event=self.only(b"x-github-event").decode("ascii"),
            body=body,
            installation_id=installation_id,
            order_key=f"repository:{repository_id}" if repository_id else "",
        )


def ids_of(body: bytes) -> tuple[int, int]:
    """The installation and the repository that a payload names; 0 for one that can't be read: intake says why."""
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError:
        return 0, 0
    return _id_in(payload, "installation"), _id_in(payload, "repository")


def _id_in(payload: object, name: str) -> int:
    named = payload.get(name) if isinstance(payload, dict) else None
    number = named.get("id") if isinstance(named, dict) else None
    # `True` is an int in Python; 64 bits are what the column holds.
    return number if type(number) is int and 0 <= number < 2**63 else 0


def webhook_route(ingest: Ingest, secrets: Sequence[Secret], patience: float = PATIENCE) -> Route:
    """`POST /webhooks/github`. `patience`: seconds that a body may take."""
    return Route(PATH, Webhook(ingest, secrets, patience), methods=["POST"])


async def _read(receive: Receive, macs: Sequence[hmac.HMAC]) -> bytes | None:
    """The whole body, digested while it comes; None when it is larger than GitHub sends."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > LARGEST:
            return None
        for mac in macs:
            mac.update(part)
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _is_name(value: bytes) -> bool:
    return 0 < len(value) <= LONGEST_NAME and all(0x20 < byte < 0x7F for byte in value)
