"""Two spliced connections, in this process and on the loop that keepers run on."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

import pytest
import uvloop

from worker.sandboxd.splice import Carrier, join

Story = Callable[[socket.socket, socket.socket, list[Carrier]], Awaitable[None]]


async def spliced(story: Story) -> None:
    """Tells the story of a visitor and an application that are joined."""
    visitor, near = socket.socketpair()
    application, far = socket.socketpair()
    carriers = [await carrying(near), await carrying(far)]
    join(*carriers)
    for end in (visitor, application):
        end.setblocking(False)
    with visitor, application:
        async with asyncio.timeout(5):
            await story(visitor, application, carriers)


async def carrying(end: socket.socket) -> Carrier:
    """One end, carried."""
    carrier = Carrier()
    await asyncio.get_running_loop().create_connection(lambda: carrier, sock=end)
    return carrier


async def heard(end: socket.socket) -> bytes:
    """All that comes until the other side has said its last."""
    content = b""
    while piece := await asyncio.get_running_loop().sock_recv(end, 65536):
        content += piece
    return content


@pytest.mark.parametrize("application_first", [True, False])
def test_both_ends_are_closed_when_both_sides_have_said_their_last(application_first: bool) -> None:
    async def story(visitor: socket.socket, application: socket.socket, carriers: list[Carrier]) -> None:
        first, second = (application, visitor) if application_first else (visitor, application)
        first.send(b"question")
        first.shutdown(socket.SHUT_WR)
        assert await heard(second) == b"question"
        # Half closed, it still carries the other way; and nothing of it is lost when both are closed behind it.
        answer = b"x" * 4_000_000
        loop = asyncio.get_running_loop()
        answered, _ = await asyncio.gather(heard(first), send_and_end(loop, second, answer))
        assert answered == answer
        for carrier in carriers:
            await carrier.lost

    uvloop.run(spliced(story))


async def send_and_end(loop: asyncio.AbstractEventLoop, end: socket.socket, content: bytes) -> None:
    """Says its last."""
    await loop.sock_sendall(end, content)
    end.shutdown(socket.SHUT_WR)
