"""Answers that are cut off, and answers that drip."""

import asyncio
from collections.abc import AsyncIterator, Mapping

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

TRANSPORT = "transport"


class CuttableProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which lets an answer reach the connection that it would go out on."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, TRANSPORT: transport}


class Cut(Response):
    """No answer: the connection ends before its first byte."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport: asyncio.Transport = scope["state"][TRANSPORT]
        transport.abort()
        # uvicorn would answer 500 for an application that ends without a word while the client is there.
        while (await receive())["type"] != "http.disconnect":
            pass


def dripping(answer: Response) -> Response:
    """The same answer, one byte a second."""
    body = bytes(answer.body)

    async def drops() -> AsyncIterator[bytes]:
        for place in range(len(body)):
            yield body[place : place + 1]
            await asyncio.sleep(1)

    headers: Mapping[str, str] = dict(answer.headers)
    return StreamingResponse(drops(), answer.status_code, headers)
