"""A call of the API: one row of the table from which its route, its reading and its documentation are made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.api.caller import Caller
from bot.api.problem import Problem, Refused
from bot.api.reach import Reach
from bot.api.reading import Model, Nothing, Sent, read_body, read_query
from engine.access.tokens import Scope
from engine.reasons import Reason

#: Bytes of a body, where a call says nothing else.
BODY_LIMIT = 4096

NO_STORE = {"Cache-Control": "no-store"}


@dataclass(frozen=True)
class Call:
    """One call. `work` runs in a thread; what it raises as Refused is the answer."""

    method: str
    path: str
    #: One sentence for the documentation.
    does: str
    work: "Callable[[Asked], Response]"
    #: What a token must be good for.
    scope: Scope = Scope.READ
    query: type[Sent] = Nothing
    body: type[Sent] = Nothing
    #: The type of the answer's JSON, and its status; None: no JSON.
    answer: Any = None
    status: int = 200
    #: Further statuses that it may answer with.
    also: tuple[int, ...] = field(default=())
    body_limit: int = BODY_LIMIT
    #: Status for a body with problems.
    bad_body: int = 422

    def route(self, reach: Reach) -> Route:
        """The route of this call."""

        async def endpoint(request: Request) -> Response:
            body = b""
            async for part in request.stream():
                body += part
                if len(body) > self.body_limit:
                    long = f"The body has more than {self.body_limit} bytes."
                    return Problem(413, "bad_arguments", long, "Send less at once.").answer()
            try:
                return await run_in_threadpool(self._answer, reach, request, body)
            except Refused as error:
                return error.problem.answer()

        return Route(self.path, endpoint, methods=[self.method], name=f"{self.method} {self.path}")

    def _answer(self, reach: Reach, request: Request, body: bytes) -> Response:
        caller = reach.caller(request)
        if self.scope not in caller.scopes:
            fix = f"Use a token with the scope {self.scope}."
            raise Refused(Problem(403, Reason.NOT_PERMITTED, f"This token may not {self.scope}.", fix))
        return self.work(Asked(self, request, caller, body))


@dataclass(frozen=True)
class Asked:
    """One request of a caller who is known. Whose thing it is comes first: read the body when that is sure."""

    call: Call
    request: Request
    caller: Caller
    raw: bytes

    def name(self, parameter: str) -> str:
        """A part of the path."""
        return str(self.request.path_params[parameter])

    def body(self, model: type[Model]) -> Model:
        """The body, which the call's row must name. Raises Refused."""
        assert model is self.call.body
        return read_body(self.raw, model, self.call.bad_body)

    def query(self, model: type[Model]) -> Model:
        """The query parameters, as the call's row names them. Raises Refused."""
        assert model is self.call.query
        return read_query(dict(self.request.query_params), model)

    @property
    def door(self) -> str:
        """`cli` for our own command, else `api`: for the audit only, since anybody can say so."""
        return "cli" if self.request.headers.get("user-agent", "").startswith("slipway-cli") else "api"
