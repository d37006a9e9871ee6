"""The wire holds against servers that drip, hang, redirect and talk nonsense."""

import socket
import threading
import time
from contextlib import closing
from email.utils import formatdate
from pathlib import Path

import pytest

from engine.errors import Denied, Gone, Unreachable
from engine.forge.failures import Limited, NoRoom
from engine.forge.grants import LOOK
from engine.forge.port import RepositoryRef
from tests.forge.at_playground import AtPlayground
from tests.forge.serving import SHOP, answer, clients_at, dripping, saying, serving


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


def test_nothing_is_sent_once_the_time_for_all_calls_is_over(github: AtPlayground) -> None:
    seen: list[bytes] = []

    def noting(connection: socket.socket, head: bytes) -> None:
        seen.append(head)
        connection.sendall(answer("200 OK"))

    with serving(noting) as url, closing(clients_at(github, url)) as clients:
        with clients.within(time.monotonic() + 60):
            clients.request(SHOP, LOOK, "PATCH", "/in-time")
        with clients.within(time.monotonic() - 1), pytest.raises(Unreachable, match="not whole in time"):
            clients.request(SHOP, LOOK, "PATCH", "/late")
        clients.request(SHOP, LOOK, "PATCH", "/afterwards")
    assert [head.split()[1].rpartition(b"/")[2] for head in seen] == [b"in-time", b"afterwards"]


def test_the_last_call_of_the_hour_is_the_last(github: AtPlayground) -> None:
    full = ("x-ratelimit-remaining: 0", f"x-ratelimit-reset: {int(time.time()) + 1000}")
    seen: list[bytes] = []

    def counting(connection: socket.socket, head: bytes) -> None:
        seen.append(head)
        connection.sendall(answer("200 OK", b"{}", *full))

    other = RepositoryRef(2, 3, "beta/shop")
    with serving(counting) as url, closing(clients_at(github, url)) as clients:
        clients.request(SHOP, LOOK, "GET", "/pulls/1")
        with pytest.raises(Limited, match="used up its calls") as refused:
            clients.request(SHOP, LOOK, "GET", "/pulls/1")
        clients.request(other, LOOK, "GET", "/pulls/1")
    assert len(seen) == 2
    assert 900 < refused.value.retry_after <= 1000


def test_a_primary_limit_stops_every_call_and_a_secondary_one_only_its_own(github: AtPlayground) -> None:
    primary = answer("403 Forbidden", b"{}", "x-ratelimit-remaining: 0", f"x-ratelimit-reset: {int(time.time()) + 900}")
    secondary = answer("403 Forbidden", b"{}", "retry-after: 900")
    for said, asked in ((primary, 1), (secondary, 2)):
        seen: list[bytes] = []

        def refusing(connection: socket.socket, head: bytes, said: bytes = said, seen: list[bytes] = seen) -> None:
            seen.append(head)
            connection.sendall(said)

        with serving(refusing) as url, closing(clients_at(github, url)) as clients:
            for _ in range(2):
                with pytest.raises(Limited):
                    clients.request(SHOP, LOOK, "PATCH", "/x")
        assert len(seen) == asked


def test_what_would_be_one_creation_too_many_is_not_sent(github: AtPlayground) -> None:
    class Full:
        def reserve(self, installation_id: int) -> None:
            raise NoRoom(f"installation {installation_id} is full", 40)

    with (
        serving(saying(answer("200 OK"))) as url,
        closing(clients_at(github, url, creations=Full())) as clients,
    ):
        clients.request(SHOP, LOOK, "PATCH", "/issues/comments/1", json={})
        with pytest.raises(NoRoom, match="installation 1 is full"):
            clients.request(SHOP, LOOK, "POST", "/issues/1/comments", json={})
