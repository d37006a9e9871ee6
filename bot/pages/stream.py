"""Streams of a page's parts (`text/event-stream`): sent when they change, ended with the session and the permission."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from bot.feed import Sight
from bot.pages.forms import comes_from_elsewhere
from bot.pages.open_streams import MOST_EACH, OpenStreams
from bot.pages.reception import Reception

#: Seconds between two signs of life, and of the browser's pause before it comes again.
ALIVE = 15.0
AGAIN_MS = 2000
KIND = "text/event-stream"
HEADERS = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}


@dataclass(frozen=True)
class Look:
    """A page at one moment."""

    #: HTML by the part's name.
    parts: Mapping[str, str]
    #: Lines of its log from the one that was asked for.
    lines: tuple[str, ...] = ()
    #: True when nothing of it will change any more.
    over: bool = False


@dataclass(frozen=True)
class Live:
    """How a page is looked at again. `look` gets the first line of the log that is wanted; None: no longer allowed."""

    look: Callable[[int], Look | None]
    #: Seconds between two looks when nothing is heard, and at least.
    every: float
    pause: float = 0.0
    #: Whose log it shows; empty: none.
    subject: str = ""


def answer(reception: Reception, request: Request, login: str, live: Live) -> Response:
    """The stream; pages that can't have it ask for their parts from time to time."""
    if comes_from_elsewhere(reception, request):
        return _refusal(403, "csrf", "Streams are for Slipway's own pages.")
    if reception.streams.full(login):
        return _refusal(429, "too_many", f"{MOST_EACH} streams are open already. Close a tab.")
    if request.method == "HEAD":
        return Response(headers=HEADERS, media_type=KIND)
    events = _events(reception.streams, login, live, first_line(request))
    return StreamingResponse(events, headers=HEADERS, media_type=KIND)


def first_line(request: Request) -> int:
    """The first line of the log that the browser hasn't got: it says so itself when it comes again."""
    said = request.headers.get("last-event-id") or request.query_params.get("from", "0")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


async def _events(streams: OpenStreams, login: str, live: Live, line: int) -> AsyncIterator[str]:
    known: dict[str, str] = {}
    sight, quiet = Sight(lines=line), 0.0
    with streams.one_more(login):
        yield f"retry: {AGAIN_MS}\n\n"
        while True:
            sight = await streams.feed.watch(live.subject, sight, live.every)
            if streams.feed.over:
                # The browser comes again after a restart, and is told there whether it may.
                return
            look = await run_in_threadpool(live.look, line)
            if look is None:
                yield encode("gone", {})
                return
            line += len(look.lines)
            said = _news(look, known, line)
            quiet = 0.0 if said else quiet + live.every
            if said or quiet >= ALIVE:
                quiet = 0.0
                yield said or ": still here\n\n"
            if look.over and not look.lines:
                yield encode("over", {})
                return
            await asyncio.sleep(live.pause)
            # What didn't fit into one look is told at once.
            sight = replace(sight, lines=line) if look.lines else sight


def _news(look: Look, known: dict[str, str], line: int) -> str:
    said = ""
    for name, html in look.parts.items():
        if known.get(name) != html:
            known[name] = html
            said += encode("part", {"part": name, "html": html})
    if look.lines:
        said += encode("lines", {"lines": look.lines}, number=line)
    return said


def encode(event: str, data: Mapping[str, object], number: int | None = None) -> str:
    """One event. JSON has no line ends of its own, so that nothing in it can end the event."""
    mark = "" if number is None else f"id: {number}\n"
    return f"event: {event}\n{mark}data: {json.dumps(data)}\n\n"


def _refusal(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message, "fix": ""}}, status)
