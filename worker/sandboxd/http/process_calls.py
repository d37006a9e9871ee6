"""The calls of `process.Process`: starting commands, reading them, feeding them, ending them."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from worker.sandboxd.errors import InvalidRequest, KeeperGone, SandboxdError, Unimplemented
from worker.sandboxd.host.confined import ConfinedFolder
from worker.sandboxd.host.keepers import KeeperLink
from worker.sandboxd.host.orders import inside, is_kept
from worker.sandboxd.host.sandboxes import Sandbox, Sandboxes
from worker.sandboxd.keeper import frames

STREAM_TYPE = "application/connect+json"
_CHUNK = 256 << 10


class ProcessCalls:
    """Passes process calls on to a sandbox's keeper."""

    def __init__(self, sandboxes: Sandboxes) -> None:
        self._sandboxes = sandboxes

    async def unary(self, sandbox: Sandbox, method: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer a call that has one answer."""
        ask = partial(self._sandboxes.ask, sandbox)
        process = message.get("process")
        match method:
            case "List":
                return await ask("list")
            case "SendSignal":
                return await ask("signal", process=process, signal=message.get("signal"))
            case "SendInput":
                return await ask("input", process=process, content=_stdin(message.get("input")))
            case "CloseStdin":
                return await ask("close_input", process=process)
            case _:
                raise Unimplemented(f"process.Process/{method} is not implemented")

    async def stream(self, sandbox: Sandbox, method: str, request: Request) -> Response:
        """Answer a call that streams."""
        match method:
            case "Start" | "Connect":
                events = self._events(sandbox, method, request, await _first_message(request))
                return StreamingResponse(events, media_type=STREAM_TYPE)
            case "StreamInput":
                # All of it before the answer begins: a streaming response reads the request too, for its end.
                return Response(await self._take_input(sandbox, request), media_type=STREAM_TYPE)
            case _:
                raise Unimplemented(f"process.Process/{method} is not implemented")

    async def _events(
        self, sandbox: Sandbox, method: str, request: Request, message: Mapping[str, Any]
    ) -> AsyncIterator[bytes]:
        ping = _seconds(request.headers.get("keepalive-ping-interval"))
        limit = _seconds(request.headers.get("connect-timeout-ms"), 1000)
        try:
            keeper = await self._sandboxes.keeper(sandbox)
            if method == "Start":
                process = _process(sandbox, message)
                stdin, tag = message.get("stdin", True), message.get("tag")
                asked = keeper.open("start", process=process, stdin=stdin, tag=tag, timeout=limit, ping=ping)
            else:
                asked = keeper.open("connect", process=message.get("process"), ping=ping)
            async with asked as (reader, _), asyncio.timeout(limit if method == "Connect" else None):
                watch = frames.EndWatch()
                while content := await reader.read(_CHUNK):
                    watch.see(content)
                    yield content
            if not watch.over:
                # Unsaid, a client would take it for the end of a process that told no exit code.
                raise KeeperGone("Listening to a command: the sandbox's keeper went away")
        except SandboxdError as problem:
            yield frames.last((problem.code, problem.sentence))
        except TimeoutError:
            yield frames.last(("deadline_exceeded", "the connection reached its timeout"))

    async def _take_input(self, sandbox: Sandbox, request: Request) -> bytes:
        reader = frames.FrameReader()
        process: object = None
        try:
            keeper = await self._sandboxes.keeper(sandbox)
            async for content in request.stream():
                for text in reader.feed(content):
                    process = await _pass_on(keeper, process, _message(text))
        except SandboxdError as problem:
            return frames.last((problem.code, problem.sentence))
        except ValueError as problem:
            return frames.last(("invalid_argument", f"Reading the input: {problem}"))
        return frames.frame({}) + frames.last()


async def _pass_on(keeper: KeeperLink, process: object, message: Mapping[str, Any]) -> object:
    if "start" in message:
        return message["start"].get("process")
    if "data" in message:
        await keeper.ask("input", process=process, content=_stdin(message["data"].get("input")))
    return process


def _process(sandbox: Sandbox, message: Mapping[str, Any]) -> dict[str, Any]:
    process = message.get("process")
    if not isinstance(process, dict) or not isinstance(process.get("cmd"), str):
        raise InvalidRequest("Starting a command: the request names none")
    if message.get("pty"):
        raise Unimplemented("Starting a command: terminals are not offered here; start it without one")
    cwd = inside(str(process.get("cwd") or ""))
    if is_kept(cwd) and not ConfinedFolder(sandbox.folders.root, None).is_folder(cwd):
        raise InvalidRequest(f"Starting a command: cwd '{cwd}' does not exist")
    return {"cmd": process["cmd"], "args": process.get("args", []), "envs": process.get("envs", {}), "cwd": cwd}


def _stdin(found: object) -> str:
    content = found.get("stdin") if isinstance(found, dict) else None
    if not isinstance(content, str):
        raise InvalidRequest("Writing to a command: only standard input can be written")
    return content


async def _first_message(request: Request) -> Mapping[str, Any]:
    reader = frames.FrameReader()
    try:
        async for content in request.stream():
            for text in reader.feed(content):
                return _message(text)
    except ValueError as problem:
        raise InvalidRequest(f"Reading the request: {problem}") from None
    raise InvalidRequest("Reading the request: it is empty")


def _message(text: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        raise InvalidRequest("Reading the request: it is not JSON") from None
    if not isinstance(found, dict):
        raise InvalidRequest("Reading the request: it is not an object")
    return found


def _seconds(text: str | None, scale: int = 1) -> float | None:
    return int(text) / scale if text and text.isascii() and text.isdigit() and int(text) else None
