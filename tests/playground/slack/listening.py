"""A real server that takes what Slack posts, remembers it, and answers as it is told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from tests.playground.running import eventually


@dataclass(frozen=True)
class Heard:
    """One request of Slack's."""

    headers: dict[str, str]
    body: bytes

    @property
    def content(self) -> dict[str, Any]:
        """A command's form, an interaction's payload, or an event's envelope."""
        if self.headers["content-type"] == "application/json":
            return dict(json.loads(self.body))
        form = {name: values[0] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}
        return dict(json.loads(form["payload"])) if "payload" in form else form

    @property
    def name(self) -> str:
        """`/slipway`, `block_actions`, `app_mention` …"""
        content = self.content
        event = content.get("event")
        return str(event["type"] if event else content.get("command") or content["type"])


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int = 200
    body: bytes = b""
    kind: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


Answering = Callable[[Heard], Reply]


@dataclass
class Listener:
    """What came in so far, and who answers it."""

    url: str = ""
    answering: Answering = field(default=lambda _heard: Reply())
    #: Seconds between taking something in and answering, for each of the next requests.
    delays: list[float] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)

    def answer(self, content: Any = None, status: int = 200, kind: str = "application/json") -> None:
        """Answers everything from now on with this: nothing, text, or JSON."""
        body = (
            b"" if content is None else content.encode() if isinstance(content, str) else json.dumps(content).encode()
        )
        self.answering = lambda _heard: Reply(status, body, kind)

    def named(self, name: str) -> list[Heard]:
        return [one for one in list(self.heard) if one.name == name]

    def expect(self, name: str, count: int = 1) -> Heard:
        """The last of so many requests of a name, waited for."""

        def look() -> Heard | None:
            same = self.named(name)
            return same[-1] if len(same) >= count else None

        return eventually(look, f"{count} request(s) {name}", 30)


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener on a free port."""
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            heard = Heard({name.lower(): value for name, value in self.headers.items()}, body)
            listener.heard.append(heard)
            time.sleep(listener.delays.pop(0) if listener.delays else 0.0)
            reply = listener.answering(heard)
            try:
                self.send_response(reply.status)
                for name, value in {**reply.headers, "content-type": reply.kind}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body)
            except ConnectionError:
                self.close_connection = True  # Slack has hung up

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        listener.url = f"http://127.0.0.1:{server.server_port}/slack/events"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield listener
        finally:
            server.shutdown()
            thread.join()
