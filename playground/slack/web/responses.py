"""Serves the addresses to which the app answers what somebody did."""

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from playground.slack.answers import NotTaken, take_answer
from playground.slack.response_urls import PREFIX, UrlOver, use_response_url
from playground.slack.slack import Slack
from playground.slack.web.faults import under_faults

MOST_BYTES = 200_000


def response_routes(slack: Slack) -> list[Route]:
    """`/slack/response/<secret>`; rules of the fault switch know it as `/slack/response`."""

    async def serve(request: Request) -> Response:
        body = await request.body()

        async def answer() -> Response:
            return await run_in_threadpool(_answer, slack, request.path_params["secret"], body)

        return await under_faults(slack, PREFIX, answer)

    return [Route(f"{PREFIX}/{{secret}}", serve, methods=["POST"])]


def _answer(slack: Slack, secret: str, body: bytes) -> Response:
    try:
        url = use_response_url(slack, secret)
        said = orjson.loads(body[:MOST_BYTES])
        if not isinstance(said, dict):
            raise NotTaken("invalid_payload")
        take_answer(slack, url, said)
    except UrlOver as over:
        return JSONResponse({"ok": False, "error": str(over)}, 404)
    except orjson.JSONDecodeError:
        return JSONResponse({"ok": False, "error": "invalid_payload"}, 400)
    except NotTaken as refusal:
        return JSONResponse({"ok": False, "error": refusal.error, "errors": refusal.problems}, 400)
    return PlainTextResponse("ok")
