"""Heads that two readers could understand in two ways reach no application."""

import pytest

from engine.domain.preview import Preview
from tests.gateway.conftest import Fort
from tests.gateway.origin import Origin
from tests.gateway.running import RunningGateway, until

HEADS = {
    "no host": "GET / HTTP/1.1\r\n\r\n",
    "empty host": "GET / HTTP/1.1\r\nHost:\r\n\r\n",
    "two hosts": "GET / HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\n\r\n",
    "two different hosts": "GET / HTTP/1.1\r\nHost: evil.example\r\nHost: {host}\r\n\r\n",
    "host with a path": "GET / HTTP/1.1\r\nHost: {host}/x\r\n\r\n",
    "host with userinfo": "GET / HTTP/1.1\r\nHost: a@{host}\r\n\r\n",
    "host with two ports": "GET / HTTP/1.1\r\nHost: {host}:1\r\n\r\n",
    "host with a port that is no number": "GET / HTTP/1.1\r\nHost: {label}.localhost:http\r\n\r\n",
    "IPv6 host": "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
    "host with a space": "GET / HTTP/1.1\r\nHost: {host} x\r\n\r\n",
    "host list": "GET / HTTP/1.1\r\nHost: {host}, {host}\r\n\r\n",
    "host beyond ASCII": "GET / HTTP/1.1\r\nHost: {label}.localh\xf6st\r\n\r\n",
    "space before the colon": "GET / HTTP/1.1\r\nHost : {host}\r\n\r\n",
    "folded host": "GET / HTTP/1.1\r\nHost:\r\n {host}\r\n\r\n",
    "absolute address": "GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "absolute address with userinfo": "GET http://a:b@{host}/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "authority form": "CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "asterisk form": "OPTIONS * HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "TRACE": "TRACE / HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "no slash": "GET x HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "fragment": "GET /#x HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "two spaces": "GET  / HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "lower case method": "get / HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "HTTP/0.9": "GET /\r\nHost: {host}\r\n\r\n",
    "HTTP/2.0": "GET / HTTP/2.0\r\nHost: {host}\r\n\r\n",
    "other protocol": "GET / ICE/1.0\r\nHost: {host}\r\n\r\n",
    "TLS hello": "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
    "length and chunked": "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
    "chunked and length": "POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
    "two lengths": "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
    "length list": "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3, 3\r\n\r\n",
    "signed length": "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: +3\r\n\r\n",
    "negative length": "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: -3\r\n\r\n",
    "endless length": "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "chunked twice": "POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
    "chunked, not last": "POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked, gzip\r\n\r\n",
    "gzip and chunked": "POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    "almost chunked": "POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: xchunked\r\n\r\n",
    "chunked after a tab": "POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding:\x0bchunked\r\n\r\n",
    "chunked in HTTP/1.0": "POST / HTTP/1.0\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n",
    "upgrade with a body": "POST / HTTP/1.1\r\nHost: {host}\r\nUpgrade: h2c\r\n"
    "Connection: Upgrade\r\nContent-Length: 3\r\n\r\nabc",
    "folded field": "GET / HTTP/1.1\r\nHost: {host}\r\nX-A: b\r\n c\r\n\r\n",
    "bare line feeds": "GET / HTTP/1.1\nHost: {host}\r\n\r\n",
    "carriage return in a value": "GET / HTTP/1.1\r\nHost: {host}\r\nX-A: b\rX-C: d\r\n\r\n",
    "NUL in a value": "GET / HTTP/1.1\r\nHost: {host}\r\nX-A: b\0c\r\n\r\n",
    "no colon": "GET / HTTP/1.1\r\nHost: {host}\r\nX-A\r\n\r\n",
    "NUL in the path": "GET /\0 HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "encoded NUL": "GET /a%00b HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "climbing": "GET /../x HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "climbing in code": "GET /%2e%2e/x HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "climbing by an encoded slash": "GET /a/..%2fx HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "climbing by a backslash": "GET /a\\..\\x HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "climbing by an encoded backslash": "GET /a%5c..%5cx HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "encoded twice": "GET /%252e%252e/x HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "slash encoded twice": "GET /a%252fb HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "half an encoding": "GET /100% HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "our path by two slashes": "GET //.slipway/enter HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "our path in code": "GET /%2eslipway/enter HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "our path in capitals": "GET //.Slipway/enter HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "two requests at once": "GET / HTTP/1.1\r\nHost: {host}\r\n\r\nGET /second HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "more than was announced": "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1\r\n\r\nabGET",
    "a chunk size that is none": "POST / HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a path of 64 KB": "GET /{long} HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "fields of 64 KB": "GET / HTTP/1.1\r\nHost: {host}\r\nCookie: {long}\r\n\r\n",
}


