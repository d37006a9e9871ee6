"""Applications that hang up, lie or are silent; visitors that dawdle or leave."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.gateway.limits import Limits
from engine.access import sessions
from engine.access.permissions import Permissions
from engine.access.sessions import SessionKind
from engine.domain.permission import Role
from engine.domain.preview import Preview
from engine.forge.memory import MemoryForge
from engine.forge.port import RepositoryRef
from tests.access.world import READER, World
from tests.gateway.origin import Origin
from tests.gateway.running import NAVIGATION, RunningGateway, request, until


def test_nothing_listens(gateway: RunningGateway, world: World) -> None:
    preview = world.preview(number=4, access="public")
    build = world.serve(preview, "unix:/nowhere/3001.sock")
    gateway.until_serving(preview, "unix:/nowhere/3001.sock")
    got = gateway.ask(preview, **{name.replace("-", "_"): text for name, text in NAVIGATION.items()})
    assert got.status == 502
    assert "isn't answering" in got.body.decode().replace("&#x27;", "'")
    assert f"/jobs/{build.id}".encode() in got.body


@pytest.mark.parametrize("target", ["/hang-up", "/nonsense"])
def test_an_application_that_gives_no_answer_is_said_to(gateway: RunningGateway, public: Preview, target: str) -> None:
    got = gateway.ask(public, target)
    assert (got.status, got.json["error"]["code"]) == (502, "not_answering")


def test_a_request_with_a_body_is_not_sent_twice(gateway: RunningGateway, public: Preview, origin: Origin) -> None:
    with gateway.wire() as wire:
        wire.send(request(gateway.host(public)))
        wire.answer()
        wire.send(request(gateway.host(public), "/hang-up", "POST", {"Content-Length": "2"}) + b"hi")
        assert wire.answer().status == 502
    assert [heard.target for heard in origin.heard].count("/hang-up") == 1


def test_a_request_on_a_connection_that_the_application_closed_is_sent_again(
    gateway: RunningGateway, public: Preview
) -> None:
    with gateway.wire() as wire:
        for number in range(50):
            wire.send(request(gateway.host(public), f"/close-after?{number}"))
            assert wire.answer().json["target"] == f"/close-after?{number}"


def test_an_answer_that_is_cut_short_is_seen_to_be(gateway: RunningGateway, public: Preview) -> None:
    with gateway.wire() as wire:
        wire.send(request(gateway.host(public), "/cut-short"))
        status, _ = wire.head()
        assert (status, wire.file.read()) == (200, b"ten bytes.")


def test_a_visitor_who_leaves_frees_the_application(gateway: RunningGateway, public: Preview, origin: Origin) -> None:
    with gateway.wire() as wire:
        wire.send(request(gateway.host(public), "/events"))
        wire.head()
        assert origin.open == 1
    origin.go.set()
    until(lambda: origin.open == 0)
    until(lambda: not gateway.gate.visitors)


def a_visit(world: World, preview: Preview) -> str:
    """The cookie of a reader who signed in at a preview host."""
    with world.database.write() as connection:
        token = sessions.start(connection, SessionKind.VISIT, READER, label=preview.label, seconds=60, now=time.time())
    return f"slipway_{world.instance}_visit={token}"


@pytest.fixture
def hasty(world: World, tmp_path: Path) -> Iterator[RunningGateway]:
    """A gateway that waits for nobody."""
    limits = Limits(head=0.2, idle=0.2, judgement=0.2, answer=0.2, stream=0.2, splice=0.2, sweep=0.02, linger=0.2)
    running = RunningGateway(world, tmp_path, limits).start()
    yield running
    running.stop()


def a_public_preview(gateway: RunningGateway, world: World, origin: Origin) -> Preview:
    """Served by `origin`."""
    preview = world.preview(number=1, access="public")
    world.serve(preview, origin.upstream)
    gateway.until_serving(preview, origin.upstream)
    return preview


def test_half_a_head_is_cut_off(hasty: RunningGateway) -> None:
    with hasty.wire() as wire:
        wire.send(b"GET / HTTP/1.1\r\nHost: ")
        assert wire.ended()


def test_a_connection_that_says_nothing_is_cut_off(hasty: RunningGateway) -> None:
    with hasty.wire() as wire:
        assert wire.ended()


def test_an_application_that_never_answers_gets_a_504(hasty: RunningGateway, world: World, origin: Origin) -> None:
    preview = a_public_preview(hasty, world, origin)
    assert hasty.ask(preview, "/wait").status == 504
    origin.go.set()


def test_a_stream_that_falls_silent_is_cut_off(hasty: RunningGateway, world: World, origin: Origin) -> None:
    preview = a_public_preview(hasty, world, origin)
    with hasty.wire() as wire:
        wire.send(request(hasty.host(preview), "/events"))
        assert wire.head()[0] == 200
        with suppress(ConnectionResetError):
            assert b"data: 2" not in wire.file.read()
    origin.go.set()


class SilentForge(MemoryForge):
    """A GitHub that doesn't answer until the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def permission(self, repository: RepositoryRef, login: str, account: int = 0) -> Role:
        """Late, and then nobody has any."""
        assert self.go.wait(10)
        return Role.NONE


def test_a_github_that_keeps_visitors_waiting_gets_them_a_page(world: World, tmp_path: Path, origin: Origin) -> None:
    forge = SilentForge()
    world.permissions = Permissions(forge, 60.0)
    running = RunningGateway(world, tmp_path, Limits(judgement=0.1, sweep=0.02)).start()
    preview = world.preview()
    world.serve(preview, origin.upstream)
    running.until_serving(preview, origin.upstream)
    got = running.ask(preview, Cookie=a_visit(world, preview))
    forge.go.set()
    running.stop()
    assert (got.status, got.json["error"]["code"]) == (503, "permission_unknown")


def test_without_its_database_the_gateway_serves_what_it_knows_and_lets_nobody_new_in(
    gateway: RunningGateway, world: World, origin: Origin
) -> None:
    public, private = world.preview(number=1, access="public"), world.preview(number=2)
    for preview in (public, private):
        world.serve(preview, origin.upstream)
        gateway.until_serving(preview, origin.upstream)
    cookie = a_visit(world, private)
    with world.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE sessions RENAME TO elsewhere")
        connection.exec_driver_sql("ALTER TABLE generations RENAME TO away")
    got = gateway.ask(private, Cookie=cookie)
    assert (got.status, got.json["error"]["code"]) == (503, "storage_away")
    assert gateway.ask(public).status == 200
