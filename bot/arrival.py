"""How requests may arrive: whole within some seconds, with a head of some size. uvicorn by itself waits for ever."""

import asyncio
from enum import Enum
from typing import Any

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

#: Seconds from a connection's or a request's first byte to the request's last; GitHub itself gives up after 10.
PATIENCE = 15.0
#: Bytes of a request's headers; GitHub sends about 700.
LARGEST_HEAD = 32 << 10
#: Seconds in which a refused client may read why: closing at once, with its bytes unread, would take the answer away.
LINGER = 2.0


TOO_LARGE = 431, f"The headers of a request may have {LARGEST_HEAD} bytes."


class HeadTooLarge(Exception):
    """The headers have more bytes than anybody needs."""


class Stage(Enum):
    """How much of a request is there."""

    NOTHING = "nothing"
    HEAD = "a part of its head"
    BODY = "its head"
    WHOLE = "all of it"


class Arrivals(HttpToolsProtocol):
    """A connection of uvicorn's that is cut off when its request dawdles, or its head is too large."""

    #: Seconds; another one by `within`.
    patience = PATIENCE

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._stage = Stage.NOTHING
        self._cut_off: asyncio.TimerHandle | None = None
        # Bytes of an unfinished head, but for those that came with its first.
        self._head = 0
        self._too_large = False
        self._refused = False
        self._upgraded = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection that says nothing has as long as one that says too little."""
        super().connection_made(transport)
        self._cut_off = self.loop.call_later(self.patience, self._dawdled)

    def connection_lost(self, exc: Exception | None) -> None:
        """The end."""
        super().connection_lost(exc)
        self._unwatch()

    def data_received(self, data: bytes) -> None:
        """Takes bytes. A request that comes in one piece, as nearly all do, costs no timer."""
        if self._refused:
            return
        if self._stage is Stage.WHOLE:
            self._stage = Stage.NOTHING
        if self._stage is Stage.HEAD:
            self._head += len(data)
        super().data_received(data)
        if not self._refused and not self._upgraded:
            self._look(self._stage)

    def _look(self, stage: Stage) -> None:
        """Decides how long to wait for more."""
        if stage is Stage.WHOLE:
            self._unwatch()
            self._wait_for_next()
        elif stage is Stage.HEAD and self._head > LARGEST_HEAD:
            self._refuse(*TOO_LARGE)
        elif self._cut_off is None:
            self._cut_off = self.loop.call_later(self.patience, self._dawdled)

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._stage = Stage.HEAD
        self._head = 0

    def on_headers_complete(self) -> None:
        """The end of its head."""
        if sum(len(name) + len(value) + 4 for name, value in self.headers) > LARGEST_HEAD:
            self._too_large = True
            # Ends the parsing: httptools makes it an error of the request, and uvicorn answers that.
            raise HeadTooLarge
        # Raises when the address can't be parsed: the request has no answer yet then.
        super().on_headers_complete()
        self._stage = Stage.BODY

    def on_message_complete(self) -> None:
        """Its last byte."""
        self._stage = Stage.WHOLE
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """From here on the bytes are another protocol's, which waits as long as it likes."""
        self._unwatch()
        self._upgraded = True
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """Answers what can't be read."""
        if self._too_large:
            self._refuse(*TOO_LARGE)
        else:
            self._refuse(400, msg)

    def _unwatch(self) -> None:
        if self._cut_off is not None:
            self._cut_off.cancel()
            self._cut_off = None

    def _dawdled(self) -> None:
        if self._stage is Stage.NOTHING:
            self.transport.close()
        else:
            self._refuse(408, f"The request took longer than {self.patience:g} s to arrive.")

    def _wait_for_next(self) -> None:
        """Where the answer came before the request's end, uvicorn has stopped its own watch over idle connections."""
        if self.cycle.response_complete and self.timeout_keep_alive_task is None and not self.transport.is_closing():
            wait = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)
            self.timeout_keep_alive_task = wait

    def _refuse(self, status: int, sentence: str) -> None:
        """Ends the connection, with an answer where none has begun."""
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        self._unwatch()
        idle = self.cycle is None or self.cycle.response_complete
        answered = self._stage is Stage.BODY if idle else self.cycle.response_started
        if not answered:
            fields = "content-type: text/plain; charset=utf-8\r\nconnection: close\r\n"
            rest = f"{fields}content-length: {len(sentence) + 1}\r\n\r\n{sentence}\n"
            self.transport.write(STATUS_LINE[status] + rest.encode())
        if not idle:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write_eof()
        self._cut_off = self.loop.call_later(LINGER, self.transport.close)


def within(seconds: float) -> type[Arrivals]:
    """Connections that wait that long."""

    class Within(Arrivals):
        """See Arrivals."""

        patience = seconds

    return Within
