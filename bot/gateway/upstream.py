"""One connection to an application, for one visitor: sends requests, reads answers, says where each ends."""

import asyncio
from typing import Protocol, cast

import httptools

from bot.gateway.address import Address
from bot.gateway.answer import Answer
from bot.gateway.framing import BadMessage, Framing
from bot.gateway.request import HEAD_LIMIT


class Listener(Protocol):
    """The visitor's side, as an upstream sees it."""

    def answer_began(self, answer: Answer, rest: bytes) -> None:
        """An answer's head is here, with the first bytes of its body."""
        ...

    def answer_goes_on(self, data: bytes) -> None:
        """More of the body."""
        ...

    def answer_ended(self) -> None:
        """The answer is complete."""
        ...

    def upstream_lost(self, why: str) -> None:
        """The connection is gone, or isn't HTTP, while an answer was due."""
        ...

    def choke(self, full: bool) -> None:
        """The application reads slower than the visitor sends; False: it caught up."""
        ...


#: What an upstream is doing.
IDLE, HEAD, COUNTED, CHUNKED, UNTIL_CLOSE, RAW = range(6)


class Upstream(asyncio.Protocol):
    """A connection that is never shared between visitors."""

    transport: asyncio.Transport

    def __init__(self, address: Address, listener: Listener) -> None:
        self.address = address
        self.listener: Listener | None = listener
        self.connected = False
        self.state = IDLE
        #: Loop time of the last answer's end; 0: it never answered.
        self.answered_at = 0.0
        self._now = asyncio.get_running_loop().time
        self._buffer = b""
        self._left = 0
        self._method = b""
        self._keep_alive = True
        self._framing = Framing(httptools.HttpResponseParser)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: connected."""
        self.transport = cast(asyncio.Transport, transport)
        self.write = self.transport.write
        self.connected = True

    def ask(self, method: bytes, request: bytes) -> None:
        """Sends a request's head, and what is here of its body."""
        self.state = HEAD
        self._method = method
        self.write(request)

    def close(self, *, flush: bool = False) -> None:
        """Leaves; with `flush` after what was written has gone out."""
        self.listener = None
        if not self.connected:
            return
        if flush:
            self.transport.close()
        else:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes of an answer."""
        listener = self.listener
        if listener is None:
            return
        state = self.state
        if state == HEAD:
            self._read_head(listener, self._buffer + data if self._buffer else data)
        elif state == COUNTED:
            self._count(listener, data)
        elif state in (UNTIL_CLOSE, RAW):
            listener.answer_goes_on(data)
        elif state == CHUNKED:
            self._read_chunks(listener, data)
        else:
            # Nobody asked: the next request takes another connection.
            self._keep_alive = False
            self.transport.abort()

    def _read_head(self, listener: Listener, data: bytes) -> None:
        end = data.find(b"\r\n\r\n") + 4
        if end == 3:
            self._buffer = data
            if len(data) > HEAD_LIMIT:
                self._lose("its answer's head is longer than 64 KB")
            return
        self._buffer = b""
        try:
            self._framing.head(data[:end])
            answer = Answer(data[:end])
        except BadMessage as error:
            self._lose(str(error))
            return
        rest = data[end:]
        if answer.status == 101:
            self.state = RAW
            listener.answer_began(answer, rest)
        elif answer.status < 200:
            listener.answer_began(answer, b"")
            if rest and self.state == HEAD:
                self._read_head(listener, rest)
        else:
            self._begin_body(listener, answer, rest)

    def _begin_body(self, listener: Listener, answer: Answer, rest: bytes) -> None:
        self._keep_alive = answer.keep_alive
        length = answer.body_length(self._method)
        if length is None:
            self.state = CHUNKED if answer.chunked else UNTIL_CLOSE
            listener.answer_began(answer, b"")
            if rest and self.listener is not None:
                self.data_received(rest)
            return
        if len(rest) > length:
            rest, self._keep_alive = rest[:length], False
        self._left = length - len(rest)
        if rest:
            self._framing.body(rest)
        if not (self._left or self._framing.ended):
            self._framing.restart()
        self.state = COUNTED
        listener.answer_began(answer, rest)
        if self._left == 0 and self.listener is not None:
            self._end(listener)

    def _count(self, listener: Listener, data: bytes) -> None:
        if len(data) > self._left:
            data, self._keep_alive = data[: self._left], False
        self._left -= len(data)
        self._framing.body(data)
        listener.answer_goes_on(data)
        if self._left == 0 and self.listener is not None:
            self._end(listener)

    def _read_chunks(self, listener: Listener, data: bytes) -> None:
        framing = self._framing
        try:
            framing.body(data)
        except BadMessage as error:
            self._lose(str(error))
            return
        if framing.begun > 1:
            self._lose("it answered more than it was asked")
            return
        listener.answer_goes_on(data)
        if framing.ended and self.listener is not None:
            self._end(listener)

    def _end(self, listener: Listener) -> None:
        self.state = IDLE
        self.answered_at = self._now()
        listener.answer_ended()

    def _lose(self, why: str) -> None:
        listener, self.listener = self.listener, None
        self.transport.abort()
        if listener is not None:
            listener.upstream_lost(why)

    def leads_to(self, address: Address) -> bool:
        """True when it is a connection to that address."""
        return self.address is address or self.address == address

    @property
    def reusable(self) -> bool:
        """True when the next request may use it."""
        return self.state == IDLE and self._keep_alive and not self.transport.is_closing()

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio: the application closed, or we did."""
        listener, self.listener = self.listener, None
        if listener is None:
            return
        if self.state == UNTIL_CLOSE and error is None:
            listener.answer_ended()
        else:
            listener.upstream_lost(str(error or "it closed the connection"))

    def pause_writing(self) -> None:
        """asyncio: our buffer is full."""
        if self.listener is not None:
            self.listener.choke(True)

    def resume_writing(self) -> None:
        """asyncio: our buffer has room."""
        if self.listener is not None:
            self.listener.choke(False)
