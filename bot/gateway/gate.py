"""The gate: what is known of routes and visitors at this moment, and the decision about each request."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, TypeVar, assert_never

from sqlalchemy.exc import SQLAlchemyError

from bot.gateway import answers, detour
from bot.gateway.address import Address, dial
from bot.gateway.detour import Detour
from bot.gateway.doorman import Admitted, Doorman, Forbidden, Stranger, Unclear, Verdict
from bot.gateway.heads import request_head
from bot.gateway.limits import Limits
from bot.gateway.pages import Page
from bot.gateway.request import Request, read_host
from bot.gateway.routes import Route, Routes
from engine.settings import Settings

log = logging.getLogger(__name__)
Result = TypeVar("Result")

#: Cookies remembered as good before all are forgotten and judged again.
CAPACITY = 50_000


class OpenConnection(Protocol):
    """A visitor's connection, as the gate sees it."""

    deadline: float
    request: Request | None
    route: Route | None

    @property
    def streaming(self) -> bool:
        """True while an application's answer or a WebSocket flows."""
        ...

    def late(self) -> None:
        """Its deadline has passed."""
        ...

    def evict(self) -> None:
        """Ends it at once."""
        ...

    def turn_away(self, page: Page) -> None:
        """No longer welcome."""
        ...

    def let_go(self) -> None:
        """Gives up a resting upstream that is no longer its route's."""
        ...


async def nothing_newer() -> None:
    """Where nobody keeps a copy of SQL, the copy is as new as it gets."""


@dataclass(frozen=True)
class Undecided:
    """SQL or the forge must be asked first."""

    route: Route


