"""Lets calls of the Web API go wrong as the fault switch says; Slack's answers, GitHub's names of faults."""

import asyncio
import math
import secrets
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response

from playground.faults.connection import Cut, dripping
from playground.faults.effects import record
from playground.faults.rules import Rule
from playground.slack.slack import Slack

LIMITS = ("too_many", "secondary_limit", "secondary_limit_bare", "primary_limit")
STATUSES = {"error_500": 500, "error_502": 502, "error_503": 503}
#: Faults that Slack answers with 200 and a word.
WORDS = {
    "unauthorized": "invalid_auth",
    "forbidden": "missing_scope",
    "gone": "channel_not_found",
    "unprocessable": "invalid_arguments",
    "redirect_elsewhere": "internal_error",
}

Serve = Callable[[], Awaitable[Response]]


async def under_faults(slack: Slack, path: str, serve: Serve) -> Response:
    """Serves a call, which rules know as `/slack/api/<method>/<workspace>/<channel>`, as far as they let it."""
    if not slack.hub.settings.faults:
        return await serve()
    rule = slack.hub.faults.pick("POST", path)
    if rule is None:
        return await serve()
    await run_in_threadpool(_record, slack, rule, path)
    return await _gone_wrong(rule, serve)


async def _gone_wrong(rule: Rule, serve: Serve) -> Response:
    match rule.fault:
        case "cut_before":
            return Cut()
        case "cut":
            await serve()
            return Cut()
        case "slow":
            await asyncio.sleep(rule.seconds)
            return await serve()
        case "drip":
            return dripping(await serve())
        case fault if fault in LIMITS:
            return limited(math.ceil(rule.seconds))
        case fault if fault in STATUSES:
            return PlainTextResponse("upstream connect error", STATUSES[fault])
        case fault:
            return JSONResponse({"ok": False, "error": WORDS[fault]})


def limited(seconds: int) -> Response:
    """429, and when to come again."""
    headers = {"Retry-After": str(seconds), "X-Slack-Req-Id": secrets.token_hex(16)}
    return JSONResponse({"ok": False, "error": "ratelimited"}, 429, headers)


def _record(slack: Slack, rule: Rule, path: str) -> None:
    with slack.database.writing():
        record(slack.hub, "fault", fault=rule.fault, method="POST", path=path, seconds=rule.seconds)
