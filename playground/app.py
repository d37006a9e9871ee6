"""Puts the playground together: the one place that knows all its parts."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from playground.addresses import Addresses
from playground.api.server import PREFIX, api_routes
from playground.api.table import TABLE as API
from playground.application import load_application
from playground.database import Database
from playground.faults.calls import with_faults
from playground.faults.routes import fault_routes
from playground.first_start import furnish
from playground.gardener import write_credentials
from playground.guide import write_guide
from playground.hub import Hub, timestamp
from playground.pages.page import page_routes
from playground.pages.sign_in import TOKEN_PATH, token_endpoint
from playground.pages.table import TABLE as PAGES
from playground.recording import recording
from playground.sender import Sender
from playground.settings import Settings
from playground.slack.mounting import make_slack, slack_routes
from playground.slack.pages.table import slack_pages
from playground.slack.sender import EventSender
from playground.slack.slack import Slack
from playground.smart_http import SmartHttp

STATIC = Path(__file__).parent / "pages" / "static"


def create_app(settings: Settings, clock: Callable[[], float] = time.time) -> Starlette:
    """The application with its files written, ready to be served; it sends webhooks while it is served."""
    hub, sender = _prepare(settings, clock)
    events = EventSender()
    slack = _prepare_slack(hub, events)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        sending = [asyncio.create_task(sender.run(hub)), asyncio.create_task(events.run(slack))]
        try:
            yield
        finally:
            for each in sending:
                each.cancel()
                with suppress(asyncio.CancelledError):
                    await each
            slack.client.close()
            hub.database.close()

    routes = [
        Route("/healthz", _healthz),
        Mount(PREFIX, routes=api_routes(hub, API)),
        Mount("/static", StaticFiles(directory=STATIC)),
        *fault_routes(hub),
        Route(TOKEN_PATH, with_faults(hub, token_endpoint(hub)), methods=["POST"]),
        *slack_routes(slack),
        *page_routes(hub, slack_pages(slack)),
        *SmartHttp(hub).routes(),
        *page_routes(hub, PAGES),
    ]
    # A page elsewhere whose name was made to point at this machine carries its own Host.
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1"], www_redirect=False)
    return Starlette(routes=routes, lifespan=lifespan, middleware=[hosts, *recording(settings.record, PREFIX)])


def _prepare(settings: Settings, clock: Callable[[], float]) -> tuple[Hub, Sender]:
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    addresses = Addresses(settings.port)
    database = Database(settings.home / "github.sqlite3")
    sender = Sender()
    application = load_application(settings.home, addresses, timestamp(clock()))
    hub = Hub(settings, addresses, database, application, clock, sender.wake)
    furnish(hub)
    write_credentials(hub)
    return hub, sender


def _prepare_slack(hub: Hub, events: EventSender) -> Slack:
    slack = make_slack(hub, events)
    write_guide(hub, slack)
    return slack


async def _healthz(_request: Request) -> Response:
    return PlainTextResponse("ok")
