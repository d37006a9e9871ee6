"""Slack's Web API on loopback, as far as modals need it: it keeps state and refuses what the real one refuses."""

import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

TOKEN = "xoxb-the-token-of-a-test"
#: Seconds that a trigger is good for.
TRIGGER = 3.0

Json = dict[str, object]


@dataclass
class Window:
    """A modal that somebody sees."""

    id: str
    #: Every view that it showed, oldest first.
    views: list[Json] = field(default_factory=list)

    @property
    def now(self) -> Json:
        """What it shows."""
        return self.views[-1]


class FakeSlack:
    """Triggers, modals and what was said to people."""

    def __init__(self) -> None:
        self.address = ""
        self.windows: dict[str, Window] = {}
        #: What was posted to response_urls, and to people.
        self.said: list[Json] = []
        #: Every body that reached it.
        self.heard: list[str] = []
        #: Errors to answer with, by method, each once.
        self.errors: dict[str, list[str]] = {}
        self._triggers: dict[str, float] = {}
        self._numbers = itertools.count(1)

    def trigger(self, age: float = 0.0) -> str:
        """A trigger that was handed out `age` seconds ago."""
        made = f"{next(self._numbers)}.22.abcdef"
        self._triggers[made] = time.monotonic() - age
        return made

    @property
    def response_url(self) -> str:
        """Where answers are taken."""
        return f"{self.address}/response/{next(self._numbers)}"

    def answer(self, method: str, token: str, told: Json) -> Json:
        """The answer of a method."""
        if token != f"Bearer {TOKEN}":
            return refused("invalid_auth")
        if self.errors.get(method):
            return refused(self.errors[method].pop(0))
        match method:
            case "views.open":
                return self._open(told)
            case "views.update":
                return self._update(told)
            case "chat.postMessage":
                self.said.append(told)
                return {"ok": True, "ts": "1.1"}
        return refused("unknown_method")

    def _open(self, told: Json) -> Json:
        trigger = str(told.get("trigger_id", ""))
        if trigger not in self._triggers:
            return refused("invalid_trigger_id")
        given = self._triggers[trigger]
        if given < 0:
            return refused("exchanged_trigger_id")
        if time.monotonic() - given > TRIGGER:
            return refused("expired_trigger_id")
        self._triggers[trigger] = -1.0
        window = Window(f"V{next(self._numbers)}")
        self.windows[window.id] = window
        return self._show(window, told)

    def _update(self, told: Json) -> Json:
        window = self.windows.get(str(told.get("view_id")))
        return refused("not_found") if window is None else self._show(window, told)

    def _show(self, window: Window, told: Json) -> Json:
        view = told["view"]
        view = json.loads(view) if isinstance(view, str) else view
        assert isinstance(view, dict)
        problem = problem_of(view)
        if problem:
            return refused(f"invalid_arguments: {problem}")
        window.views.append(view)
        return {"ok": True, "view": view | {"id": window.id, "hash": str(len(window.views))}}


def refused(code: str) -> Json:
    """An answer that says no."""
    return {"ok": False, "error": code}


def problem_of(view: Json) -> str:
    """Why Slack would not take the view; empty: it would."""
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    ids = [each["block_id"] for each in blocks if "block_id" in each]
    actions = [each["element"]["action_id"] for each in blocks if each["type"] == "input"]
    texts = list(texts_of(view))
    found = {
        "title": not 1 <= len(str(_text(view["title"]))) <= 24,
        "blocks": not 1 <= len(blocks) <= 50,
        "block ids": len(set(ids)) != len(ids) or len(set(actions)) != len(actions),
        "metadata": len(str(view.get("private_metadata", ""))) > 3000,
        "texts": any(not 1 <= len(each) <= 3000 for each in texts),
        "submit": bool(actions) and not view.get("submit"),
    }
    return ", ".join(name for name, wrong in found.items() if wrong)


def texts_of(value: object) -> Iterator[str]:
    """Every text that the view shows."""
    if isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        for each in value.values():
            yield from texts_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_of(each)


def _text(value: object) -> object:
    return value.get("text") if isinstance(value, dict) else ""


def _handler(slack: FakeSlack) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0"))).decode()
            slack.heard.append(body)
            told = _told(self.headers.get("content-type", ""), body)
            if self.path.startswith("/response/"):
                slack.said.append(told)
                self._send(200, b"ok")
                return
            answer = slack.answer(self.path.rpartition("/")[2], self.headers.get("authorization", ""), told)
            limited = answer.get("error") == "ratelimited"
            self._send(429 if limited else 200, json.dumps(answer).encode(), limited=limited)

        def _send(self, status: int, body: bytes, *, limited: bool = False) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            if limited:
                self.send_header("retry-after", "0")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    return Handler


def _told(kind: str, body: str) -> Json:
    if kind.startswith("application/json"):
        read = json.loads(body)
        assert isinstance(read, dict)
        return read
    return {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}


@contextmanager
def serving() -> Iterator[FakeSlack]:
    """One that answers."""
    slack = FakeSlack()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(slack))
    slack.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield slack
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
