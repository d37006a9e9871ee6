"""Requests and answers pass whole, in order, and rewritten."""

from engine.domain.preview import Preview
from tests.gateway.origin import Origin
from tests.gateway.running import RunningGateway, request, until


def test_a_thousand_requests_on_one_connection_are_answered_in_order(gateway: RunningGateway, public: Preview) -> None:
    with gateway.wire() as wire:
        for number in range(1000):
            wire.send(request(gateway.host(public), f"/{number}"))
            assert wire.answer().json["target"] == f"/{number}"


def test_a_connection_of_a_visitor_takes_one_upstream_connection(
    gateway: RunningGateway, public: Preview, origin: Origin
) -> None:
    with gateway.wire() as wire:
        for _ in range(5):
            wire.send(request(gateway.host(public)))
            wire.answer()
        assert origin.connections == 1
    until(lambda: origin.open == 0)


def test_a_head_may_come_in_pieces(gateway: RunningGateway, public: Preview) -> None:
    head = request(gateway.host(public), "/pieces")
    with gateway.wire() as wire:
        for byte in head:
            wire.send(bytes([byte]))
        assert wire.answer().json["target"] == "/pieces"


def test_a_body_may_come_in_pieces(gateway: RunningGateway, public: Preview) -> None:
    with gateway.wire() as wire:
        wire.send(request(gateway.host(public), "/p", "POST", {"Content-Length": "300000"}))
        for _ in range(30):
            wire.send(b"z" * 10_000)
        assert wire.answer().json["body"] == 300_000
        wire.send(request(gateway.host(public), "/after"))
        assert wire.answer().json["target"] == "/after"


def test_a_chunked_body_passes(gateway: RunningGateway, public: Preview) -> None:
    with gateway.wire() as wire:
        wire.send(request(gateway.host(public), "/c", "POST", {"Transfer-Encoding": "chunked"}))
        wire.send(b"5\r\nhel")
        wire.send(b"lo\r\n3\r\nyou\r\n0\r\n\r\n")
        assert wire.answer().json["body"] == 8
        wire.send(request(gateway.host(public), "/after"))
        assert wire.answer().json["target"] == "/after"


def test_a_chunked_answer_passes_and_the_connection_stays(gateway: RunningGateway, public: Preview) -> None:
    with gateway.wire() as wire:
        for _ in range(3):
            wire.send(request(gateway.host(public), "/chunked"))
            assert wire.answer().body == b"hello world"


def test_an_answer_that_ends_with_the_connection_passes_whole(gateway: RunningGateway, public: Preview) -> None:
    got = gateway.ask(public, "/until-close")
    assert (got.status, got.body, got.value("connection")) == (200, b"all of it", "close")


def test_answers_without_a_body_leave_the_connection_in_order(gateway: RunningGateway, public: Preview) -> None:
    with gateway.wire() as wire:
        for method, target in (
            ("HEAD", "/h"),
            ("GET", "/status?is=204"),
            ("GET", "/status?is=304"),
            ("HEAD", "/big?n=0"),
        ):
            wire.send(request(gateway.host(public), target, method))
            assert wire.answer(method).body == b""
        wire.send(request(gateway.host(public), "/after"))
        assert wire.answer().json["target"] == "/after"


def test_an_http_1_0_client_gets_its_answer_and_the_end(gateway: RunningGateway, public: Preview) -> None:
    with gateway.wire() as wire:
        wire.send(f"GET /old HTTP/1.0\r\nHost: {gateway.host(public)}\r\n\r\n".encode())
        assert wire.answer().json["target"] == "/old"
        assert wire.ended()


def test_a_client_that_waits_for_100_continue_gets_it(gateway: RunningGateway, public: Preview) -> None:
    with gateway.wire() as wire:
        fields = {"Content-Length": "5", "Expect": "100-continue"}
        wire.send(request(gateway.host(public), "/e", "POST", fields))
        assert wire.answer().status == 100
        wire.send(b"hello")
        assert wire.answer().json["body"] == 5


def test_an_answer_before_the_end_of_the_upload_arrives(gateway: RunningGateway, public: Preview) -> None:
    with gateway.wire() as wire:
        wire.send(request(gateway.host(public), "/early", "POST", {"Content-Length": "10000000"}))
        wire.send(b"z" * 100_000)
        got = wire.answer()
        assert (got.status, got.body, got.value("connection")) == (413, b"too big", "close")


def test_events_are_not_held_back(gateway: RunningGateway, public: Preview, origin: Origin) -> None:
    with gateway.wire() as wire:
        wire.send(request(gateway.host(public), "/events", fields={"Accept": "text/event-stream"}))
        assert wire.head()[0] == 200
        assert wire.file.readline() == b"9\r\n"
        assert wire.file.readline() == b"data: 1\n"
        origin.go.set()
        assert b"data: 2\n" in wire.file.read(18)


def test_the_application_hears_who_came_and_where(gateway: RunningGateway, public: Preview) -> None:
    spoofed = {
        "X-Forwarded-For": "6.6.6.6",
        "X_Forwarded_Host": "evil",
        "Forwarded": "for=6.6.6.6",
        "X-Real-IP": "6.6.6.6",
    }
    with gateway.wire() as wire:
        wire.send(request(gateway.host(public), "/", fields=spoofed | {"X-Mine": "kept", "TE": "trailers"}))
        lines = wire.answer().json["lines"]
    assert f"Host: {gateway.host(public)}" in lines
    assert "X-Mine: kept" in lines
    ours = sorted(line for line in lines if "orward" in line or "evil" in line or "6.6.6.6" in line)
    assert ours == [
        "X-Forwarded-For: 127.0.0.1",
        f"X-Forwarded-Host: {gateway.host(public)}",
        "X-Forwarded-Proto: http",
    ]
    assert not any(line.lower().startswith(("te:", "connection:")) for line in lines)


def test_what_connection_names_is_for_one_hop(gateway: RunningGateway, public: Preview) -> None:
    fields = {"Connection": "keep-alive, X-Secret", "X-Secret": "1", "Keep-Alive": "5", "Proxy-Authorization": "x"}
    with gateway.wire() as wire:
        wire.send(request(gateway.host(public), "/", fields=fields))
        lines = wire.answer().json["lines"]
    assert [line.split(":")[0] for line in lines if not line.startswith("X-Forwarded")] == ["Host"]


def test_answers_carry_the_release_and_nothing_of_one_hop(
    gateway: RunningGateway, public: Preview, origin: Origin
) -> None:
    got = gateway.ask(public, "/chatty")
    release = gateway.gate.routes[public.label].release
    assert release.startswith("bld_")
    assert got.values("x-slipway-release") == [release]
    assert got.values("x-robots-tag") == ["noindex"]
    assert (got.value("x-kept"), got.value("x-hop"), got.value("keep-alive")) == ("yes", "", "")


def test_a_second_answer_that_nobody_asked_for_reaches_nobody(gateway: RunningGateway, public: Preview) -> None:
    with gateway.wire() as wire:
        wire.send(request(gateway.host(public), "/surplus"))
        assert wire.answer().body == b"ok"
        wire.send(request(gateway.host(public), "/after"))
        assert wire.answer().json["target"] == "/after"
