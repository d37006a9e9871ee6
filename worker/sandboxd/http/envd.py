"""The calls to the agent that E2B runs inside a sandbox; here the host answers them from outside."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from worker.sandboxd.errors import (
    InvalidRequest,
    KeeperGone,
    NotFound,
    SandboxdError,
    Unauthorized,
    Unimplemented,
    of_system,
)
from worker.sandboxd.host.sandboxes import Sandbox, Sandboxes
from worker.sandboxd.http import files, filesystem_calls
from worker.sandboxd.http.answers import json_response, problem_response
from worker.sandboxd.http.process_calls import STREAM_TYPE, ProcessCalls
from worker.sandboxd.keeper import frames

_LONGEST_MESSAGE = 64 << 20
_UNARY_TYPE = "application/json"


class Envd:
    """Answers file and process calls."""

    def __init__(self, sandboxes: Sandboxes) -> None:
        self._sandboxes = sandboxes
        self._processes = ProcessCalls(sandboxes)

    async def serve(self, sandbox_id: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request to a sandbox's agent."""
        request = Request(scope, receive)
        response = await self._answer(sandbox_id, request)
        await response(scope, receive, send)

    async def _answer(self, sandbox_id: str, request: Request) -> Response:
        sandbox = self._running(sandbox_id)
        if sandbox is None:
            return unavailable(sandbox_id, "The sandbox was not found")
        path = request.url.path
        if path == "/health":
            return Response(status_code=204)
        try:
            _authorize(sandbox, request)
            if path == "/files":
                return await self._files(sandbox, request)
            return await self._call(sandbox, path.strip("/"), request)
        except SandboxdError as problem:
            return problem_response(problem)
        except OSError as problem:
            return problem_response(of_system(path, problem))

    async def _files(self, sandbox: Sandbox, request: Request) -> Response:
        if request.method == "GET":
            return await files.download(sandbox, request)
        if request.method == "POST":
            return await files.upload(sandbox, request, self._sandboxes.ground.settings.limits.disk)
        raise Unimplemented(f"/files has no {request.method}")

    async def _call(self, sandbox: Sandbox, name: str, request: Request) -> Response:
        service, _, method = name.partition("/")
        kind = request.headers.get("content-type", "").partition(";")[0]
        if kind == STREAM_TYPE and service == "process.Process":
            return await self._processes.stream(sandbox, method, request)
        if kind == STREAM_TYPE:
            body = frames.last(("unimplemented", f"{name} is not implemented"))
            return Response(body, media_type=STREAM_TYPE)
        if kind != _UNARY_TYPE:
            return Response(status_code=415, headers={"accept-post": f"{_UNARY_TYPE}, {STREAM_TYPE}"})
        try:
            return json_response(await self._unary(sandbox, service, method, await _message(request)))
        except SandboxdError as problem:
            return json_response({"code": problem.code, "message": problem.sentence}, problem.status)
        except OSError as problem:
            told = of_system(name, problem)
            return json_response({"code": told.code, "message": told.sentence}, told.status)

    async def _unary(
        self, sandbox: Sandbox, service: str, method: str, message: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        match service:
            case "process.Process":
                return await self._processes.unary(sandbox, method, message)
            case "filesystem.Filesystem":
                return filesystem_calls.call(sandbox, method, message)
            case _:
                raise Unimplemented(f"{service}/{method} is not implemented")

    def _running(self, sandbox_id: str) -> Sandbox | None:
        try:
            sandbox = self._sandboxes.find(sandbox_id)
        except NotFound:
            return None
        return None if sandbox.record.paused else sandbox


def unavailable(sandbox_id: str, message: str, port: int | None = None) -> Response:
    """What E2B's edge answers for a sandbox or a port that isn't there."""
    place = {} if port is None else {"port": port}
    return json_response({"sandboxId": sandbox_id, "message": message, **place, "code": KeeperGone.status}, 502)


async def _message(request: Request) -> Mapping[str, Any]:
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > _LONGEST_MESSAGE:
            raise InvalidRequest(f"Reading the request: it is longer than {_LONGEST_MESSAGE} bytes")
    try:
        found = json.loads(content or b"{}")
    except ValueError:
        raise InvalidRequest("Reading the request: it is not JSON") from None
    if not isinstance(found, dict):
        raise InvalidRequest("Reading the request: it is not an object")
    return found


def _authorize(sandbox: Sandbox, request: Request) -> None:
    token = sandbox.record.access_token
    given = request.headers.get("x-access-token", "")
    if hmac.compare_digest(given.encode(), token.encode()):
        return
    if request.url.path == "/files" and _is_signed(request, token):
        return
    raise Unauthorized("Calling a sandbox: the access token is missing or wrong")


def _is_signed(request: Request, token: str) -> bool:
    query = request.query_params
    operation = "read" if request.method == "GET" else "write"
    expiration = query.get("signature_expiration")
    parts = [query.get("path", ""), operation, query.get("username", ""), token, *([expiration] if expiration else [])]
    digest = hashlib.sha256(":".join(parts).encode()).digest()
    wanted = b"v1_" + base64.b64encode(digest).rstrip(b"=")
    if not hmac.compare_digest(query.get("signature", "").encode(), wanted):
        return False
    return expiration is None or (expiration.isdigit() and int(expiration) >= time.time())
