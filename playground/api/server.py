"""Serves the table of routes: who calls, what they get, and every refusal in GitHub's shape."""

import secrets
import threading
from collections import Counter
from collections.abc import Mapping

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.api.call import Answer, Call, Handler
from playground.api.repository_address import named
from playground.callers import AnInstallation, identify
from playground.faults.calls import with_faults
from playground.faults.limits import CreationLimits
from playground.hub import Hub
from playground.refusals import Forbidden, Moved, NotFound, NotUnderstood, Refusal

PREFIX = "/api/v3"
DOCUMENTATION = "https://docs.github.com/rest"
API_VERSIONS = ("2022-11-28", "2026-03-10")
HOURLY_CALLS = 5000
ANONYMOUS_HOURLY_CALLS = 60
MOST_BODY_BYTES = 30 * 1024 * 1024
NO_USER_AGENT = (
    "Request forbidden by administrative rules. Please make sure your request has a User-Agent header "
    "(https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). "
    "Check https://developer.github.com for other possible causes."
)


class CallCounts:
    """How often each caller called in this hour, for the rate limit headers."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._hour = 0
        self._calls: Counter[str] = Counter()

    def headers(self, caller: str | None, now: float) -> dict[str, str]:
        """Counts one call and says what is left."""
        limit = HOURLY_CALLS if caller else ANONYMOUS_HOURLY_CALLS
        with self._lock:
            if self._hour != int(now // 3600):
                self._hour, self._calls = int(now // 3600), Counter()
            self._calls[caller or ""] += 1
            used = self._calls[caller or ""]
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - used)),
            "X-RateLimit-Used": str(used),
            "X-RateLimit-Reset": str((self._hour + 1) * 3600),
            "X-RateLimit-Resource": "core",
        }


def api_routes(hub: Hub, table: tuple[tuple[str, str, Handler], ...]) -> list[Route]:
    """Starlette's routes for a table of ours, and one last that knows nothing."""
    counts, limits = CallCounts(), CreationLimits()
    routes = [_route(hub, counts, method, path, _limited(limits, handler)) for method, path, handler in table]
    methods = ("GET", "POST", "PUT", "PATCH", "DELETE")
    return routes + [_route(hub, counts, method, "/{rest:path}", _unknown) for method in methods]


def _limited(limits: CreationLimits, handler: Handler) -> Handler:
    """The handler behind the limits on creating content, which only an installation can reach."""

    def serve(call: Call) -> Answer:
        if call.hub.settings.limits and isinstance(call.caller, AnInstallation) and call.creates:
            limits.count(call.caller.installation.id, call.hub.clock())
        return handler(call)

    return serve


def _route(hub: Hub, counts: CallCounts, method: str, path: str, handler: Handler) -> Route:
    async def serve(request: Request) -> Response:
        body = await request.body()
        answer = await run_in_threadpool(_answer, hub, handler, request, body)
        content = answer.body if isinstance(answer.body, bytes) else orjson.dumps(answer.body)
        headers = counts.headers(request.headers.get("authorization"), hub.clock()) | _common_headers(answer)
        return Response(b"" if answer.status == 204 else content, answer.status, headers)

    return Route(path, with_faults(hub, serve, below=PREFIX), methods=[method])


def _answer(hub: Hub, handler: Handler, request: Request, body: bytes) -> Answer:
    try:
        _check_request(request.headers, body)
        caller = identify(hub, request.headers.get("authorization"))
        url = hub.addresses.clone + request.url.path
        query = dict(request.query_params)
        asked = f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path
        path = named(hub, caller, request.method, request.path_params, asked)
        return handler(Call(hub, caller, request.method, url, path, query, request.headers, body))
    except Refusal as refusal:
        return _refused(refusal)


def _check_request(headers: Mapping[str, str], body: bytes) -> None:
    if not headers.get("user-agent"):
        raise Forbidden(NO_USER_AGENT)
    version = headers.get("x-github-api-version", API_VERSIONS[0])
    if version not in API_VERSIONS:
        raise NotUnderstood(f"The API version {version!r} is not supported; supported are {', '.join(API_VERSIONS)}")
    if len(body) > MOST_BODY_BYTES:
        raise NotUnderstood("The request body is too large")


def _refused(refusal: Refusal) -> Answer:
    body: dict[str, object] = {"message": refusal.message}
    if isinstance(refusal, Moved):
        body["url"] = refusal.url
    if refusal.errors:
        body["errors"] = refusal.errors
    body |= {"documentation_url": DOCUMENTATION, "status": str(refusal.status)}
    return Answer(body, refusal.status, refusal.headers)


def _common_headers(answer: Answer) -> dict[str, str]:
    fixed = {
        "X-GitHub-Request-Id": ":".join(secrets.token_hex(2).upper() for _ in range(5)),
        "X-GitHub-Media-Type": "github.v3; format=json",
        "X-GitHub-Api-Version-Selected": API_VERSIONS[0],
        "Cache-Control": "private, max-age=0, must-revalidate",
        "X-Content-Type-Options": "nosniff",
    }
    typed = {} if answer.status == 204 else {"Content-Type": answer.content_type}
    return fixed | typed | dict(answer.headers)


def _unknown(_call: Call) -> Answer:
    raise NotFound()
