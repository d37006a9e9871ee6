"""Carries bytes between two connections, both ways, with back-pressure and half-closes, holding nothing."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

_HIGH = 256 << 10


@dataclass
class Traffic:
    """Bytes carried so far, seen from the application."""

    received: int = 0
    sent: int = 0


@dataclass
class Carrier(asyncio.Protocol):
    """One end of a splice; `other` is the other end's transport, `partner` its carrier."""

    count: Callable[[int], None] = field(default=lambda size: None)
    other: asyncio.Transport | None = None
    partner: "Carrier | None" = None
    transport: asyncio.Transport | None = None
    #: What came before the other end was there: a loop may deliver once more after it was told to pause.
    early: bytes = b""
    #: Whether its peer has said its last.
    ended: bool = False
    #: Done when this end is closed.
    lost: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are asyncio's in all but their ancestry.
        self.transport = cast(asyncio.Transport, transport)
        self.transport.set_write_buffer_limits(_HIGH)

    def data_received(self, data: bytes) -> None:
        self.count(len(data))
        if self.other is not None:
            self.other.write(data)
        else:
            self.early += data

    def eof_received(self) -> bool:
        self.ended = True
        if self.other is None or self.other.is_closing():
            return False
        if self.partner is not None and self.partner.ended:
            # Nobody else would close them: what is read no more, the loop holds no more. And a transport of uvloop's
            # that the garbage collector finds open with its end still unsent takes the whole process down.
            self.other.close()
            return False
        if self.other.can_write_eof():
            self.other.write_eof()
        return True

    def pause_writing(self) -> None:
        if self.other is not None and not self.other.is_closing():
            self.other.pause_reading()

    def resume_writing(self) -> None:
        if self.other is not None and not self.other.is_closing():
            self.other.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.lost.done():
            self.lost.set_result(None)
        if self.other is not None and not self.other.is_closing():
            self.other.close()
        self.partner = None


def join(near: Carrier, far: Carrier) -> None:
    """Let two connected carriers feed each other."""
    assert near.transport is not None
    assert far.transport is not None
    near.other, far.other = far.transport, near.transport
    near.partner, far.partner = far, near
    for source, sink in ((near, far.transport), (far, near.transport)):
        if source.early:
            sink.write(source.early)
            source.early = b""
