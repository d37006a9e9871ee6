"""Git over HTTP: `git http-backend` behind our own check of who may read and who may push."""

import asyncio
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from playground.access import ARCHIVED, Need, allowed, author_of, may_see
from playground.callers import Anonymous, Caller, basic_secret, by_token
from playground.git import git_environment
from playground.hub import Hub
from playground.objects import refs
from playground.protecting import hook_environment
from playground.pushes import record_push, ref_changes
from playground.refusals import BadCredentials, Forbidden, Moved, NotFound, Refusal
from playground.repositories import Repository, former_repository, full_name, git_dir, repository_by_name

READ = Need(("contents",), "read", "read")
WRITE = Need(("contents",), "write", "write")
SERVICES = ("git-upload-pack", "git-receive-pack")
CHUNK = 64 * 1024
ASK_FOR_CREDENTIALS = {"WWW-Authenticate": 'Basic realm="GitHub"'}


@dataclass(frozen=True)
class Visit:
    """One request of a git client that may go through."""

    repository: Repository
    caller: Caller
    #: What git http-backend is told of the request.
    environment: dict[str, str]
    pushes: bool


class SmartHttp:
    """Serves every repository; pushes to one repository take turns, so that each knows what it changed."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    def routes(self) -> list[Route]:
        places = ("/{owner}/{name}.git", "/{owner}/{name}")
        found = [Route(f"{place}/info/refs", self._advertise, methods=["GET"]) for place in places]
        for service in SERVICES:
            found += [Route(f"{place}/{service}", self._serve, methods=["POST"]) for place in places]
        return found

    async def _advertise(self, request: Request) -> Response:
        service = request.query_params.get("service", "")
        if service not in SERVICES:
            return PlainTextResponse("Please upgrade your git client.\n", 403)
        visit = await self._admitted(request, service, "info/refs")
        return visit if isinstance(visit, Response) else await self._stream(visit, None)

    async def _serve(self, request: Request) -> Response:
        service = request.url.path.rsplit("/", 1)[1]
        visit = await self._admitted(request, service, service)
        if isinstance(visit, Response):
            return visit
        with tempfile.TemporaryFile() as body:
            length = await _keep(request, body)
            environment = visit.environment | {"CONTENT_LENGTH": str(length)}
            visit = Visit(visit.repository, visit.caller, environment, visit.pushes)
            return await self._receive(visit, body) if visit.pushes else await self._stream(visit, body)

    async def _admitted(self, request: Request, service: str, command: str) -> Visit | Response:
        pushes = service == "git-receive-pack"
        try:
            caller, repository = await run_in_threadpool(self._open, request, pushes)
        except BadCredentials:
            return PlainTextResponse("Invalid username or token.\n", 401, ASK_FOR_CREDENTIALS)
        except Moved as moved:
            return PlainTextResponse("Moved.\n", moved.status, moved.headers)
        except NotFound:
            if request.headers.get("authorization") is None:
                return PlainTextResponse("Authentication required.\n", 401, ASK_FOR_CREDENTIALS)
            return PlainTextResponse("Repository not found.\n", 404)
        except Refusal as refusal:
            return PlainTextResponse(f"{refusal.message}\n", refusal.status)
        environment = self._environment(request, repository, command)
        if pushes:
            environment |= await run_in_threadpool(hook_environment, self._hub, repository)
        return Visit(repository, caller, environment, pushes)

    def _open(self, request: Request, pushes: bool) -> tuple[Caller, Repository]:
        authorization = request.headers.get("authorization")
        caller: Caller = Anonymous()
        if authorization is not None:
            scheme, _, rest = authorization.partition(" ")
            if scheme.lower() != "basic":
                raise BadCredentials()
            caller = by_token(self._hub, basic_secret(rest))
        repository = self._named(request, caller)
        try:
            return caller, allowed(self._hub, caller, repository, WRITE if pushes else READ)
        except Forbidden as problem:
            if not pushes:
                raise
            if problem.message == ARCHIVED:
                raise
            login = author_of(self._hub, caller).login
            raise Forbidden(f"Permission to {full_name(self._hub, repository)}.git denied to {login}.") from problem

    def _named(self, request: Request, caller: Caller) -> Repository:
        """The repository of the address; git is sent on from a name that one had once."""
        owner, name = request.path_params["owner"], request.path_params["name"]
        try:
            return repository_by_name(self._hub, owner, name)
        except NotFound:
            repository = former_repository(self._hub, owner, name)
            if repository is None or not may_see(self._hub, caller, repository):
                raise
            path = request.url.path.partition(f"/{owner}/{name}")[2].removeprefix(".git")
            url = f"{self._hub.addresses.clone}/{full_name(self._hub, repository)}.git{path}?{request.url.query}"
            raise Moved(url, request.method) from None

    def _environment(self, request: Request, repository: Repository, command: str) -> dict[str, str]:
        headers = request.headers
        return git_environment() | {
            "GIT_PROJECT_ROOT": str(self._hub.repositories_root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": f"/{full_name(self._hub, repository)}.git/{command}",
            "QUERY_STRING": request.url.query,
            "REQUEST_METHOD": request.method,
            "CONTENT_TYPE": headers.get("content-type", ""),
            "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""),
            "GIT_PROTOCOL": headers.get("git-protocol", ""),
            "REMOTE_USER": "playground",
        }

    async def _receive(self, visit: Visit, body: IO[bytes]) -> Response:
        """Lets a push through and tells of it before git learns that it is done."""
        path = git_dir(self._hub, visit.repository)
        async with self._turns[visit.repository.id]:
            before = await run_in_threadpool(refs, path, "refs/heads/", "refs/tags/")
            process = await _start(visit.environment, body)
            answered, _ = await process.communicate()
            after = await run_in_threadpool(refs, path, "refs/heads/", "refs/tags/")
            pusher = author_of(self._hub, visit.caller)
            await run_in_threadpool(record_push, self._hub, visit.repository, pusher, ref_changes(before, after))
        head, _, content = answered.partition(b"\r\n\r\n")
        status, headers = _parsed_head(head)
        return Response(content, status, headers)

    async def _stream(self, visit: Visit, body: IO[bytes] | None) -> Response:
        process = await _start(visit.environment, body)
        output = process.stdout
        if output is None:
            raise RuntimeError("starting git http-backend: it has no output to read")
        head = (await output.readuntil(b"\r\n\r\n")).removesuffix(b"\r\n\r\n")
        status, headers = _parsed_head(head)

        async def chunks() -> AsyncIterator[bytes]:
            try:
                while chunk := await output.read(CHUNK):
                    yield chunk
            finally:
                with suppress(ProcessLookupError):  # it has ended by itself
                    process.kill()
                await process.wait()

        return StreamingResponse(chunks(), status, headers)


async def _keep(request: Request, body: IO[bytes]) -> int:
    """Puts a request's body, however large, into a file that git reads from."""
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        await run_in_threadpool(body.write, chunk)
    body.seek(0)
    return length


async def _start(environment: dict[str, str], body: IO[bytes] | None) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        "git",
        "http-backend",
        stdin=asyncio.subprocess.DEVNULL if body is None else body,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=environment,
    )


def _parsed_head(head: bytes) -> tuple[int, dict[str, str]]:
    lines = (line.partition(":") for line in head.decode("latin-1").split("\r\n") if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in lines}
    return int(headers.pop("status", "200").split()[0]), headers
