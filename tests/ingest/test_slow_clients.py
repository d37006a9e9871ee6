"""Requests that dawdle, and heads that no client of ours sends (faults I11 and I12)."""

import asyncio
import socket
from contextlib import suppress

import pytest

from bot.arrival import LARGEST_HEAD
from tests.ingest.pouring import LONG, Pour, deliveries
from tests.ingest.running import Door, a_request, read_reply

WHOLE = a_request(delivery=b"trickled")
HEAD_END = WHOLE.index(b"\r\n\r\n")
CHUNKED = WHOLE[: HEAD_END + 4].replace(b"Content-Length: ", b"Transfer-Encoding: chunked\r\nX-Length: ")
#: What a client has sent before it slows down, what it sends again and again from then on, and the status that ends it:
#: 0 for a closed connection without one.
BEGUN = {
    "nothing at all": (b"", b"", 0),
    "empty lines": (b"\r\n", b"\r\n", 0),
    "half a request line": (WHOLE[:12], b"a", 408),
    "half a head": (WHOLE[: HEAD_END // 2], b"a", 408),
    "a head": (WHOLE[: HEAD_END + 4], b"", 408),
    "half a body": (WHOLE[:-5], b"", 408),
    "a body that never ends": (CHUNKED, b"1\r\na\r\n", 408),
}


async def trickle(address: tuple[str, int], begun: bytes, more: bytes) -> int:
    """Goes on a byte at a time until the connection is cut; the status it was cut with."""
    reader, writer = await asyncio.open_connection(*address)
    writer.write(begun)
    answer = asyncio.ensure_future(reader.read())
    said = b""
    with suppress(ConnectionError):
        async with asyncio.timeout(60):
            while not answer.done():
                writer.write(more)
                # The slowness is the fault itself.
                await asyncio.wait([answer], timeout=0.1)
        said = await answer
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    return int(said.split()[1]) if said else 0


@pytest.mark.parametrize("kind", BEGUN)
def test_whoever_dawdles_is_cut_off_though_bytes_keep_coming(door: Door, kind: str) -> None:
    begun, more, status = BEGUN[kind]
    with Door(door.database, patience=0.5) as impatient:
        assert asyncio.run(trickle(impatient.address, begun, more)) == status
    assert door.rows() == (0, 0)


def test_a_burst_is_stored_while_two_hundred_others_dawdle(door: Door) -> None:
    burst = 1000 if LONG else 300
    pour = Pour(deliveries(burst))

    async def all_at_once(address: tuple[str, int]) -> list[int]:
        heads = [trickle(address, WHOLE[:40], b"a") for _ in range(100)]
        bodies = [trickle(address, CHUNKED, b"1\r\na\r\n") for _ in range(100)]
        slow = asyncio.gather(*heads, *bodies)
        await pour.run(address, 50)
        return await slow

    with Door(door.database, patience=4.0) as impatient:
        assert set(asyncio.run(all_at_once(impatient.address))) == {408}
    assert (pour.count(), door.rows()) == ({202: burst}, (burst, burst))


def test_between_two_requests_nobody_is_cut_off_for_the_first_ones_time(door: Door) -> None:
    with Door(door.database, patience=15) as patient, socket.create_connection(patient.address, 30) as connection:
        for number in range(20):
            request = a_request(delivery=b"d%d" % number)
            connection.sendall(request[:-5])
            # So that it comes in two pieces, and its time is measured.
            assert patient.post("another").status in (202, 200)
            connection.sendall(request[-5:])
            assert read_reply(connection).status == 202


@pytest.mark.parametrize("size", [LARGEST_HEAD + 1, 100 << 10, 1 << 20])
def test_a_head_of_that_size_is_refused(door: Door, size: int) -> None:
    assert door.raw(a_request(more=b"X-Large: " + b"a" * size + b"\r\n")).status == 431
    many = b"".join(b"X-%d: a\r\n" % number for number in range(size // 8))
    assert door.raw(a_request(more=many)).status == 431
    assert door.rows() == (0, 0)


def test_a_large_head_in_small_pieces_is_refused_too(door: Door) -> None:
    with socket.create_connection(door.address, timeout=30) as connection:
        connection.sendall(WHOLE[: HEAD_END + 2] + b"X-Large: ")
        with suppress(ConnectionError):
            for _ in range(200):
                connection.sendall(b"a" * 1024)
        assert read_reply(connection).status == 431


def test_a_head_of_usual_size_is_not(door: Door) -> None:
    assert door.raw(a_request(more=b"X-Large: " + b"a" * 8000 + b"\r\n")).status == 202
