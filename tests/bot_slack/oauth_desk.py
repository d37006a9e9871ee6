"""A Slack on loopback that exchanges codes for tokens, keeps what it is asked, and is as slow as a test wants."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

#: Seconds.
DEADLINE = 30.0
GRANT: dict[str, object] = {
    "ok": True,
    "access_token": "xoxb-fresh-from-slack",
    "token_type": "bot",
    "scope": "commands,chat:write",
    "bot_user_id": "U0BOT",
    "app_id": "A0SLIPWAY",
    "team": {"id": "T0NEW", "name": "New & <b>Co</b>"},
    "enterprise": None,
    "is_enterprise_install": False,
    "authed_user": {"id": "U0ADMIN"},
}


@dataclass
class OauthDesk:
    """What it answers, and what it was asked: path, who, and form."""

    url: str = ""
    answer: dict[str, object] = field(default_factory=lambda: dict(GRANT))
    status: int = 200
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    #: While this isn't set, nobody is answered.
    open: threading.Event = field(default_factory=threading.Event)


@contextmanager
def open_desk() -> Iterator[OauthDesk]:
    """Served for the length of the block."""
    desk = OauthDesk()
    desk.open.set()

    class Handler(BaseHTTPRequestHandler):
        """One request."""

        def do_POST(self) -> None:
            """Answers what the desk was told to."""
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            kind, _, told = self.headers.get("authorization", "").partition(" ")
            who = base64.b64decode(told).decode() if kind == "Basic" else told
            desk.open.wait(DEADLINE)
            desk.asked.append((self.path, who, {name: values[0] for name, values in parse_qs(body).items()}))
            said = json.dumps(desk.answer).encode()
            self.send_response(desk.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        desk.url = f"http://127.0.0.1:{server.server_port}/api"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield desk
        finally:
            desk.open.set()
            server.shutdown()
            thread.join()
