"""A stand-in for OSV on the loopback: it answers as the documentation of its API says, or badly when it is told to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

MODIFIED = "2026-01-02T03:04:05Z"


@dataclass
class OsvServer:
    """What it knows and was asked."""

    #: `ecosystem/name/version` → ids.
    vulnerable: dict[str, list[str]] = field(default_factory=dict)
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: Ids that one page holds.
    page: int = 1000
    #: Queries of each batch, and ids of records that were asked for.
    batches: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    status: int = 200
    #: Bytes that every batch is answered with instead.
    raw: bytes | None = None
    #: Set: batches are answered; else they wait for it.
    open: threading.Event = field(default_factory=threading.Event)
    #: True: it begins to answer at once, and never ends.
    drips: bool = False
    modified: str = MODIFIED
    url: str = ""

    def knows(self, package: str, name: str, **record: Any) -> None:
        """A version has a vulnerability."""
        self.vulnerable.setdefault(package, []).append(name)
        self.records[name] = {"id": name, "modified": self.modified, "summary": f"About {name}", **record}

    def answer(self, queries: list[dict[str, Any]]) -> dict[str, Any]:
        """The answer to a batch."""
        self.batches.append(len(queries))
        return {"results": [self._result(each) for each in queries]}

    def _result(self, query: dict[str, Any]) -> dict[str, Any]:
        package = query["package"]
        ids = self.vulnerable.get(f"{package['ecosystem']}/{package['name']}/{query['version']}", [])
        start = int(query.get("page_token", 0))
        found = [{"id": each, "modified": self.modified} for each in ids[start : start + self.page]]
        more = {"next_page_token": str(start + self.page)} if start + self.page < len(ids) else {}
        return ({"vulns": found} if found else {}) | more


class _Handler(BaseHTTPRequestHandler):
    @property
    def osv(self) -> OsvServer:
        return cast("_Server", self.server).osv

    def do_POST(self) -> None:
        """/v1/querybatch"""
        queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        self.osv.open.wait(60)
        if self.osv.drips:
            self._drip()
        elif self.path != "/v1/querybatch" or len(queries) > 1000:
            self._say(400, b'{"code": 3, "message": "Too many queries."}')
        else:
            said = json.dumps(self.osv.answer(queries)).encode()
            self._say(self.osv.status, said if self.osv.raw is None else self.osv.raw)

    def do_GET(self) -> None:
        """/v1/vulns/{id}"""
        name = self.path.removeprefix("/v1/vulns/")
        self.osv.asked.append(name)
        record = self.osv.records.get(name)
        self._say(200 if record else 404, json.dumps(record or {"code": 5, "message": "Bug not found."}).encode())

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(b" " * 65536)
                self.wfile.flush()
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    osv: OsvServer


@contextmanager
def an_osv() -> Iterator[OsvServer]:
    """One that runs."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.osv = osv = OsvServer(url=f"http://127.0.0.1:{server.server_port}")
    osv.open.set()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield osv
    finally:
        osv.open.set()
        server.shutdown()
        thread.join(30)
        server.server_close()
