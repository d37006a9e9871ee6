"""A visitor's connection by itself: where it stands, how long it may stay there, and how it ends."""

import asyncio
from collections.abc import Coroutine
from typing import cast

from bot.gateway.limits import Limits

#: Where a connection stands: reading a head · held while somebody is asked or dialled · passing a body · waiting for
#: the answer's end · splicing bytes · taking leave.
HEAD, HELD, BODY, ANSWER, SPLICE, LEAVING = range(6)


class Connection(asyncio.Protocol):
    """The transport, its deadline, and the reasons why it isn't read."""

    transport: asyncio.Transport

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.state = HEAD
        #: Loop time after which somebody has waited too long.
        self.deadline = 0.0
        self.now = asyncio.get_running_loop().time
        self._task: asyncio.Task[None] | None = None
        self._choked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: somebody came."""
        self.transport = cast(asyncio.Transport, transport)
        self.write = self.transport.write
        #: Where it comes from, as X-Forwarded-For says it.
        self.peer = str((transport.get_extra_info("peername") or ("",))[0]).encode()
        self.wait(self.limits.head)

    @property
    def streaming(self) -> bool:
        """True while an application's answer or a WebSocket flows."""
        return self.state in (BODY, ANSWER, SPLICE)

    def wait(self, seconds: float) -> None:
        """Something has `seconds` to happen."""
        self.deadline = self.now() + seconds

    def hold(self, work: Coroutine[object, object, None], seconds: float) -> None:
        """Reads nothing more while `work` goes on; it has `seconds`."""
        self.state = HELD
        self.transport.pause_reading()
        self.wait(seconds)
        self._task = asyncio.get_running_loop().create_task(work)

    def release(self) -> None:
        """Reads again, unless the other side is still full."""
        if not self._choked:
            self.transport.resume_reading()

    def choke(self, full: bool) -> None:
        """Upstream: it reads slower than the visitor sends; not full: it caught up."""
        self._choked = full
        if full:
            self.transport.pause_reading()
        elif self.state in (BODY, SPLICE):
            self.transport.resume_reading()

    def rest(self) -> None:
        """The request is answered; there may be another."""
        unread = self.state == HELD or self._choked
        self.state = HEAD
        self.wait(self.limits.idle)
        if unread:
            self._choked = False
            self.transport.resume_reading()

    def leave(self) -> None:
        """Says goodbye and reads on for a moment: closing on unread bytes would reset the answer away."""
        self.state = LEAVING
        self.wait(self.limits.linger)
        if not self.transport.is_closing():
            self.transport.write_eof()
            self.transport.resume_reading()

    def abort(self) -> None:
        """Ends it at once."""
        self.state = LEAVING
        self.transport.abort()

    def stop_work(self) -> None:
        """Cancels what it was held for."""
        if self._task is not None:
            self._task.cancel()
