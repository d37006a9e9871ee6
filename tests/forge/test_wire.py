"""The wire holds against servers that drip, hang, redirect and talk nonsense."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from email.utils import formatdate
from pathlib import Path

import pytest

from engine.errors import Denied, Gone, Unreachable
from engine.forge.clients import GitHubClients
from engine.forge.grants import LOOK
from engine.forge.port import RepositoryRef
from engine.settings import GitHubApp, Secret
from tests.forge.at_playground import AtPlayground

SHOP = RepositoryRef(1, 2, "acme/shop")
TOKEN = b'{"token": "ghs_x", "expires_at": "2999-01-01T00:00:00Z"}'

Say = Callable[[socket.socket, bytes], None]


def answer(status: str, body: bytes = b"{}", *headers: str) -> bytes:
    """An HTTP answer that ends its connection."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@contextmanager
def serving(*says: Say) -> Iterator[str]:
    """A server that says these things, one a connection, the last again and again; its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        over = threading.Event()
        thread = threading.Thread(target=_serve, args=(listener, over, says))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            with socket.create_connection(listener.getsockname()):
                thread.join()


def _serve(listener: socket.socket, over: threading.Event, says: tuple[Say, ...]) -> None:
    for turn in range(1000):
        connection, _ = listener.accept()
        with connection:
            if over.is_set():
                return
            connection.settimeout(5)
            head = whole_request(connection)
            try:
                if b"access_tokens" in head:
                    connection.sendall(answer("201 Created", TOKEN))
                    says = (says[0], *says)
                else:
                    says[min(turn, len(says) - 1)](connection, head)
            except OSError:
                pass


def whole_request(connection: socket.socket) -> bytes:
    """A request with its body: closing a socket that has unread bytes would reset it under the answer."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536) or b"\r\n\r\n"
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: (\d+)", head)
    while length and len(body) < int(length[1]):
        body += connection.recv(65536)
    return head


def saying(data: bytes) -> Say:
    """Says the same to everybody."""
    return lambda connection, _head: connection.sendall(data)


def dripping(head: bytes) -> Say:
    """Says its beginning, then one byte at a time for ever."""

    def drip(connection: socket.socket, _head: bytes) -> None:
        connection.sendall(head)
        for _ in range(600):
            connection.sendall(b"a")
            threading.Event().wait(0.05)

    return drip


def clients_at(github: AtPlayground, url: str, seconds: float = 5) -> GitHubClients:
    """A client of a GitHub at that address."""
    app = GitHubApp("1", "id", Secret("x"), github.app.private_key, (Secret("x"),), f"{url}/api/v3", url)
    return GitHubClients(app, seconds=seconds)


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b""])
def test_a_server_that_drips_is_left_when_the_call_as_a_whole_took_too_long(github: AtPlayground, head: bytes) -> None:
    with serving(dripping(head)) as url, closing(clients_at(github, url, seconds=0.4)) as clients:
        began = time.monotonic()
        with pytest.raises(Unreachable, match="not whole in time"):
            clients.request(SHOP, LOOK, "PATCH", "/issues/comments/1", json={})
        assert time.monotonic() - began < 30


def test_a_server_that_never_answers_is_left(github: AtPlayground) -> None:
    def silent(connection: socket.socket, _head: bytes) -> None:
        connection.recv(1)

    with (
        serving(silent) as url,
        closing(clients_at(github, url, seconds=0.4)) as clients,
        pytest.raises(Unreachable, match="not whole in time"),
    ):
        clients.request(SHOP, LOOK, "PATCH", "/issues/comments/1", json={})


def test_a_server_that_is_not_there_is_unreachable(github: AtPlayground) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with closing(clients_at(github, url)) as clients, pytest.raises(Unreachable, match="getting a token"):
        clients.request(SHOP, LOOK, "GET", "/pulls/1")


@pytest.mark.parametrize("said", [b"nonsense\r\n\r\n", b"", answer("200 OK", b"<html>")])
def test_nonsense_is_unreachable(github: AtPlayground, said: bytes) -> None:
    with serving(saying(said)) as url, closing(clients_at(github, url)) as clients, pytest.raises(Unreachable):
        clients.ask(dict, SHOP, LOOK, "PATCH", "/x")


