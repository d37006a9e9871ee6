"""Writes down what was asked, answered and sent, so that tests can hold it against GitHub's published description."""

import os
from collections.abc import Iterable
from pathlib import Path

import orjson
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.deliveries import Delivery


def recording(file: Path | None, below: str) -> list[Middleware]:
    """The middleware that records every call below a prefix; none where nothing is to be recorded."""
    return [Middleware(Recorder, file=file, below=below)] if file is not None else []


def record_webhook(file: Path | None, delivery: Delivery) -> None:
    """Writes down a webhook that is being sent."""
    if file is not None:
        write(file, {"event": delivery.event, "payload": orjson.Fragment(delivery.payload)})


def write(file: Path, entry: dict[str, object]) -> None:
    """Adds a line; several processes may write to one file."""
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(descriptor, orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))
    finally:
        os.close(descriptor)


class Recorder:
    """Passes calls on, and writes each down with its answer once that is whole. A cut one has no answer."""

    def __init__(self, app: ASGIApp, file: Path, below: str) -> None:
        self._app = app
        self._file = file
        self._below = below

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(self._below + "/"):
            await self._app(scope, receive, send)
            return
        asked, told = bytearray(), bytearray()
        status, kind, whole = 0, "", False

        async def hear() -> Message:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def say(message: Message) -> None:
            nonlocal status, kind, whole
            if message["type"] == "http.response.start":
                status, kind = message["status"], _read(message["headers"]).get("content-type", "")
            told.extend(message.get("body", b""))
            await send(message)
            whole = message["type"] == "http.response.body" and not message.get("more_body", False)

        await self._app(scope, hear, say)
        if whole:
            self._write(scope, bytes(asked), {"status": status, "type": kind, "told": told.decode("utf-8", "replace")})

    def _write(self, scope: Scope, asked: bytes, answer: dict[str, object]) -> None:
        headers = _read(scope["headers"])
        entry = {
            "agent": headers.get("user-agent", ""),
            "method": scope["method"],
            # As it was sent: a slash that is part of a name is still told from one between two.
            "path": scope["raw_path"].decode("latin-1").removeprefix(self._below),
            "query": scope["query_string"].decode("latin-1"),
            "asked": asked.decode("utf-8", "replace"),
        }
        write(self._file, entry | answer)


def _read(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
