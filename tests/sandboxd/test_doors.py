"""A sandbox's application answers at its door on disk and at the port proxy, with HTTP and with an upgraded stream."""

import os
import socket
import stat
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from e2b import Sandbox

from tests.sandboxd.doors_client import connect, request
from tests.sandboxd.programs import SERVER
from tests.sandboxd.running import RunningSandboxHost, wait_until
from worker.sandboxd.doors import LONGEST_ADDRESS, door_path, handover_path, take_over

UPGRADE = b"GET / HTTP/1.1\r\nHost: %b\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"


def start(host: RunningSandboxHost, sandbox: Sandbox, name: str, port: int = 8000, address: str = "127.0.0.1") -> int:
    sandbox.files.write("server.py", SERVER)
    command = f"exec python3 server.py {address} {name}"
    started = sandbox.commands.run(command, background=True, timeout=0, envs={"PORT": str(port)})
    started.disconnect()
    wait_until(lambda: request(host.data_dir, sandbox.sandbox_id, port) == name.encode(), f"{name} to answer")
    return int(started.pid)


@pytest.fixture
def application(host: RunningSandboxHost, sandbox: Sandbox) -> Iterator[Sandbox]:
    start(host, sandbox, "hello")
    yield sandbox


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "::1", "::"])
def test_every_way_to_listen_works(host: RunningSandboxHost, sandbox: Sandbox, address: str) -> None:
    start(host, sandbox, "hello", address=address)


def test_the_door_is_for_the_hosts_user_alone(host: RunningSandboxHost, application: Sandbox) -> None:
    path = door_path(host.data_dir, application.sandbox_id, 8000)
    assert len(os.fsencode(path)) > LONGEST_ADDRESS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_uid == os.geteuid()


def test_the_door_goes_with_the_command(host: RunningSandboxHost, sandbox: Sandbox) -> None:
    pid = start(host, sandbox, "hello")
    sandbox.commands.kill(pid)
    wait_until(lambda: not door_path(host.data_dir, sandbox.sandbox_id, 8000).exists(), "the door to go")


def test_a_visitor_who_is_too_early_is_turned_away_at_once(host: RunningSandboxHost, sandbox: Sandbox) -> None:
    sandbox.commands.run("sleep 60", background=True, timeout=0, envs={"PORT": "8000"}).disconnect()
    with connect(host.data_dir, sandbox.sandbox_id, 8000) as visitor:
        assert visitor.recv(1) == b""


def test_an_upgraded_connection_carries_bytes_both_ways(host: RunningSandboxHost, application: Sandbox) -> None:
    with connect(host.data_dir, application.sandbox_id, 8000) as visitor:
        visitor.sendall(UPGRADE % b"localhost")
        assert visitor.recv(4096).startswith(b"HTTP/1.1 101")
        for message in (b"\x81\x05hello", os.urandom(3000)):
            visitor.sendall(message)
            assert _exactly(visitor, len(message)) == message


def test_a_large_answer_comes_whole(host: RunningSandboxHost, application: Sandbox) -> None:
    assert len(request(host.data_dir, application.sandbox_id, 8000, "/big")) == 20_000_000


def test_a_connection_to_the_application_is_handed_over(host: RunningSandboxHost, application: Sandbox) -> None:
    with take_over(handover_path(host.data_dir, application.sandbox_id, 8000), 30) as visitor:
        visitor.sendall(UPGRADE % b"localhost")
        assert visitor.recv(4096).startswith(b"HTTP/1.1 101")
        visitor.sendall(b"direct")
        assert _exactly(visitor, 6) == b"direct"


def test_nothing_is_handed_over_where_nothing_listens(host: RunningSandboxHost, sandbox: Sandbox) -> None:
    sandbox.commands.run("sleep 60", background=True, timeout=0, envs={"PORT": "8000"}).disconnect()
    with pytest.raises(ConnectionRefusedError):
        take_over(handover_path(host.data_dir, sandbox.sandbox_id, 8000), 30)


def test_two_revisions_have_doors_of_their_own(host: RunningSandboxHost, application: Sandbox) -> None:
    start(host, application, "green", port=8001)
    answers = [request(host.data_dir, application.sandbox_id, port) for port in (8000, 8001)]
    assert answers == [b"hello", b"green"]


