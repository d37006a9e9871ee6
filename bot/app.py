"""The web room's application: which door leads where. Made of what it is given; nothing connects here."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.doorway import Doorway
from bot.github.answers import POLLS
from bot.github.webhook import PATH, Webhook, WebhookFirst
from bot.ingest import Ingest
from bot.pages.changes import ChangesPage
from bot.pages.deploy import DeployPage
from bot.pages.home import Home
from bot.pages.job import JobPage
from bot.pages.problems import http_problem, own_fault
from bot.pages.project import ProjectPage
from bot.pages.readiness import ReadinessPage
from bot.pages.reception import Reception
from bot.pages.rollback import RollbackPage
from bot.pages.setup import setup_routes
from bot.pages.templates import FOLDER, Templates
from bot.pages.wizard import Wizard
from bot.security_headers import SecurityHeaders, security_headers
from bot.slack_side import SlackSide
from engine.settings import GitHubApp, Settings


@dataclass(frozen=True)
class Doors:
    """What the web room opens beside its pages, once there is a GitHub App."""

    app: GitHubApp
    ingest: Ingest
    reception: Reception
    #: Sign-in and API.
    routes: Sequence[BaseRoute] = field(default=())
    #: None without a Slack app.
    slack: SlackSide | None = None


def create_app(settings: Settings, doors: Doors | None) -> Starlette:
    """The application; without doors it is in set-up mode."""
    templates = doors.reception.templates if doors else Templates()
    headers = security_headers(https=settings.public_url.startswith("https://"))
    routes = [
        Route("/healthz", healthz),
        Mount("/static", StaticFiles(directory=FOLDER / "static")),
        *(open_routes(settings, doors) if doors else setup_routes(settings, templates)),
    ]
    return Starlette(
        routes=routes,
        middleware=[
            *first_door(settings, doors, headers),
            Middleware(SecurityHeaders, headers=headers),
            Middleware(Doorway),
            Middleware(TrustedHostMiddleware, allowed_hosts=trusted_hosts(settings), www_redirect=False),
        ],
        exception_handlers={HTTPException: http_problem(templates), Exception: own_fault(templates, headers)},
        lifespan=lambda _app: taking_in(doors),
    )


def first_door(settings: Settings, doors: Doors | None, headers: dict[str, str]) -> list[Middleware]:
    """The webhook's: before all the others, for it is the busiest."""
    if doors is None or settings.polling_only:
        return []
    return [Middleware(WebhookFirst, webhook=Webhook(doors.ingest, doors.app.webhook_secrets, headers))]


def open_routes(settings: Settings, doors: Doors) -> list[BaseRoute]:
    """The routes of a Slipway that is set up."""
    return [
        *([Route(PATH, polls_instead, methods=["POST"])] if settings.polling_only else []),
        *doors.routes,
        *(doors.slack.routes if doors.slack is not None else []),
        *Home(doors.reception).routes(),
        *JobPage(doors.reception).routes(),
        *ProjectPage(doors.reception).routes(),
        *ReadinessPage(doors.reception).routes(),
        *DeployPage(doors.reception).routes(),
        *RollbackPage(doors.reception).routes(),
        *ChangesPage(doors.reception).routes(),
        *Wizard(doors.reception).routes(),
    ]


@asynccontextmanager
async def taking_in(doors: Doors | None) -> AsyncIterator[None]:
    """Deliveries are taken in while the application is served; what was taken is committed at its end."""
    if doors is None:
        yield
        return
    doors.ingest.start()
    try:
        if doors.slack is not None:
            await doors.slack.start()
        yield
    finally:
        if doors.slack is not None:
            await doors.slack.end()
        doors.ingest.stop()


async def healthz(_request: Request) -> Response:
    """Answers while this process serves."""
    return PlainTextResponse("ok", headers={"Cache-Control": "no-store"})


async def polls_instead(_request: Request) -> Response:
    """Answers a delivery that should not have come."""
    return PlainTextResponse(POLLS.sentence, POLLS.status)


def trusted_hosts(settings: Settings) -> list[str]:
    """The names that this process answers to: its public one, and this machine's own."""
    return sorted({urlsplit(settings.public_url).hostname or "", "localhost", "127.0.0.1"})
