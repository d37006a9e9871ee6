"""The switch as tests reach it, without credentials: rules in, hits and effects out."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from playground.faults.effects import effects, record
from playground.faults.rules import read_rules
from playground.hub import Hub
from playground.refusals import Refusal

FAULTS, EFFECTS, ELSEWHERE = "/playground/faults", "/playground/effects", "/playground/elsewhere"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def fault_routes(hub: Hub) -> list[Route]:
    """The switch, or, without the setting PLAYGROUND_FAULTS, nothing that anybody could find."""
    if not hub.settings.faults:
        return [Route(path, _nothing, methods=METHODS) for path in (FAULTS, EFFECTS, ELSEWHERE)]

    async def show(_request: Request) -> Response:
        return JSONResponse(hub.faults.shown())

    async def turn(request: Request) -> Response:
        try:
            hub.faults.turn(*read_rules(await request.body()))
        except Refusal as refusal:
            return JSONResponse({"message": refusal.message, "errors": refusal.errors}, refusal.status)
        return JSONResponse(hub.faults.shown())

    async def end(_request: Request) -> Response:
        hub.faults.turn(0, ())
        return Response(status_code=204)

    async def list_effects(request: Request) -> Response:
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit()):
            return JSONResponse({"message": "after: is not a number"}, 422)
        found = await run_in_threadpool(effects, hub, kind=request.query_params.get("kind"), after=int(after))
        return JSONResponse([one.shown() for one in found])

    async def come_elsewhere(request: Request) -> Response:
        await run_in_threadpool(_record_visit, hub, request.method, "authorization" in request.headers)
        return JSONResponse({"message": "Nobody should have followed."}, 418)

    return [
        Route(FAULTS, show, methods=["GET"]),
        Route(FAULTS, turn, methods=["PUT"]),
        Route(FAULTS, end, methods=["DELETE"]),
        Route(EFFECTS, list_effects, methods=["GET"]),
        Route(ELSEWHERE, come_elsewhere, methods=METHODS),
    ]


async def _nothing(_request: Request) -> Response:
    return JSONResponse({"message": "Not Found"}, 404)


def _record_visit(hub: Hub, method: str, with_token: bool) -> None:
    with hub.database.writing():
        record(hub, "followed_elsewhere", method=method, with_token=with_token)
