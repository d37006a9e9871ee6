"""A Slack for tests of messages: channels, threads, metadata, limits; strict where Slack is."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

POST = {"channel", "text", "blocks", "metadata", "thread_ts", "reply_broadcast", "unfurl_links", "unfurl_media", "user"}
#: The arguments that each method takes.
METHODS: dict[str, set[str]] = {
    "chat.postMessage": POST - {"user"},
    "chat.postEphemeral": {"channel", "user", "text", "blocks", "thread_ts"},
    "chat.update": {"channel", "ts", "text", "blocks", "metadata"},
    "conversations.history": {"channel", "oldest", "include_all_metadata", "limit", "cursor"},
    "conversations.replies": {"channel", "ts", "oldest", "include_all_metadata", "limit", "cursor"},
    "views.publish": {"user_id", "view"},
    "users.info": {"user"},
}
READS = ("conversations.history", "conversations.replies")
BOT_USER, APP = "U0BOT", "A0APP"
#: Messages of one page, as Slack gives them to apps outside of its market place.
PAGE = 15


@dataclass
class Said:
    """A message as it stands."""

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    metadata: dict[str, Any] | None
    thread: str = ""
    broadcast: bool = False
    edits: int = 0
    user: str = BOT_USER

    @property
    def words(self) -> str:
        """All that its texts say."""
        return "\n".join(str(each["text"]) for block in self.blocks for each in texts_of(block))

    @property
    def buttons(self) -> dict[str, dict[str, Any]]:
        """Its buttons by their label."""
        rows = [block["elements"] for block in self.blocks if block["type"] == "actions"]
        return {each["text"]["text"]: each for elements in rows for each in elements}

    def shown(self) -> dict[str, Any]:
        """As Slack tells of it."""
        said = {
            "type": "message",
            "user": self.user,
            "app_id": APP if self.user == BOT_USER else "A0ELSE",
            "ts": self.ts,
            "text": self.text,
        }
        return said | ({"metadata": self.metadata} if self.metadata else {})


@dataclass
class Slack:
    """What stands there, and what it does to whom."""

    base: str = ""
    #: Workspaces by the tokens of their bots.
    teams: dict[str, str] = field(default_factory=lambda: {"xoxb-acme": "T1", "xoxb-globex": "T2"})
    channels: set[str] = field(default_factory=lambda: {"C1", "C2", "C3"})
    archived: set[str] = field(default_factory=set)
    #: Public channels that the app isn't in: it may post there, and reads nothing.
    foreign: set[str] = field(default_factory=set)
    said: list[Said] = field(default_factory=list)
    homes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    #: The next calls of a method that get their effect and no answer.
    unanswered: Counter[str] = field(default_factory=Counter)
    #: The next calls that are limited, with the seconds to wait.
    limits: list[int] = field(default_factory=list)
    wall: Callable[[], float] = lambda: 1_795_230_240.0
    _count: int = 0

    def roots(self, channel: str = "C1") -> list[Said]:
        """The messages in a channel that are in no thread, oldest first."""
        return [each for each in self.said if each.channel == channel and not each.thread]

    def thread(self, root: Said) -> list[Said]:
        """What stands in a message's thread, oldest first."""
        return [each for each in self.said if each.channel == root.channel and each.thread == root.ts]

    def answer(self, method: str, token: str, given: dict[str, str]) -> tuple[int, dict[str, Any], dict[str, str]]:
        """Status, body and headers."""
        self.calls[method] += 1
        if self.limits:
            return 429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(self.limits.pop(0))}
        if token not in self.teams:
            return 200, {"ok": False, "error": "invalid_auth"}, {}
        error = self._refused(method, given)
        if error:
            return 200, {"ok": False, "error": error}, {}
        return 200, {"ok": True} | self._done(method, given), {}

    def _refused(self, method: str, given: dict[str, str]) -> str:
        if method not in METHODS or given.keys() - METHODS[method]:
            return "invalid_arguments"
        channel = given.get("channel", "")
        if channel and channel not in self.channels and not channel.startswith("U"):
            return "channel_not_found"
        if channel in self.archived and method not in READS:
            return "is_archived"
        if channel in self.foreign and method in READS:
            return "not_in_channel"
        if method == "chat.update" and self._at(channel, given["ts"]) is None:
            return "message_not_found"
        if given.get("thread_ts") and self._at(channel, given["thread_ts"]) is None:
            return "thread_not_found"
        blocks = json.loads(given.get("view", "{}")).get("blocks", []) or json.loads(given.get("blocks", "[]"))
        return "invalid_blocks" if method not in READS and wrong_with(blocks) else ""

    def _done(self, method: str, given: dict[str, str]) -> dict[str, Any]:
        match method:
            case "chat.postMessage":
                return {"ts": self._post(given), "channel": given["channel"]}
            case "chat.update":
                found = self._at(given["channel"], given["ts"])
                assert found is not None
                found.text, found.blocks, found.edits = given["text"], json.loads(given["blocks"]), found.edits + 1
                return {"ts": found.ts}
            case "views.publish":
                self.homes[given["user_id"]] = json.loads(given["view"])["blocks"]
                return {}
            case "conversations.history" | "conversations.replies":
                return self._read(method, given)
            case _:
                return {}

    def _post(self, given: dict[str, str]) -> str:
        self._count += 1
        said = Said(
            given["channel"],
            f"{self.wall() + self._count / 1000:.6f}",
            given["text"],
            json.loads(given.get("blocks", "[]")),
            json.loads(given["metadata"]) if "metadata" in given else None,
            given.get("thread_ts", ""),
            given.get("reply_broadcast") == "true",
        )
        self.said.append(said)
        return said.ts

    def _read(self, method: str, given: dict[str, str]) -> dict[str, Any]:
        whole = [each for each in self.said if each.channel == given["channel"]]
        if method == "conversations.replies":
            found = [each for each in whole if given["ts"] in (each.thread, each.ts)]
        else:
            found = [each for each in reversed(whole) if not each.thread or each.broadcast]
        found = [each for each in found if float(each.ts) > float(given.get("oldest", "0"))]
        begin = int(given.get("cursor", "0"))
        shown, rest = found[begin : begin + PAGE], found[begin + PAGE :]
        messages = [each.shown() for each in shown]
        if given.get("include_all_metadata") != "true":
            messages = [{name: value for name, value in each.items() if name != "metadata"} for each in messages]
        return {"messages": messages, "response_metadata": {"next_cursor": str(begin + PAGE) if rest else ""}}

    def _at(self, channel: str, ts: str) -> Said | None:
        return next((each for each in self.said if (each.channel, each.ts) == (channel, ts)), None)


