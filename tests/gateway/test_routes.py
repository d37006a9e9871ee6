"""Routes change while visitors are there, and each state has its page."""

import threading
from pathlib import Path

import pytest

from bot.gateway.address import UNIX_PATH_LIMIT
from engine.domain.preview import Preview
from tests.access.world import World
from tests.gateway.origin import Origin
from tests.gateway.running import NAVIGATION, RunningGateway, request, until
from tests.gateway.wire import Got


def open_page(gateway: RunningGateway, preview: Preview) -> Got:
    """What a person's browser shows."""
    return gateway.ask(preview, **{name.replace("-", "_"): text for name, text in NAVIGATION.items()})


def test_flips_under_load_drop_no_request(
    gateway: RunningGateway, world: World, public: Preview, origin: Origin
) -> None:
    green = Origin("green").start()
    names: list[str] = []

    def visit() -> None:
        with gateway.wire() as wire:
            for number in range(250):
                wire.send(request(gateway.host(public), f"/{number}"))
                got = wire.answer()
                assert (got.status, got.json["target"]) == (200, f"/{number}")
                names.append(got.json["name"])

    build = world.serve(public, origin.upstream, "b" * 40)
    visitors = [threading.Thread(target=visit) for _ in range(4)]
    for visitor in visitors:
        visitor.start()
    for turn in range(20):
        target = (green if turn % 2 == 0 else origin).upstream
        world.flip(public, build, target)
        gateway.until_serving(public, target)
    for visitor in visitors:
        visitor.join()
    green.stop()
    assert len(names) == 1000
    assert set(names) == {"origin", "green"}


def test_an_open_connection_goes_to_the_new_place_with_its_next_request(
    gateway: RunningGateway, world: World, public: Preview, origin: Origin
) -> None:
    green = Origin("green").start()
    with gateway.wire() as wire:
        wire.send(request(gateway.host(public)))
        assert wire.answer().json["name"] == "origin"
        build = world.serve(public, green.upstream, "c" * 40)
        gateway.until_serving(public, green.upstream)
        until(lambda: origin.open == 0)
        wire.send(request(gateway.host(public)))
        got = wire.answer()
        assert (got.json["name"], got.value("x-slipway-release")) == ("green", build.id)
    green.stop()


def test_a_request_whose_place_ended_unanswered_after_the_flip_goes_to_the_new_one(
    gateway: RunningGateway, world: World, public: Preview
) -> None:
    blue, green = Origin("blue").start(), Origin("green").start()
    build = world.serve(public, blue.upstream, "c" * 40)
    gateway.until_serving(public, blue.upstream)
    green.go.set()
    with gateway.wire() as wire:
        wire.send(request(gateway.host(public), "/wait"))
        until(lambda: bool(blue.heard))
        world.flip(public, build, green.upstream)
        gateway.until_serving(public, green.upstream)
        blue.stop()
        assert wire.answer().status == 200
    assert [heard.target for heard in green.heard] == ["/wait"]
    green.stop()


def test_an_answer_that_began_at_the_old_place_ends_there(
    gateway: RunningGateway, world: World, public: Preview, origin: Origin
) -> None:
    green = Origin("green").start()
    with gateway.wire() as wire:
        wire.send(request(gateway.host(public), "/events"))
        assert wire.head()[0] == 200
        world.serve(public, green.upstream, "d" * 40)
        gateway.until_serving(public, green.upstream)
        origin.go.set()
        assert b"data: 2" in wire.file.read(32)
    green.stop()


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        ("waiting", 503, b"Waiting"),
        ("building", 503, b"Building"),
        ("failed", 503, b"The build failed"),
        ("stopped", 503, b"stopped"),
        ("removed", 410, b"gone"),
    ],
)
def test_each_state_without_an_application_has_its_page(
    gateway: RunningGateway, world: World, state: str, status: int, words: bytes
) -> None:
    preview = world.preview(number=8, access="public")
    build = world.build(preview) if state != "waiting" else None
    if state == "failed":
        world.fail(preview)
    elif state in ("stopped", "removed"):
        world.end(preview, state)
    until(lambda: (route := gateway.gate.routes.get(preview.label)) is not None and route.state == state)
    got = open_page(gateway, preview)
    assert got.status == status
    assert words in got.body
    assert (b'http-equiv="refresh"' in got.body) == (state in ("waiting", "building"))
    if build is not None and state != "removed":
        assert f"{gateway.settings.public_url}/jobs/{build.id}".encode() in got.body


def test_pages_of_ours_run_nothing_and_may_not_be_framed(gateway: RunningGateway) -> None:
    got = gateway.ask("pr-1--nothing.localhost", accept="text/html")
    assert "default-src 'none'" in got.value("content-security-policy")
    assert (got.value("x-frame-options"), got.value("x-content-type-options")) == ("DENY", "nosniff")
    assert got.value("cache-control") == "no-store"


def test_strangers_learn_nothing_of_a_private_previews_state(gateway: RunningGateway, world: World) -> None:
    preview = world.preview(number=8)
    world.end(preview, "removed")
    until(lambda: (route := gateway.gate.routes.get(preview.label)) is not None and route.state == "removed")
    assert open_page(gateway, preview).status == 302
    assert gateway.ask(preview).status == 401


def test_an_application_on_a_unix_socket_answers_even_by_a_long_path(
    gateway: RunningGateway, world: World, tmp_path: Path
) -> None:
    folder = tmp_path / ("deep" * 20) / ("deeper" * 10)
    folder.mkdir(parents=True)
    short = Origin("on a socket").start(str(tmp_path / "a.sock"))
    (folder / "3001.sock").symlink_to(tmp_path / "a.sock")
    assert len(str(folder / "3001.sock")) > UNIX_PATH_LIMIT
    preview = world.preview(number=9, access="public")
    for path in (tmp_path / "a.sock", folder / "3001.sock"):
        world.serve(preview, f"unix:{path}", "e" * 40)
        gateway.until_serving(preview, f"unix:{path}")
        assert gateway.ask(preview).json["name"] == "on a socket"
    short.stop()