def test_the_newest_of_one_port_answers_and_then_the_older_again(
    host: RunningSandboxHost, application: Sandbox
) -> None:
    newer = start(host, application, "newer")
    application.commands.kill(newer)
    wait_until(lambda: request(host.data_dir, application.sandbox_id, 8000) == b"hello", "the older to answer")


def test_the_port_proxy_finds_it_by_host_name(host: RunningSandboxHost, application: Sandbox) -> None:
    answer = httpx.get(host.url + "/", headers={"Host": application.get_host(8000)}, timeout=30)
    assert (answer.status_code, answer.text) == (200, "hello")


def test_the_port_proxy_finds_it_by_headers_on_a_connection_that_was_used(
    host: RunningSandboxHost, application: Sandbox
) -> None:
    headers = {"E2b-Sandbox-Id": application.sandbox_id, "E2b-Sandbox-Port": "8000"}
    with httpx.Client(base_url=host.url, timeout=30) as client:
        assert client.get("/health").status_code == 200
        assert client.get("/", headers=headers).text == "hello"
        assert client.get("/health").status_code == 200


def test_a_closed_port_is_a_bad_gateway_in_json(host: RunningSandboxHost, application: Sandbox) -> None:
    answer = httpx.get(host.url + "/", headers={"Host": application.get_host(9)}, timeout=30)
    assert answer.status_code == 502
    assert answer.json()["message"] == "The sandbox is running but port is not open"
    gone = httpx.get(host.url + "/", headers={"Host": "8000-inothing.localhost"}, timeout=30)
    assert (gone.status_code, gone.json()["message"]) == (502, "The sandbox was not found")


def test_the_port_proxy_upgrades(host: RunningSandboxHost, application: Sandbox) -> None:
    with socket.create_connection(("127.0.0.1", host.port), timeout=30) as visitor:
        visitor.sendall(UPGRADE % application.get_host(8000).encode() + b"early")
        answer = b""
        while not answer.endswith(b"early"):
            answer += visitor.recv(4096)
        visitor.sendall(b"later")
        assert _exactly(visitor, 5) == b"later"


def test_a_body_that_nobody_read_is_not_taken_for_a_request(host: RunningSandboxHost, application: Sandbox) -> None:
    smuggled = f"GET /stolen HTTP/1.1\r\nHost: {application.get_host(8000)}\r\n\r\n".encode()
    head = (
        f"POST /files?path=x HTTP/1.1\r\nHost: {application.get_host(49983)}\r\nContent-Length: {len(smuggled)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", host.port), timeout=30) as visitor:
        visitor.sendall(head.encode())
        heard = visitor.recv(4096)
        visitor.sendall(smuggled)
        visitor.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            while more := visitor.recv(4096):
                heard += more
    assert heard.startswith(b"HTTP/1.1 401 ")
    assert heard.count(b"HTTP/1.1 ") == 1


def test_a_private_sandbox_wants_its_traffic_token(host: RunningSandboxHost) -> None:
    sandbox = Sandbox.create(timeout=300, network={"allow_public_traffic": False}, **host.options)
    start(host, sandbox, "secret")
    name = {"Host": sandbox.get_host(8000)}
    known = {**name, "E2b-Traffic-Access-Token": str(sandbox.traffic_access_token)}
    refused = httpx.get(host.url, headers=name, timeout=30)
    allowed = httpx.get(host.url, headers=known, timeout=30)
    sandbox.kill()
    assert (refused.status_code, allowed.text) == (403, "secret")


def test_traffic_wakes_a_paused_sandbox_that_asked_for_it(host: RunningSandboxHost) -> None:
    lifecycle = {"on_timeout": "pause", "auto_resume": True}
    sandbox = Sandbox.create(timeout=300, lifecycle=lifecycle, **host.options)  # type: ignore[arg-type]
    start(host, sandbox, "awake")
    sandbox.pause()
    answer = httpx.get(host.url, headers={"Host": sandbox.get_host(8000)}, timeout=30)
    sandbox.kill()
    assert answer.text == "awake"


def _exactly(visitor: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        found += visitor.recv(size - len(found))
    return found
