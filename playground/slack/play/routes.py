"""The switchboard as scripts reach it: without credentials, and only where PLAYGROUND_FAULTS allows it."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from playground.refusals import Invalid, NotFound, Refusal
from playground.slack.play.asked import Asked
from playground.slack.play.doing import GETS, POSTS, Doing, show_channel
from playground.slack.slack import Slack

PREFIX = "/slack/play"
#: So many things are done at the same time. They wait for the app, which calls the Web API before it answers: in the
#: same threads as that, they would keep it from being served.
MOST_AT_ONCE = 64


def play_routes(slack: Slack) -> list[Route]:
    """What scripts can do, or, without the setting, nothing that anybody could find."""
    if not slack.hub.settings.faults:
        return [Route(f"{PREFIX}/{{rest:path}}", _nothing, methods=["GET", "POST"])]
    serve = _serving(slack, ThreadPoolExecutor(MOST_AT_ONCE, "play"))
    return [
        *(Route(f"{PREFIX}/{name}", serve(doing), methods=["POST"]) for name, doing in POSTS.items()),
        *(Route(f"{PREFIX}/{name}", serve(doing), methods=["GET"]) for name, doing in GETS.items()),
        Route(f"{PREFIX}/channel/{{channel}}", serve(show_channel), methods=["GET"]),
        Route(f"{PREFIX}/{{rest:path}}", _nothing, methods=["GET", "POST"]),
    ]


Endpoint = Callable[[Request], Awaitable[Response]]


def _serving(slack: Slack, threads: ThreadPoolExecutor) -> Callable[[Doing], Endpoint]:
    def serving(doing: Doing) -> Endpoint:
        async def serve(request: Request) -> Response:
            try:
                said = {**request.query_params, **request.path_params, **await _body(request)}
                loop = asyncio.get_running_loop()
                return JSONResponse(await loop.run_in_executor(threads, doing, Asked(slack, said)))
            except Refusal as refusal:
                return JSONResponse({"message": refusal.message}, refusal.status)

        return serve

    return serving


async def _body(request: Request) -> dict[str, Any]:
    body = await request.body()
    if not body:
        return {}
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        raise Invalid("The body is no JSON.") from problem
    if not isinstance(said, dict):
        raise Invalid("The body is no object.")
    return said


async def _nothing(_request: Request) -> Response:
    return JSONResponse({"message": NotFound().message}, 404)
