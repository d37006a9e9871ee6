"""Puts points into a composed back room: at every commit, every call outside, and every wake-up."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

import httpx

from engine.domain.job import JobKind
from engine.forge.clients import GitHubClients
from engine.store.database import Database
from engine.work.handler import Handler
from tests.faults.crash.fuse import Fuse

#: Calls that only look, as often as time allows: their number tells nothing.
LOOKS = frozenset({"wait", "ended", "upstream", "registries", "alive"})
#: What a handler holds that acts outside.
OUTSIDE = frozenset({"sandboxes", "source", "mirrors", "scans"})
#: Parts of a handler that hold such things themselves.
PARTS = frozenset({"trials", "bases"})


class Fused:
    """A port, each call of which is a point; so are those of the sandboxes and processes that it hands out."""

    def __init__(self, inner: object, fuse: Fuse, name: str) -> None:
        self._inner = inner
        self._fuse = fuse
        self._name = name

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._inner, name)
        if not callable(value) or name in LOOKS:
            return value

        def call(*arguments: object, **named: object) -> object:
            with self._fuse.point(f"{self._name}.{name}"):
                answer = value(*arguments, **named)
            if hasattr(answer, "allow_egress"):
                return Fused(answer, self._fuse, "sandbox")
            return Fused(answer, self._fuse, "process") if hasattr(answer, "detach") else answer

        return call


def fuse_commits(database: Database, fuse: Fuse) -> None:
    """Every commit of this database object is a point."""
    dialect = database.engine.dialect
    commit: Callable[[Any], None] = dialect.do_commit

    def do_commit(connection: Any) -> None:
        with fuse.point("commit"):
            commit(connection)

    # SQLAlchemy tells of a commit only before it; the dialect belongs to this engine alone.
    dialect.do_commit = do_commit  # type: ignore[method-assign,assignment]


def fuse_calls(clients: GitHubClients, fuse: Fuse) -> None:
    """Every request to GitHub is a point."""
    wire = clients._wire
    send = wire.handle_request

    def handle_request(request: httpx.Request) -> httpx.Response:
        with fuse.point(f"{request.method} {request.url.path.removeprefix('/api/v3')}"):
            return send(request)

    # The wire belongs to these clients alone.
    wire.handle_request = handle_request  # type: ignore[method-assign]


def fused_handlers(handlers: Mapping[JobKind, Handler], fuse: Fuse) -> dict[JobKind, Handler]:
    """The same handlers with points where they reach outside."""
    return {kind: _fused(handler, fuse) for kind, handler in handlers.items()}


def _fused(whole: Any, fuse: Fuse) -> Any:
    names = [each.name for each in fields(whole)] if is_dataclass(whole) else []
    outside = {name: Fused(getattr(whole, name), fuse, name) for name in names if name in OUTSIDE}
    parts = {name: _fused(getattr(whole, name), fuse) for name in names if name in PARTS}
    return replace(whole, **outside, **parts) if outside or parts else whole
