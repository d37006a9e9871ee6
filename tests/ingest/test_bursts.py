"""Many at once, many twice, many large ones (faults I1 to I4)."""

import asyncio
import random
import socket

import orjson
import pytest

from bot.github.room import Room
from bot.github.webhook import LARGEST
from tests.ingest.pouring import LONG, Pour, deliveries
from tests.ingest.rooms import WebRoom, stored
from tests.ingest.running import BODY, Door, a_request, read_reply
from tests.wakeups.waiting import wait_until

SEED = random.randrange(1_000_000)
MEGABYTE = 1 << 20


def of_size(size: int) -> bytes:
    """A payload of so many bytes."""
    return orjson.dumps({"pad": "x" * (size - 10)})


def test_a_burst_of_a_thousand_on_two_hundred_connections_is_stored_whole(door: Door) -> None:
    burst, connections = (1000, 200) if LONG else (300, 60)
    pour = Pour(deliveries(burst))
    asyncio.run(pour.run(door.address, connections))
    assert (pour.count(), door.rows()) == ({202: burst}, (burst, burst))


@pytest.mark.timeout(600)
def test_thousands_with_every_fifth_sent_twice_make_a_row_and_a_job_each(door: Door) -> None:
    print(f"seed {SEED}")
    count = 10_000 if LONG else 1000
    once = deliveries(count)
    sent = once + once[: count // 5]
    random.Random(SEED).shuffle(sent)
    pour = Pour(sent)
    asyncio.run(pour.run(door.address, 40))
    assert pour.count() == {202: count, 200: count // 5}
    assert door.rows() == (count, count)


@pytest.mark.timeout(600)
def test_large_ones_are_stored_and_small_ones_pass_them(door: Door) -> None:
    count = 200 if LONG else 12
    large = Pour(deliveries(count, of_size(5 * MEGABYTE), tag="large"))
    small = Pour(deliveries(100))

    async def both() -> None:
        await asyncio.gather(large.run(door.address, 8), small.run(door.address, 8))

    asyncio.run(both())
    assert (large.count(), small.count()) == ({202: count}, {202: 100})


@pytest.mark.timeout(600)
def test_the_largest_at_once_fit_into_bounded_memory(room: WebRoom) -> None:
    count = 40 if LONG else 6
    room.start()
    pour = Pour(deliveries(count, of_size(LARGEST)))
    asyncio.run(pour.run(room.address, count))
    assert pour.count()[202] + pour.count()[503] == count
    assert room.most_memory() < 600
    assert pour.accepted() == stored(room.database_url)[0]


def test_where_there_is_no_room_a_large_one_is_told_to_come_later_and_small_ones_are_taken(door: Door) -> None:
    large = of_size(10 * MEGABYTE)
    with Door(door.database, room=Room(LARGEST, patience=0.3)) as narrow:
        with socket.create_connection(narrow.address, timeout=30) as slow:
            slow.sendall(a_request(delivery=b"slow", body=large, length=b"20000000")[:MEGABYTE])
            reply = narrow.post("large", large)
            assert (reply.status, reply.retry_after) == (503, "30")
            assert narrow.post("small").status == 202
        wait_until(lambda: narrow.post("large", large).status == 202, "there is room again", 60)
    assert door.rows() == (2, 2)


def test_a_length_that_lies_is_no_delivery(door: Door) -> None:
    with Door(door.database, patience=0.3) as impatient:
        assert impatient.raw(a_request(length=b"%d" % (len(BODY) + 5))).status == 408
        # What comes after the announced end is another request, and not one that can be read.
        assert impatient.raw(a_request(length=b"%d" % (len(BODY) - 5))).status == 400
    assert door.rows() == (0, 0)


def test_25_mb_are_taken_and_one_byte_more_is_not(door: Door) -> None:
    assert door.post("d1", of_size(LARGEST)).status == 202
    assert door.raw(a_request(length=b"%d" % (LARGEST + 1))).status == 413
    assert door.rows() == (1, 1)


def test_25_mb_in_chunks_are_taken_and_one_byte_more_is_not(door: Door) -> None:
    largest = of_size(LARGEST)
    assert door.raw(in_chunks(a_request(delivery=b"d1", body=largest), largest)).status == 202
    head = in_chunks(a_request(delivery=b"d2", body=largest), b"")[: -len(b"0\r\n\r\n")]
    with socket.create_connection(door.address, timeout=30) as connection:
        connection.sendall(head + b"%x\r\n" % len(largest) + largest + b"\r\n" + b"1\r\nx\r\n")
        assert read_reply(connection).status == 413
    assert door.rows() == (1, 1)


def in_chunks(request: bytes, body: bytes) -> bytes:
    """The same request with its body in chunks."""
    head = request[: request.index(b"\r\n\r\n")].replace(b"Content-Length: ", b"X-Length: ")
    parts = [body[at : at + MEGABYTE] for at in range(0, len(body), MEGABYTE)]
    chunks = b"".join(b"%x\r\n" % len(part) + part + b"\r\n" for part in parts)
    return head + b"\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
