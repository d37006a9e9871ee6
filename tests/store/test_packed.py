"""Bodies are packed in the database and come out as they went in, those of earlier versions too."""

import pytest
from sqlalchemy import select, text

from engine.store.packed import MAGIC, pack, unpack
from engine.store.port import Delivery
from engine.store.schema import inbox
from tests.store.building import House

BODIES = (b"", b"{}", b'{"a": 1}' * 3000, bytes(range(256)) * 8, MAGIC, MAGIC + b"not a frame")


@pytest.mark.parametrize("body", BODIES)
def test_a_body_comes_out_as_it_went_in(body: bytes) -> None:
    assert unpack(pack(body)) == body


@pytest.mark.parametrize("body", BODIES)
def test_a_body_that_an_earlier_version_stored_is_read_as_it_is(body: bytes) -> None:
    assert unpack(body) == body


def test_a_large_payload_takes_a_small_part_of_the_database(house: House) -> None:
    body = b'{"repository": {"full_name": "octo/shop"}}' * 500
    house.store.take([Delivery("gh:1", "github", "push", body, 1)])
    with house.database.read() as connection:
        assert connection.execute(select(inbox.c.body)).scalar_one() == body
        assert connection.execute(text("SELECT length(body) FROM inbox")).scalar_one() < len(body) / 5
