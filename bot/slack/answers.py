"""What the door answers by itself, and how bolt's answers are sent on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson
from starlette.types import Send

from bot.github.answers import LATER, Answer
from engine.reasons import REMEDY, Reason

#: Slack comes again with events; whoever typed a command is told that it was not taken.
NOT_STORED = Answer(503, "Storing this did not work out; post it again later.", LATER)
BUSY = Answer(503, "Too much is here at once; post this again later.", LATER)


@dataclass(frozen=True)
class Told:
    """An answer of bolt's, or one in its way."""

    status: int
    body: bytes
    #: Names and values.
    fields: tuple[tuple[bytes, bytes], ...] = ()

    async def send(self, send: Send) -> None:
        """Sends it."""
        headers = [*self.fields, (b"content-length", str(len(self.body)).encode())]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def ephemeral(text: str) -> Told:
    """Words in mrkdwn for whoever typed a command."""
    return as_json({"response_type": "ephemeral", "text": text})


def as_json(value: Mapping[str, object]) -> Told:
    """An answer that Slack reads."""
    return Told(200, orjson.dumps(value), ((b"content-type", b"application/json;charset=utf-8"),))


#: Taken, or nothing to take: an answer that says something would be shown.
EMPTY = Told(200, b"")


def not_installed(public_url: str) -> Told:
    """To a command from a workspace without the app, or one that it was taken out of."""
    fix = REMEDY[Reason.NOT_INSTALLED]
    text = f"Slipway is not installed in this workspace. {fix} <{public_url}/slack/install|Install it>."
    return ephemeral(text)


def field_errors(errors: Mapping[str, str]) -> Told:
    """To a modal that can't be taken as it is: what is wrong with which block."""
    return as_json({"response_action": "errors", "errors": dict(errors)})


def first_of(headers: Mapping[str, Sequence[str]]) -> tuple[tuple[bytes, bytes], ...]:
    """Bolt's headers as they are sent."""
    return tuple((name.encode(), value.encode()) for name, values in headers.items() for value in values)
