"""WebSocket, by a real client."""

from websockets import Origin as OriginField
from websockets.sync.client import connect

from engine.domain.preview import Preview
from tests.gateway.origin import Origin
from tests.gateway.running import RunningGateway, request, until
from tests.gateway.wire import Wire

KEY = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "x" * 16, "Sec-WebSocket-Version": "13"}


def go_over(gateway: RunningGateway, preview: Preview, wire: Wire) -> None:
    """Opens a WebSocket."""
    wire.send(request(gateway.host(preview), "/ws", fields=KEY))
    assert wire.answer().status == 101


def test_every_byte_passes_both_ways(gateway: RunningGateway, public: Preview) -> None:
    data = bytes(range(256)) * 4000
    with gateway.wire() as wire:
        go_over(gateway, public, wire)
        for start in range(0, len(data), 50_000):
            wire.send(data[start : start + 50_000])
            assert wire.file.read(len(data[start : start + 50_000])) == data[start : start + 50_000]


def test_the_handshake_is_one_that_clients_take(gateway: RunningGateway, public: Preview, origin: Origin) -> None:
    host = gateway.host(public)
    own = OriginField(f"http://{host}")
    with gateway.wire() as wire, connect(f"ws://{host}/ws", sock=wire.socket, origin=own, close_timeout=0.1) as opened:
        assert opened.response is not None
        assert opened.response.headers["Connection"] == "Upgrade"
    assert origin.heard[0].values("connection") == ["Upgrade"]


def test_either_side_ends_it_for_both(gateway: RunningGateway, public: Preview, origin: Origin) -> None:
    with gateway.wire() as wire:
        go_over(gateway, public, wire)
        assert origin.open == 1
    until(lambda: origin.open == 0)


def test_an_application_that_refuses_the_upgrade_answers_as_usual(gateway: RunningGateway, public: Preview) -> None:
    with gateway.wire() as wire:
        for target in ("/no-websocket-here", "/again"):
            wire.send(request(gateway.host(public), target, fields=KEY))
            assert wire.answer().json["target"] == target


def test_another_upgrade_is_not_passed_on(gateway: RunningGateway, public: Preview) -> None:
    fields = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABkAAQAAP__"}
    with gateway.wire() as wire:
        wire.send(request(gateway.host(public), "/h2c", fields=fields))
        lines = wire.answer().json["lines"]
    assert [line.split(":")[0] for line in lines if "orwarded" not in line] == ["Host"]