@pytest.mark.parametrize("name", HEADS)
def test_a_hostile_head_is_answered_400_and_reaches_no_application(fort: Fort, name: str) -> None:
    gateway, public, origin = fort.gateway, fort.public, fort.origin
    before = len(origin.heard)
    text = HEADS[name].format(host=gateway.host(public), label=public.label, long="x" * 65_536)
    with gateway.wire() as wire:
        wire.send(text.encode("latin-1"))
        got = wire.answer()
        assert (got.status, got.value("connection")) == (400, "close")
        assert wire.ended()
    assert len(origin.heard) == before


HOSTS = {
    "another domain": ("evil.example", 421),
    "an address": ("127.0.0.1", 421),
    "another port": ("{label}.localhost:1", 421),
    "our domain inside another": ("{label}.localhost.evil.example", 421),
    "a name that ends like ours": ("evillocalhost", 421),
    "the domain itself": ("localhost", 404),
    "an unknown preview": ("pr-9--nothing-aaaaaa.localhost", 404),
    "a host below a preview": ("x.{label}.localhost", 404),
}


@pytest.mark.parametrize("name", HOSTS)
def test_a_host_that_is_no_preview_gets_nothing(fort: Fort, name: str) -> None:
    gateway, public, origin = fort.gateway, fort.public, fort.origin
    before = len(origin.heard)
    host, status = HOSTS[name]
    got = gateway.ask(host.format(label=public.label), accept="text/html")
    assert got.status == status
    assert b"<script" not in got.body
    assert len(origin.heard) == before


@pytest.mark.parametrize("host", ["{label}.localhost", "{upper}.LocalHost:{port}", "{label}.localhost.:{port}"])
def test_a_preview_answers_to_its_name_however_it_is_written(fort: Fort, host: str) -> None:
    gateway, public = fort.gateway, fort.public
    written = host.format(label=public.label, upper=public.label.upper(), port=gateway.port)
    assert gateway.ask(written).json["name"] == "origin"


@pytest.mark.parametrize(
    "target", ["/a%2fb", "/a//b", "/?next=http%253A%252F%252Fx/../y", "/a.b/..c/d..", "/%25", "/é".encode().hex()]
)
def test_unusual_targets_that_are_lawful_pass_unchanged(fort: Fort, target: str) -> None:
    gateway, public = fort.gateway, fort.public
    target = target if target.startswith("/") else "/" + target
    assert gateway.ask(public, target).json["target"] == target


def test_a_second_request_before_the_answer_is_not_read(
    gateway: RunningGateway, public: Preview, origin: Origin
) -> None:
    with gateway.wire() as wire:
        wire.send(f"GET /wait HTTP/1.1\r\nHost: {gateway.host(public)}\r\n\r\n".encode())
        until(lambda: len(origin.heard) == 1)
        wire.send(f"GET /second HTTP/1.1\r\nHost: {gateway.host(public)}\r\n\r\n".encode())
        origin.go.set()
        assert wire.answer().json["target"] == "/wait"
        assert wire.ended()
    assert [heard.target for heard in origin.heard] == ["/wait"]
