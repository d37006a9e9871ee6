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


def _envelope(body: bytes, flags: int) -> bytes:
    return bytes([flags]) + len(body).to_bytes(4, "big") + body