def texts_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The text objects of a section or a context."""
    match block["type"]:
        case "section":
            return [block["text"]]
        case "context":
            return list(block["elements"])
        case _:
            return []


def wrong_with(blocks: list[dict[str, Any]]) -> str:
    """What Slack wouldn't take of blocks; empty: nothing."""
    if not 1 <= len(blocks) <= 50:
        return f"{len(blocks)} blocks"
    for block in blocks:
        if block["type"] not in ("section", "context", "actions", "divider"):
            return f"no block {block['type']}"
        for text in texts_of(block):
            size = len(text["text"].encode("utf-16-le")) // 2
            if not 1 <= size <= 3000 or text["type"] != "mrkdwn" or text.get("verbatim") is not True:
                return f"a text of {size} characters"
        wrong = _wrong_with_row(block["elements"]) if block["type"] == "actions" else ""
        if wrong:
            return wrong
    return ""


def _wrong_with_row(elements: list[dict[str, Any]]) -> str:
    ids = [each["action_id"] for each in elements]
    if not 1 <= len(elements) <= 25 or len(ids) != len(set(ids)):
        return f"buttons {ids}"
    for each in elements:
        label = each["text"]["text"]
        if each["text"]["type"] != "plain_text" or not 1 <= len(label) <= 75 or len(each.get("value", "")) > 2000:
            return f"button {label}"
    return ""


@contextmanager
def a_slack() -> Iterator[Slack]:
    """One on loopback, gone at the end."""
    slack = Slack()
    lock = threading.Lock()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            method = self.path.removeprefix("/api/")
            given = {name: values[0] for name, values in parse_qs(body).items()}
            token = self.headers.get("authorization", "").removeprefix("Bearer ")
            with lock:
                status, said, headers = slack.answer(method, token, given)
                lost = slack.unanswered[method] > 0
                slack.unanswered[method] -= lost
            if lost:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in (headers | {"Content-Type": "application/json"}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

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
