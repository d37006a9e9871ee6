"""What the webhook's door answers: a status and a sentence that says what to do."""

from dataclasses import dataclass
from functools import cached_property

from starlette.types import Message, Send

from engine.store.port import Taken


@dataclass(frozen=True)
class Answer:
    """An answer that ends the request."""

    status: int
    sentence: str
    #: Headers of this answer alone.
    headers: tuple[tuple[bytes, bytes], ...] = ()

    async def send(self, send: Send, headers: list[tuple[bytes, bytes]]) -> None:
        """Sends it with the house's `headers`; what is left of a body that nobody wants is read and forgotten."""
        await send({"type": "http.response.start", "status": self.status, "headers": headers + self._fields})
        await send(self._body)

    @cached_property
    def _fields(self) -> list[tuple[bytes, bytes]]:
        length = str(len(self.sentence.encode()) + 1).encode()
        return [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", length), *self.headers]

    @cached_property
    def _body(self) -> Message:
        return {"type": "http.response.body", "body": self.sentence.encode() + b"\n"}


#: Seconds after which a delivery that found us busy may come again.
LATER = ((b"retry-after", b"30"),)

OUTCOMES = {
    Taken.NEW: Answer(202, "stored"),
    Taken.DUPLICATE: Answer(200, "duplicate"),
    Taken.CONFLICT: Answer(200, "duplicate: another body came first under this id, and stays"),
}
NOT_STORED = Answer(503, "Storing the delivery did not work out; redeliver it later.", LATER)
BUSY = Answer(503, "Too many large deliveries are here at once; redeliver this one later.", LATER)
TOO_LARGE = Answer(413, "The body is larger than 25 MB, more than GitHub sends.")
BAD_SIGNATURE = Answer(
    401,
    "X-Hub-Signature-256 must be there once, as `sha256=` and the body's HMAC with the webhook secret. "
    "Compare the secret here (GITHUB_WEBHOOK_SECRET) with the one on the GitHub App's page.",
)
BAD_TYPE = Answer(415, "Choose `application/json` as the content type of the webhook on the GitHub App's page.")
NOT_POSTED = Answer(405, "GitHub posts its deliveries here.", ((b"allow", b"POST"),))
POLLS = Answer(
    410,
    "This Slipway fetches its deliveries from GitHub (POLLING_ONLY=1) and takes none here. "
    "Set POLLING_ONLY=0 where GitHub can reach it; until then any webhook address that answers nothing will do.",
)


def bad_name(name: bytes, longest: int) -> Answer:
    """The answer to a delivery without an id or an event that can be used."""
    return Answer(400, f"{name.decode()} must be there once, printable and at most {longest} long.")
