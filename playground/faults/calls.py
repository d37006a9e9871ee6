"""Lets calls go wrong as the rules say."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from playground.faults.answers import refusal_of
from playground.faults.connection import Cut, dripping
from playground.faults.effects import record
from playground.faults.rules import Rule
from playground.hub import Hub

Endpoint = Callable[[Request], Awaitable[Response]]


def with_faults(hub: Hub, endpoint: Endpoint, *, below: str = "") -> Endpoint:
    """The endpoint under the rules, which know it by its path below a prefix; itself where there is no switch."""
    if not hub.settings.faults:
        return endpoint

    async def serve(request: Request) -> Response:
        path = request.url.path.removeprefix(below)
        rule = hub.faults.pick(request.method, path)
        if rule is None:
            return await endpoint(request)
        await run_in_threadpool(_record, hub, rule, request.method, path)
        # GitHub has read a request before it answers it, whatever it answers.
        await request.body()
        return await _gone_wrong(hub, rule, request, endpoint)

    return serve


async def _gone_wrong(hub: Hub, rule: Rule, request: Request, endpoint: Endpoint) -> Response:
    match rule.fault:
        case "cut_before":
            return Cut()
        case "cut":
            await endpoint(request)
            return Cut()
        case "slow":
            await asyncio.sleep(rule.seconds)
            return await endpoint(request)
        case "drip":
            return dripping(await endpoint(request))
        case _:
            return refusal_of(rule, request, hub.clock())


def _record(hub: Hub, rule: Rule, method: str, path: str) -> None:
    with hub.database.writing():
        record(hub, "fault", fault=rule.fault, method=method, path=path, seconds=rule.seconds)
