"""The control plane: E2B's REST calls about sandboxes, and the few that only this host has."""

import hmac
import time
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl, unquote

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from worker.sandboxd.errors import InvalidRequest, SandboxdError, Unauthorized, of_system
from worker.sandboxd.host.metrics import measure
from worker.sandboxd.host.record import Record
from worker.sandboxd.host.sandboxes import Sandbox, Sandboxes
from worker.sandboxd.http.answers import detailed, json_response, opened, problem_response
from worker.sandboxd.http.control_payloads import NewSandbox, Timeout, parse

_LONGEST_BODY = 1 << 20
_PAGE = 100

Handler = Callable[[Request], Awaitable[Response]]


class ControlPlane:
    """Answers the control plane's calls."""

    def __init__(self, sandboxes: Sandboxes) -> None:
        self._sandboxes = sandboxes
        self._ground = sandboxes.ground
        self._limits = sandboxes.ground.settings.limits
        self._domain = f"localhost:{sandboxes.ground.settings.port}"
        self._key = sandboxes.ground.settings.api_key.encode()

    def application(self) -> Starlette:
        """The table of calls."""
        one = "/sandboxes/{sandbox_id}"
        table: list[tuple[str, str, Handler]] = [
            ("GET", "/sandboxd/egress", self._registries),
            *((verb, path, call) for path in ("/v2/sandboxes", "/sandboxes") for verb, call in self._many()),
            ("GET", one, self._detail),
            ("DELETE", one, self._kill),
            ("POST", f"/v2{one}/connect", self._connect),
            ("POST", f"{one}/connect", self._connect),
            ("POST", f"{one}/timeout", self._timeout),
            ("POST", f"{one}/pause", self._pause),
            ("PUT", f"{one}/network", self._network),
            ("GET", f"{one}/metrics", self._metrics),
            ("GET", f"{one}/egress", self._denied),
            ("GET", f"{one}/events", self._events),
            ("GET", f"{one}/ended", self._ended),
        ]
        routes = [Route(path, self._guarded(call), methods=[verb]) for verb, path, call in table]
        return Starlette(routes=[Route("/health", self._health), *routes])

    def _many(self) -> list[tuple[str, Handler]]:
        return [("POST", self._create), ("GET", self._list)]

    def _guarded(self, call: Handler) -> Handler:
        async def guarded(request: Request) -> Response:
            try:
                if not hmac.compare_digest(request.headers.get("x-api-key", "").encode(), self._key):
                    raise Unauthorized("Calling the sandbox host: the API key is missing or wrong")
                return await call(request)
            except SandboxdError as problem:
                return problem_response(problem)
            except OSError as problem:
                return problem_response(of_system(request.url.path, problem))

        return guarded

    async def _health(self, _: Request) -> Response:
        return json_response({"isolation": self._sandboxes.tier, "instance": self._ground.instance})

    async def _registries(self, _: Request) -> Response:
        found = self._ground.registries
        return json_response({"registries": found.hosts, "origins": [str(origin) for origin in found.origins]})

    async def _create(self, request: Request) -> Response:
        wanted = parse(NewSandbox, await _body(request))
        sandbox = await self._sandboxes.create(wanted.wish(request.headers.get("idempotency-key")))
        return json_response(opened(sandbox.record, self._limits, self._domain), 201)

    async def _list(self, request: Request) -> Response:
        query = request.query_params
        # The SDK quotes names and values once more before it quotes the query.
        metadata = {unquote(name): unquote(value) for name, value in parse_qsl(query.get("metadata", ""))}
        states = set(query.get("state", "running,paused").split(","))
        found = sorted(
            (sandbox.record for sandbox in self._sandboxes if _matches(sandbox.record, states, metadata)),
            key=lambda record: record.started_at,
            reverse=query.get("order") != "asc",
        )
        first, size = _number(query.get("nextToken"), 0), min(_number(query.get("limit"), _PAGE), _PAGE)
        page = [detailed(record, self._limits, self._domain) for record in found[first : first + size]]
        more = {"x-next-token": str(first + size)} if len(found) > first + size else {}
        return json_response(page, headers=more)

    async def _detail(self, request: Request) -> Response:
        return json_response(detailed(self._find(request).record, self._limits, self._domain))

    async def _kill(self, request: Request) -> Response:
        # One whose end isn't proven yet can't be found any more; whoever asks for its end hears whether it is proven.
        await self._sandboxes.kill(request.path_params["sandbox_id"])
        return Response(status_code=204)

    async def _connect(self, request: Request) -> Response:
        sandbox = self._find(request)
        wanted = time.time() + parse(Timeout, await _body(request)).timeout
        resumed = await self._sandboxes.resume(sandbox)
        self._sandboxes.change(sandbox, end_at=wanted if resumed else max(wanted, sandbox.record.end_at))
        return json_response(opened(sandbox.record, self._limits, self._domain), 201 if resumed else 200)

    async def _timeout(self, request: Request) -> Response:
        sandbox = self._find(request)
        wanted = parse(Timeout, await _body(request)).timeout
        self._sandboxes.change(sandbox, end_at=time.time() + wanted)
        return Response(status_code=204)

    async def _pause(self, request: Request) -> Response:
        await self._sandboxes.pause(self._find(request))
        return Response(status_code=204)

    async def _network(self, request: Request) -> Response:
        sandbox = self._find(request)
        try:
            body = orjson.loads(await _body(request) or b"{}")
        except orjson.JSONDecodeError:
            raise InvalidRequest("Setting the network: the body is not JSON") from None
        if not isinstance(body, dict):
            raise InvalidRequest("Setting the network: the body is not an object")
        await self._sandboxes.set_network(sandbox, body)
        return Response(status_code=204)

    async def _metrics(self, request: Request) -> Response:
        return json_response([await measure(self._find(request), self._sandboxes)])

    async def _denied(self, request: Request) -> Response:
        return json_response({"denied": (await self._report(request))["denied"]})

    async def _events(self, request: Request) -> Response:
        report = await self._report(request)
        return json_response({"events": report["events"], "oomKills": report["oom_kills"]})

    async def _ended(self, request: Request) -> Response:
        return json_response(await self._find(request).link.ask("ended"))

    async def _report(self, request: Request) -> dict[str, object]:
        return await self._find(request).link.ask("report")

    def _find(self, request: Request) -> Sandbox:
        return self._sandboxes.find(request.path_params["sandbox_id"])


def _matches(record: Record, states: set[str], metadata: dict[str, str]) -> bool:
    state = "paused" if record.paused else "running"
    return state in states and all(record.metadata.get(name) == value for name, value in metadata.items())


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else otherwise


async def _body(request: Request) -> bytes:
    content = b""
    async for piece in request.stream():
        content += piece
        if len(content) > _LONGEST_BODY:
            raise InvalidRequest(f"Reading the request: it is longer than {_LONGEST_BODY} bytes")
    return content
