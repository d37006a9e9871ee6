"""A server that says what a test has it say, byte by byte, and the App's way to it."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.forge.clients import GitHubClients
from engine.forge.creations import Creations
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


def clients_at(github: AtPlayground, url: str, seconds: float = 5, creations: Creations | None = None) -> GitHubClients:
    """A client of a GitHub at that address."""
    app = GitHubApp("1", "id", Secret("x"), github.app.private_key, (Secret("x"),), f"{url}/api/v3", url)
    return GitHubClients(app, seconds=seconds, creations=creations)