@dataclass
class Gate:
    """Everything that the connections of one gateway share. Lives in one event loop; only the doorman is slow."""

    settings: Settings
    doorman: Doorman
    detour: Detour
    limits: Limits = field(default_factory=Limits)
    routes: Routes = field(default_factory=dict)
    visitors: set[OpenConnection] = field(default_factory=set)
    #: Brings routes and access up to what SQL holds now: whoever was just told of a new version sees it.
    catch_up: Callable[[], Awaitable[None]] = nothing_newer
    #: Loop time until which the copy counts as what SQL holds.
    fresh_until: float = float("inf")
    #: Whose certificates count for upstreams over TLS.
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def __post_init__(self) -> None:
        #: (label, cookie value) → loop time until which it opens that preview.
        self.grants: dict[tuple[str, bytes], float] = {}
        self.epoch = 0
        self.now: Callable[[], float] = asyncio.get_running_loop().time
        self.threads = ThreadPoolExecutor(8, thread_name_prefix="doorman")
        self._scheme = self.settings.preview_scheme.encode()
        self._domains = {False: self.settings.preview_domain, True: self.settings.release_domain}
        self._suffixes = tuple(f".{domain}" for domain in self._domains.values())
        self._ports = {None, self.settings.preview_public_port or None, self.settings.gateway_port}
        #: Host field, as our links make browsers write it → route.
        self._doors: dict[bytes, Route] = {}
        self._rechecks: dict[OpenConnection, asyncio.Task[None]] = {}

    def decide(self, request: Request) -> Page | Route | Undecided:
        """The answer to a request, as far as memory holds it. Raises BadMessage when its host can't be read."""
        if request.target == detour.HEALTH:
            return answers.HEALTHY
        route = self._doors.get(request.fields.host) or self._find(request)
        if isinstance(route, Page):
            return route
        if request.target.startswith(detour.PREFIX):
            return Undecided(route)
        if (request.fields.origin or request.method != b"GET") and self._foreign(request):
            return answers.SAME_SITE
        if route.address and self.now() < self.fresh_until and (route.public or self.granted(route, request)):
            return route
        return Undecided(route)

    def _find(self, request: Request) -> Page | Route:
        host, port = read_host(request.fields.host)
        label, _, domain = host.partition(".")
        ours = self._domains.values()
        if port not in self._ports or not (host in ours or domain in ours or host.endswith(self._suffixes)):
            return answers.misdirected(self.settings)
        route = self.routes.get(label)
        # A preview isn't found on the releases' domain, nor the other way round: their cookies stay apart.
        if route is None or domain != self._domains[route.is_release]:
            return answers.unknown_host(self.settings)
        return route

    def _foreign(self, request: Request) -> bool:
        """True when another host's page sent what only the preview's own page may send."""
        if not request.safe:
            return request.value("Sec-Fetch-Site") == b"same-site"
        if not request.fields.origin:
            return False
        if not request.upgrade and b"text/event-stream" not in request.value("Accept"):
            return False
        return request.fields.origin.lower() != self._scheme + b"://" + request.fields.host.lower()

    def granted(self, route: Route, request: Request) -> bool:
        """True when a cookie of the request is remembered as good for that route."""
        now = self.now()
        for _, value in request.fields.tokens:  # noqa: SIM110 - `any` costs a generator with every request
            if self.grants.get((route.label, value), 0.0) > now:
                return True
        return False

    async def judge(self, route: Route, request: Request) -> Page | Route:
        """The answer to a request that memory can't decide."""
        try:
            await self.catch_up()
            route = self.routes.get(route.label, route)
            if request.target.startswith(detour.PREFIX):
                return await self._in_thread(lambda: self.detour.answer(route, request))
            if route.public or self.granted(route, request):
                return self._application(route)
            verdict = await self._verdict(route, request)
        except SQLAlchemyError as error:
            log.error("judging a visitor of %s: %s", route.label, error)
            return answers.STORAGE_AWAY
        match verdict:
            case Admitted():
                return self._application(self.routes.get(route.label, route))
            case Stranger():
                return self.detour.sign_in(route, request) if request.navigation else answers.SIGN_IN_FIRST
            case Forbidden() | Unclear():
                return answers.refused(verdict, route, self.settings)
            case _:
                assert_never(verdict)

    def _application(self, route: Route) -> Page | Route:
        """The route of somebody who may see it, or the page that says why nothing answers there."""
        return route if route.address else answers.no_application(route, self.settings)

    async def _verdict(self, route: Route, request: Request) -> Verdict:
        while True:
            epoch = self.epoch
            verdict = await self._in_thread(lambda: self.doorman.judge(route, request.fields.tokens))
            if epoch != self.epoch:
                # Access changed meanwhile: what was judged may not be so any more.
                continue
            if isinstance(verdict, Admitted):
                if len(self.grants) >= CAPACITY:
                    self.grants.clear()
                self.grants[(route.label, verdict.token)] = verdict.until
            return verdict

    async def _in_thread(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self.threads, work)

    def head_for(self, upstream: Address, request: Request, visitor: bytes) -> bytes:
        """A request's head as its application gets it; `visitor` is where it comes from."""
        return request_head(request, visitor, self._scheme, upstream)

    async def dial(self, address: Address, upstream: asyncio.Protocol) -> None:
        """Connects to an application. Raises OSError."""
        await dial(address, lambda: upstream, self.context)

    def take_routes(self, routes: Routes) -> None:
        """Puts new routes in place: requests under way end where they began, the next ones go to the new place."""
        self.routes = routes
        ports = [f":{port}" if port else "" for port in self._ports]
        self._doors = {
            f"{route.label}.{self._domains[route.is_release]}{port}".encode(): route
            for route in routes.values()
            for port in ports
        }
        for visitor in tuple(self.visitors):
            visitor.let_go()

    def forget_access(self) -> None:
        """Access changed: nothing that was judged before counts, and what flows is judged again at once."""
        self.epoch += 1
        self.grants.clear()
        self.doorman.permissions.forget()
        self.sweep()

    def sweep(self) -> None:
        """Ends what is too late, and asks again about what flows longer than its permission is known."""
        now = self.now()
        for visitor in tuple(self.visitors):
            if visitor.deadline < now:
                visitor.late()
            elif visitor.streaming and visitor not in self._rechecks and not self._still_welcome(visitor):
                task = asyncio.get_running_loop().create_task(self._recheck(visitor))
                self._rechecks[visitor] = task
                task.add_done_callback(partial(self._rechecked, visitor))

    def _rechecked(self, visitor: OpenConnection, _: asyncio.Task[None]) -> None:
        self._rechecks.pop(visitor, None)

    def _still_welcome(self, visitor: OpenConnection) -> bool:
        request, route = visitor.request, visitor.route
        if request is None or route is None:
            return True
        current = self.routes.get(route.label, route)
        return current.public or self.granted(current, request)

    async def _recheck(self, visitor: OpenConnection) -> None:
        request, route = visitor.request, visitor.route
        if request is None or route is None:
            return
        answer = await self.judge(self.routes.get(route.label, route), request)
        if isinstance(answer, Page) and visitor.request is request and visitor.streaming:
            visitor.turn_away(answer)
