"""Connect's envelope for streams: one flag byte, four bytes of length, JSON; the last frame has flag 2."""

import base64
import json
from collections.abc import Iterator, Mapping

HEAD = 5
_END = 2
# The largest message a client may send in one frame.
LONGEST = 64 << 20


def frame(message: Mapping[str, object], flags: int = 0) -> bytes:
    """One envelope."""
    return _envelope(json.dumps(message).encode(), flags)


def event(message: Mapping[str, object]) -> bytes:
    """One event of a process."""
    return frame({"event": message})


def output(stream: str, content: bytes) -> bytes:
    """Bytes that a process wrote to `stdout` or `stderr`."""
    body = b'{"event":{"data":{"%b":"%b"}}}' % (stream.encode(), base64.b64encode(content))
    return _envelope(body, 0)


def last(error: tuple[str, str] | None = None) -> bytes:
    """The frame that ends a stream, with Connect's (code, sentence) when it ends badly."""
    return frame({"error": {"code": error[0], "message": error[1]}} if error else {}, _END)


class FrameReader:
    """Cuts a stream of bytes into messages."""

    def __init__(self) -> None:
        self._held = bytearray()

    def feed(self, content: bytes) -> Iterator[bytes]:
        """Take bytes, give the messages that are complete; raises ValueError on one that is too long."""
        self._held += content
        while len(self._held) >= HEAD:
            length = int.from_bytes(self._held[1:HEAD], "big")
            if length > LONGEST:
                raise ValueError(f"a message of {length} bytes")
            if len(self._held) < HEAD + length:
                return
            message = bytes(self._held[HEAD : HEAD + length])
            del self._held[: HEAD + length]
            yield message


class EndWatch:
    """Sees a stream go by in pieces, and whether the frame that ends it has passed whole."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._left = 0

    @property
    def over(self) -> bool:
        """Whether the stream has said how it ended."""
        return len(self._head) == HEAD and bool(self._head[0] & _END) and not self._left

    def see(self, content: bytes) -> None:
        """The next piece."""
        place = 0
        while place < len(content):
            if self._left:
                step = min(self._left, len(content) - place)
                self._left -= step
            else:
                if len(self._head) == HEAD:
                    self._head.clear()
                step = min(HEAD - len(self._head), len(content) - place)
                self._head += content[place : place + step]
                if len(self._head) == HEAD:
                    self._left = int.from_bytes(self._head[1:], "big")
            place += step


def _envelope(body: bytes, flags: int) -> bytes:
    return bytes([flags]) + len(body).to_bytes(4, "big") + body
