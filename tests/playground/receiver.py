"""A real server that takes webhooks and remembers them."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.playground.running import eventually


@dataclass(frozen=True)
class Received:
    """One webhook as it came in."""

    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> str:
        return self.headers["x-github-event"]

    @property
    def guid(self) -> str:
        return self.headers["x-github-delivery"]

    @property
    def payload(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.body)
        return content

    @property
    def name(self) -> str:
        """The event with its action, such as `pull_request.opened`."""
        action = self.payload.get("action")
        return f"{self.event}.{action}" if action else self.event


@dataclass
class Receiver:
    """What came in so far, and what is answered."""

    url: str = ""
    status: int = 202
    #: Seconds between taking a webhook in and answering.
    delay: float = 0.0
    received: list[Received] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.received]

    def expect(self, name: str, count: int = 1) -> Received:
        """The last of so many webhooks of a name, waited for."""

        def look() -> Received | None:
            same = [one for one in self.received if one.name == name]
            return same[-1] if len(same) >= count else None

        return eventually(look, f"{count} webhook(s) {name}")


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a free port."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.received.append(Received({k.lower(): v for k, v in self.headers.items()}, body))
            time.sleep(receiver.delay)
            try:
                self.send_response(receiver.status)
                self.send_header("content-length", "0")
                self.end_headers()
            except ConnectionError:
                self.close_connection = True  # the sender has hung up

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/webhooks/github"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
