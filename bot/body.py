"""The body of a request, read as it comes and no further than somebody means to send."""

from collections.abc import Callable

from starlette.types import Receive


class Disconnected(Exception):
    """The client left before its request was whole."""


def _unheard(_part: bytes) -> None:
    """Nobody listens to the parts."""


async def read_body(receive: Receive, largest: int, hear: Callable[[bytes], None] = _unheard) -> bytes | None:
    """The whole body, of which `hear` gets each part while it comes; None when it has more than `largest` bytes.

    Raises Disconnected.
    """
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > largest:
            return None
        hear(part)
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts) if len(parts) > 1 else part
