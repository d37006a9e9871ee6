"""A web room that ends while somebody looks at its pages."""

import logging
import socket
from pathlib import Path

import pytest

from tests.access.world import World
from tests.pages.wire import PATIENCE, on_the_wire

ASKED = b"GET /live HTTP/1.1\r\nHost: localhost\r\nX-Test-Login: writer\r\nAccept: text/event-stream\r\n\r\n"


def test_streams_end_with_the_room_and_nobody_is_cut_off(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with on_the_wire(world, tmp_path) as port:
        connection = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        connection.sendall(ASKED)
        received = b""
        while b"event: part" not in received:
            received += connection.recv(65_536)
    with connection:
        while part := connection.recv(65_536):
            received += part
    assert b"content-type: text/event-stream" in received
    # The end of a chunked body: the stream was ended, not torn off.
    assert received.endswith(b"0\r\n\r\n")
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR] == []
