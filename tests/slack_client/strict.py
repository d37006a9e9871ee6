"""A Slack that is strict: tokens, methods, arguments, channels, limits, and addresses that are used up."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

#: The arguments that a method takes, and those that it needs.
METHODS = {
    "chat.postMessage": ({"channel", "text", "blocks", "thread_ts", "unfurl_links", "unfurl_media"}, {"channel"}),
    "chat.postEphemeral": ({"channel", "user", "text", "blocks", "thread_ts"}, {"channel", "user"}),
    "users.info": ({"user"}, {"user"}),
    "auth.test": (set[str](), set[str]()),
}
#: A response_url lives so many seconds and takes so many answers.
URL_LIFE, URL_USES = 1800.0, 5


@dataclass(frozen=True)
class Said:
    """Something that stands in Slack now: in a channel, for one person there, or in a direct message."""

    team: str
    method: str
    channel: str
    user: str
    text: str
    blocks: tuple[dict[str, object], ...]
    thread: str = ""

    @property
    def words(self) -> str:
        """All that its sections say."""
        return "\n".join(str(text["text"]) for text in texts_of(self.blocks))

    @property
    def buttons(self) -> dict[str, str]:
        """Where its buttons lead, by their label."""
        found = [each for block in self.blocks if block["type"] == "actions" for each in listed(block["elements"])]
        return {str(each["text"]["text"]): str(each.get("url", "")) for each in found}


@dataclass
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class StrictSlack:
    """What it knows, what was said there, and what it does to whom."""

    #: Tells Unix seconds.
    wall: Callable[[], float]
    base: str = ""
    #: Workspaces by token, and tokens that are dead, by what Slack says of them.
    teams: dict[str, str] = field(default_factory=dict)
    dead: dict[str, str] = field(default_factory=dict)
    #: What Slack says to posts in a channel, or to a user; who isn't here can be posted to.
    closed: dict[str, str] = field(default_factory=dict)
    #: What Slack says to a method.
    refused: dict[str, str] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    #: Team and method of every call, answered well or not.
    calls: list[tuple[str, str]] = field(default_factory=list)
    #: Seconds that a team has to wait after so many calls more; told once.
    limits: dict[str, tuple[int, int]] = field(default_factory=dict)
    #: Calls that are answered with this once, whatever they ask.
    next_answers: list[Answer] = field(default_factory=list)
    #: False: blocks are taken as they are.
    strict_blocks: bool = True
    #: True: every connection is closed without a word.
    hangs_up: bool = False
    #: What happens before a call is answered.
    before: Callable[[], None] = lambda: None
    #: response_urls by path: when they were made, and how often they were used.
    urls: dict[str, list[float]] = field(default_factory=dict)

    def response_url(self) -> str:
        """A new one."""
        path = f"/hooks/T1/{len(self.urls)}/x"
        self.urls[path] = [self.wall(), 0]
        return self.base + path

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        """What a request gets."""
        self.before()
        if path.startswith("/hooks/"):
            return self._hook(path, headers, body)
        method = path.removeprefix("/api/")
        token = headers.get("authorization", "").removeprefix("Bearer ")
        team = self.teams.get(token, "?")
        self.calls.append((team, method))
        if self.next_answers:
            return self.next_answers.pop(0)
        if (limited := self._limited(team)) is not None:
            return limited
        if team == "?" or token in self.dead:
            return _refuse(self.dead.get(token, "invalid_auth"))
        assert headers["content-type"] == "application/x-www-form-urlencoded"
        assert token not in body.decode()
        return self._method(team, method, {name: value[0] for name, value in parse_qs(body.decode()).items()})

    def _method(self, team: str, method: str, given: dict[str, str]) -> Answer:
        if method not in METHODS:
            return _refuse("unknown_method")
        known, needed = METHODS[method]
        if given.keys() - known or needed - given.keys():
            return _refuse("invalid_arguments")
        if method in self.refused:
            return _refuse(self.refused[method])
        if method == "users.info":
            return _json({"ok": True, "user": {"id": given["user"], "real_name": "Ada <!here>"}})
        if method == "auth.test":
            return _json({"ok": True})
        if code := self.closed.get(given["channel"]):
            return _refuse(code)
        blocks = tuple(json.loads(given.get("blocks", "[]")))
        if self.strict_blocks and (wrong := wrong_with(given.get("text", ""), blocks)):
            return _json({"ok": False, "error": "invalid_blocks", "errors": [wrong]})
        place = given["channel"], given.get("user", ""), given.get("text", ""), blocks, given.get("thread_ts", "")
        self.said.append(Said(team, method, *place))
        return _json({"ok": True, "channel": given["channel"], "ts": f"{len(self.said)}.000100"})

    def _hook(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        self.calls.append(("", "hook"))
        assert headers["content-type"] == "application/json"
        assert "authorization" not in headers
        if self.next_answers:
            return self.next_answers.pop(0)
        if path not in self.urls:
            return Answer(404, b"no_such_hook")
        born, uses = self.urls[path]
        if self.wall() - born > URL_LIFE:
            return Answer(404, b"expired_url")
        if uses >= URL_USES:
            return Answer(404, b'{"ok": false, "error": "used_url"}')
        given = json.loads(body)
        if wrong := wrong_with(given["text"], tuple(given["blocks"])):
            return Answer(400, wrong.encode())
        self.urls[path][1] += 1
        self.said.append(Said("", given["response_type"], path, "", given["text"], tuple(given["blocks"])))
        assert given["replace_original"] is False
        return Answer(200, b"ok")

    def _limited(self, team: str) -> Answer | None:
        if team not in self.limits:
            return None
        calls, seconds = self.limits[team]
        if calls > 0:
            self.limits[team] = calls - 1, seconds
            return None
        del self.limits[team]
        return Answer(429, b'{"ok": false, "error": "ratelimited"}', {"Retry-After": str(seconds)})


def texts_of(blocks: tuple[dict[str, object], ...]) -> list[dict[str, object]]:
    """The text objects of sections and contexts."""
    texts = [[block["text"]] if block["type"] == "section" else block["elements"] for block in blocks]
    return [text for each, block in zip(texts, blocks, strict=True) if block["type"] != "actions" for text in each]  # type: ignore[attr-defined]


def listed(value: object) -> list[dict[str, dict[str, object]]]:
    """The elements of a block."""
    assert isinstance(value, list)
    return value


def wrong_with(text: str, blocks: tuple[dict[str, object], ...]) -> str:
    """What Slack would not take of a message; empty: nothing."""
    if not text and not blocks:
        return "no_text"
    if len(blocks) > 50:
        return "no more than 50 items allowed"
    for each in texts_of(blocks):
        if not 1 <= len(str(each["text"])) <= 3000 or each.get("verbatim") is not True:
            return f"a text of {len(str(each['text']))} characters"
    labels = [
        each["text"]["text"] for block in blocks if block["type"] == "actions" for each in listed(block["elements"])
    ]
    return next((f"button {label}" for label in labels if not 1 <= len(str(label)) <= 75), "")


@contextmanager
def strict_slack(wall: Callable[[], float]) -> Iterator[StrictSlack]:
    """One on loopback, gone at the end."""
    slack = StrictSlack(wall)
    lock = threading.Lock()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if slack.hangs_up:
                self.close_connection = True
                return
            with lock:
                answer = slack.answer(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    slack.base = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield slack
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _refuse(code: str) -> Answer:
    return _json({"ok": False, "error": code})


def _json(said: dict[str, object]) -> Answer:
    return Answer(200, json.dumps(said).encode(), {"Content-Type": "application/json"})
