"""Requests whose address can be read in two ways are turned away before anybody reads it."""

import re

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

#: One name or address with a port at most (RFC 9110, 7.2): no path, no user, nothing behind it.
HOST = re.compile(rb"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
#: Bytes of a path with its query; the longest of ours carries a path to come back to after signing in.
LONGEST = 8192
#: What no path of ours holds: control characters, a backslash, and in code a NUL, a slash, a percent sign or a dot.
FORBIDDEN = re.compile(rb"[\x00-\x20\x7f\\]|%(?:0[0-9a-f]|1[0-9a-f]|7f|2f|5c|25|2e)", re.IGNORECASE)
DOTS = re.compile(rb"(?:^|/)\.{1,2}(?:/|$)")


class Doorway:
    """Answers 400 to what is no plain request, and passes the rest on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or doesn't."""
        why = problem_of(scope) if scope["type"] in ("http", "websocket") else ""
        if not why:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
        else:
            await PlainTextResponse(f"{why}\n", 400)(scope, receive, send)


def problem_of(scope: Scope) -> str:
    """Why a request is turned away; empty: it is not."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) != 1 or HOST.fullmatch(hosts[0]) is None:
        return "A request names one host, and nothing but a host."
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    if len(path) + len(scope["query_string"]) > LONGEST:
        return f"An address may have {LONGEST} bytes."
    if FORBIDDEN.search(path) or DOTS.search(path):
        return "The path can be read in more than one way. Write it plainly."
    return ""
