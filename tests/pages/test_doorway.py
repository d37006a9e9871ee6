"""Requests that can be read in two ways, by the bytes, at the web room's own door (faults W2 and W5)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.world import World
from tests.pages.wire import on_the_wire, send, status_of

REST = b"Connection: close\r\n\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A web room that all of these knock at."""
    folder: Path = tmp_path_factory.mktemp("wire")
    world = World(folder)
    with on_the_wire(world, folder) as port:
        yield port
    world.close()


def ask(port: int, path: bytes = b"/healthz", host: bytes = b"localhost", more: bytes = b"") -> bytes:
    """One request by the bytes."""
    return send(port, b"GET " + path + b" HTTP/1.1\r\nHost: " + host + b"\r\n" + more + REST)


@pytest.mark.parametrize("host", [b"localhost", b"LOCALHOST", b"127.0.0.1", b"localhost:8080"])
def test_our_own_names_are_answered(port: int, host: bytes) -> None:
    assert status_of(ask(port, host=host)) == 200


@pytest.mark.parametrize(
    "host",
    [
        b"evil.example",
        b"localhost/evil",
        b"localhost:80/evil",
        b"localhost:evil.example",
        b"evil.example@localhost",
        b"localhost@evil.example",
        b"localhost:8080:9090",
        b"localhost, evil.example",
        b"localhost evil.example",
        b"[::1]",
        b"[::ffff:127.0.0.1]:8080",
        b"[localhost]",
        b"localhost?",
        b"localhost#",
        b"localhost\\evil",
        b"localhost.evil.example",
        b"127.0.0.1.evil.example",
        b"0x7f.1",
        b"2130706433",
        b"localhost\xff",
        b"",
    ],
)
def test_what_is_no_name_of_ours_is_refused(port: int, host: bytes) -> None:
    assert status_of(ask(port, host=host)) == 400


@pytest.mark.parametrize("path", [b"/", b"/healthz", b"/jobs/bld_1", b"/projects/acme/shop", b"/deploys/dep_1"])
def test_two_hosts_are_refused_on_every_page(port: int, path: bytes) -> None:
    assert status_of(ask(port, path, more=b"Host: evil.example\r\n")) == 400


def test_no_host_is_refused(port: int) -> None:
    assert status_of(send(port, b"GET /healthz HTTP/1.0\r\n\r\n")) == 400


@pytest.mark.parametrize(
    "header",
    [
        b"X-Forwarded-Host: evil.example",
        b"X-Forwarded-For: 1.2.3.4",
        b"X-Forwarded-Proto: https",
        b"Forwarded: host=evil.example;proto=https",
        b"X-Original-URL: /deploys/dep_1",
        b"X-Rewrite-URL: /deploys/dep_1",
        b"X-Forwarded-Prefix: //evil.example",
    ],
)
def test_headers_of_proxies_change_no_link(port: int, header: bytes) -> None:
    answer = ask(port, b"/deploy/new", more=header + b"\r\n")
    assert status_of(answer) == 303
    assert b"location: /signin?next=%2Fdeploy%2Fnew\r\n" in answer
    assert b"evil" not in answer


@pytest.mark.parametrize("target", [b"http://evil.example/", b"http://evil.example/healthz", b"//evil.example/"])
def test_an_absolute_address_leads_nowhere_else(port: int, target: bytes) -> None:
    answer = ask(port, target)
    assert status_of(answer) in (200, 400, 404, 421)
    assert b"evil" not in answer


@pytest.mark.parametrize(
    "path",
    [
        b"/projects/..%2f..%2fetc",
        b"/projects/acme%2Fshop",
        b"/static/..%2f..%2fapp.py",
        b"/static/%2e%2e/app.py",
        b"/static/%252e%252e/app.py",
        b"/static/../app.py",
        b"/static/./slipway.css",
        b"/jobs/bld%00_1",
        b"/jobs/bld_1%0d%0aSet-Cookie:x",
        b"/jobs/%255c",
        b"/jobs\\bld_1",
        b"/jobs/..\\..",
        b"/%2e%2e/%2e%2e/etc/passwd",
        b"/jobs/" + b"a" * 65_536,
        b"/?" + b"a" * 65_536,
    ],
)
def test_a_path_that_can_be_read_in_two_ways_is_refused(port: int, path: bytes) -> None:
    answer = ask(port, path)
    # A head that comes in pieces is cut off as too large before it is whole.
    assert status_of(answer) in ((400, 431) if len(path) > 10_000 else (400,))
    assert b"Set-Cookie" not in answer


@pytest.mark.parametrize("path", [b"/healthz", b"/signout", b"/deploys/dep_1/approve", b"/deploy/new"])
@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: 5, 5\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"X-A: 1\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        b"X-A: 1\r\n folded: 1\r\nContent-Length: \r\n",
    ],
)
def test_a_body_whose_end_can_be_read_in_two_ways_is_refused(port: int, path: bytes, framing: bytes) -> None:
    body = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    head = b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\n" + framing
    answer = send(port, head + b"\r\n" + body)
    assert status_of(answer) == 400
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "path", [b"/previews", b"/projects/acme/shop.js", b"/deploys/dep_1/log?from=1", b"/jobs/b%20c"]
)
def test_plain_paths_pass(port: int, path: bytes) -> None:
    assert status_of(ask(port, path)) in (303, 401, 404)