def test_an_endless_answer_is_cut(github: AtPlayground) -> None:
    huge = answer("200 OK", b"x" * (17 * 1024 * 1024))
    with (
        serving(saying(huge)) as url,
        closing(clients_at(github, url, seconds=20)) as clients,
        pytest.raises(Unreachable, match="larger"),
    ):
        clients.request(SHOP, LOOK, "PATCH", "/x")


def test_a_redirect_to_another_host_is_not_followed(github: AtPlayground) -> None:
    away = saying(answer("301 Moved Permanently", b"{}", "Location: http://evil.example/repositories/2/pulls/1"))
    with (
        serving(away) as url,
        closing(clients_at(github, url)) as clients,
        pytest.raises(Denied, match=r"another host, evil\.example"),
    ):
        clients.request(SHOP, LOOK, "GET", "/pulls/1")


def test_a_renamed_repository_is_followed_on_the_same_host(github: AtPlayground) -> None:
    seen: list[bytes] = []

    def renamed(connection: socket.socket, head: bytes) -> None:
        seen.append(head.split(b" ")[1])
        if b"/repositories/2/" in head:
            connection.sendall(answer("200 OK", b'{"ok": 1}'))
        else:
            connection.sendall(answer("307 Temporary Redirect", b"{}", "Location: /api/v3/repositories/2/pulls/1"))

    with serving(renamed) as url, closing(clients_at(github, url)) as clients:
        assert clients.request(SHOP, LOOK, "PATCH", "/pulls/1", json={}) == b'{"ok": 1}'
    assert seen == [b"/api/v3/repos/acme/shop/pulls/1", b"/api/v3/repositories/2/pulls/1"]


def test_a_change_that_is_redirected_for_good_is_not_repeated(github: AtPlayground) -> None:
    moved = saying(answer("301 Moved Permanently", b"{}", "Location: /elsewhere"))
    with serving(moved) as url, closing(clients_at(github, url)) as clients, pytest.raises(Denied, match="301"):
        clients.request(SHOP, LOOK, "POST", "/issues/1/comments", json={})


def test_a_circle_of_redirects_ends(github: AtPlayground) -> None:
    circle = saying(answer("302 Found", b"{}", "Location: /api/v3/repos/acme/shop/x"))
    with serving(circle) as url, closing(clients_at(github, url)) as clients, pytest.raises(Denied, match="circle"):
        clients.request(SHOP, LOOK, "GET", "/x")


def test_a_read_that_met_trouble_on_the_way_is_asked_again(github: AtPlayground) -> None:
    trouble, well = saying(answer("502 Bad Gateway")), saying(answer("200 OK", b'{"ok": 1}'))
    with serving(trouble, trouble, well) as url, closing(clients_at(github, url)) as clients:
        assert clients.request(SHOP, LOOK, "GET", "/x") == b'{"ok": 1}'


def test_a_change_that_met_trouble_is_not_repeated_here(github: AtPlayground) -> None:
    trouble, well = saying(answer("502 Bad Gateway")), saying(answer("200 OK"))
    with (
        serving(trouble, trouble, well) as url,
        closing(clients_at(github, url)) as clients,
        pytest.raises(Unreachable, match="502"),
    ):
        clients.request(SHOP, LOOK, "POST", "/x", json={})


@pytest.mark.parametrize("when", ["7", "date", "soon"])
def test_retry_after_is_read_in_every_form(github: AtPlayground, when: str) -> None:
    value = formatdate(time.time() + 100, usegmt=True) if when == "date" else when
    limited = saying(answer("429 Too Many Requests", b"{}", f"Retry-After: {value}", "X-RateLimit-Reset: never"))
    with (
        serving(limited) as url,
        closing(clients_at(github, url)) as clients,
        pytest.raises(Unreachable) as raised,
    ):
        clients.request(SHOP, LOOK, "GET", "/x")
    assert raised.value.retry_after is not None
    assert 1 < raised.value.retry_after <= 102


def test_many_threads_share_the_connections(github: AtPlayground) -> None:
    shop = github.ref("acme/shop")
    answers: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: answers.append(github.clients.request(shop, LOOK, "GET", "/pulls/1")))
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 16


def test_a_missing_thing_is_gone(github: AtPlayground, tmp_path: Path) -> None:
    with pytest.raises(Gone):
        github.clients.request(github.ref("acme/shop"), LOOK, "GET", "/pulls/99")
