"""The whole application over a world, and requests to any of its routes that end where a stream would go on."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Route
from starlette.types import Message

from bot.app import Doors, create_app
from bot.ingest import Ingest
from bot.pages.reception import Reception
from engine.store.sql import SqlStore
from engine.wakeups.memory import MemoryWakeups
from tests.signin.client import Web

#: Seconds for one answer to begin.
PATIENCE = 60.0


def whole_app(web: Web) -> Starlette:
    """Every route that `python -m bot` serves."""
    deps, world = web.deps, web.world
    assert web.settings.github is not None
    reception = Reception(
        settings=web.settings,
        database=world.database,
        permissions=world.permissions,
        signed_in=deps.signed_in,
        desk=deps.desk,
        counter=deps.counter,
        streams=deps.streams,
        variables=deps.variables,
        forge=world.forge,
        commits=world.commits,
    )
    ingest = Ingest(SqlStore(world.database, web.settings.intervals), MemoryWakeups())
    return create_app(web.settings, Doors(web.settings.github, ingest, reception, web.app.routes))


def walked(routes: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    """Method and path of every route for requests."""
    for route in routes:
        if isinstance(route, Route):
            for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
                yield method, route.path


def filled(path: str, values: Mapping[str, str]) -> str:
    """The path with a value for each of its parameters: `values` has them by the path's first words and their name."""

    def value(found: re.Match[str]) -> str:
        fitting = [
            name for name in values if path.startswith(name.rpartition(" ")[0]) and name.endswith(f" {found[1]}")
        ]
        assert fitting, f"{path}: the walk knows no value for {found[0]}"
        return values[max(fitting, key=len)]

    return re.sub(r"\{(\w+)(?::\w+)?\}", value, path)


@dataclass
class Answer:
    """How an answer began."""

    status: int = 0
    body: bytes = b""


@contextmanager
def walker(app: Starlette) -> Iterator["Walker"]:
    """Requests to the application, without a server."""
    with asyncio.Runner() as runner:
        yield Walker(app, runner)


@dataclass
class Walker:
    """Asks and hangs up once something was answered."""

    app: Starlette
    runner: asyncio.Runner

    def ask(self, method: str, address: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """One request."""
        return self.runner.run(asyncio.wait_for(self._ask(method, address, headers, body), PATIENCE))

    async def _ask(self, method: str, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        answer, answered = Answer(), asyncio.Event()
        sent = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Message:
            if sent:
                return sent.pop()
            await answered.wait()
            return {"type": "http.disconnect"}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
            else:
                answer.body += message.get("body", b"")
                if answer.body:
                    answered.set()

        await self.app(_scope(method, address, headers), receive, send)
        return answer


def _scope(method: str, address: str, headers: Mapping[str, str]) -> dict[str, object]:
    parts = urlsplit(address)
    raw = {"host": "localhost:8080"} | {name.lower(): value for name, value in headers.items()}
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in raw.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("localhost", 8080),
    }
