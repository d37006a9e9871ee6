"""A process's output on its way to readers: never stalls the process, never grows; a slow reader loses and is told."""

import asyncio
from collections import deque

from worker.sandboxd.keeper import frames

# Envelopes that wait for one reader; beyond, output is dropped for it.
LIMIT = 4 << 20
# Bytes of a server's output that are kept for whoever asks how it ended.
KEPT = 64 << 10


class Subscriber:
    """One reader of one process."""

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._size = 0
        self._dropped = 0
        self._stir = asyncio.Event()
        self.ended = False

    def offer(self, envelope: bytes, content: int) -> None:
        """Queue output, or count it as dropped; `content` is its length before encoding."""
        if self._size + len(envelope) > LIMIT:
            self._dropped += content
            return
        self._tell_drop()
        self._push(envelope)

    def finish(self, *envelopes: bytes) -> None:
        """Queue what must arrive, and end."""
        self._tell_drop()
        for envelope in envelopes:
            self._push(envelope)
        self.ended = True
        self._stir.set()

    async def take(self, seconds: float) -> bytes:
        """All that waits, as one piece; empty when nothing came in time or all has been taken after the end."""
        if not self._waiting and not self.ended:
            self._stir.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._stir.wait()
            except TimeoutError:
                return b""
        piece = b"".join(self._waiting)
        self._waiting.clear()
        self._size = 0
        return piece

    @property
    def drained(self) -> bool:
        """Whether nothing more will come."""
        return self.ended and not self._waiting

    def _push(self, envelope: bytes) -> None:
        self._waiting.append(envelope)
        self._size += len(envelope)
        self._stir.set()

    def _tell_drop(self) -> None:
        if self._dropped:
            notice = f"[slipway] {self._dropped} bytes of output dropped: read slower than written\n"
            self._dropped = 0
            self._push(frames.output("stderr", notice.encode()))


class Tail:
    """The end of what a process said."""

    def __init__(self) -> None:
        self._pieces: deque[bytes] = deque()
        self._size = 0

    def write(self, content: bytes) -> None:
        """Keep it, and let go of what is older than the last `KEPT` bytes."""
        self._pieces.append(content)
        self._size += len(content)
        while self._size - len(self._pieces[0]) >= KEPT:
            self._size -= len(self._pieces.popleft())

    def content(self) -> bytes:
        """The last bytes. Where it was cut it begins with a whole line: half a secret can't be told for one."""
        content = b"".join(self._pieces)
        if len(content) <= KEPT:
            return content
        _, cut, whole = content[-KEPT:].partition(b"\n")
        return whole if cut else content[-KEPT:]


class Fanout:
    """Everybody who reads one process."""

    def __init__(self) -> None:
        self._subscribers: set[Subscriber] = set()
        self._last: tuple[bytes, ...] = ()

    def subscribe(self) -> Subscriber:
        """A new reader; it gets what comes from now on, and the end even when that has been."""
        subscriber = Subscriber()
        if self._last:
            subscriber.finish(*self._last)
        else:
            self._subscribers.add(subscriber)
        return subscriber

    def leave(self, subscriber: Subscriber) -> None:
        """Stop feeding a reader."""
        self._subscribers.discard(subscriber)

    def write(self, stream: str, content: bytes) -> None:
        """Hand out output."""
        if self._subscribers:
            envelope = frames.output(stream, content)
            for subscriber in self._subscribers:
                subscriber.offer(envelope, len(content))

    def finish(self, *envelopes: bytes) -> None:
        """Hand out the end."""
        self._last = envelopes
        for subscriber in self._subscribers:
            subscriber.finish(*envelopes)
        self._subscribers.clear()
