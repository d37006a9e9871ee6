"""What the SDK's adapter says when the host is away or refuses, and how a cloud's door is written."""

import socket
from collections.abc import Generator
from typing import Any

import pytest
from e2b import CommandHandle

from engine.errors import Unreachable
from engine.sandboxes.e2b import E2bHost, E2bSandboxes
from engine.sandboxes.e2b_errors import heard_out
from engine.sandboxes.e2b_process import E2bProcess
from engine.sandboxes.port import SandboxSpec, Upstream
from engine.sandboxes.upstream import TcpDoor, TlsDoor, UnixDoor, door_of
from engine.settings import Secret


def test_a_host_that_is_away_is_unreachable() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        host = E2bHost(Secret("key"), f"http://127.0.0.1:{nobody.getsockname()[1]}")
    sandboxes = E2bSandboxes(host)
    with pytest.raises(Unreachable, match="creating a sandbox"):
        sandboxes.create(SandboxSpec("pv_1", "repository:1", 60))
    with pytest.raises(Unreachable, match="registries"):
        sandboxes.registries()
    with pytest.raises(Unreachable, match="looking for sandboxes"):
        sandboxes.find({})


@pytest.mark.parametrize(
    ("text", "door"),
    [
        ("unix:/a/b#c.sock", UnixDoor("/a/b#c.sock")),
        ("tcp:127.0.0.1:80", TcpDoor("127.0.0.1", 80)),
        ("tls:3001-i1.example.com:443#token", TlsDoor("3001-i1.example.com", 443, "token")),
        ("tls:3001-i1.example.com:443#", TlsDoor("3001-i1.example.com", 443, "")),
    ],
)
def test_an_upstream_says_which_door_it_is(text: str, door: object) -> None:
    assert door_of(Upstream(text)) == door


@pytest.mark.parametrize("text", ["", "unix:relative", "http://x", "tcp:80", "tls:host:port"])
def test_other_texts_are_no_upstream(text: str) -> None:
    with pytest.raises(ValueError):
        door_of(Upstream(text))


def silence() -> Generator[Any, Any, None]:
    """A stream that ends at once."""
    yield from ()


def test_a_stream_that_ends_before_its_process_is_unreachable() -> None:
    heard: list[bytes] = []
    handle: CommandHandle[None] = CommandHandle(17, lambda: True, silence())
    process = E2bProcess(handle, heard.append)
    with pytest.raises(Unreachable, match="its stream ended before it did"):
        process.wait(30)


def test_a_stream_that_ends_before_it_begins_is_unreachable() -> None:
    # As the SDK looks for the first event of a process that it starts.
    with pytest.raises(Unreachable, match="starting x: its stream ended before it did"):
        heard_out("starting x", lambda: next(silence()))
