"""The web room's application over a small world, with visitors who are signed in by a header of the test's own."""

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import BaseRoute

from bot.app import Doors, create_app
from bot.feed import Feed
from bot.ingest import Ingest
from bot.pages.open_streams import OpenStreams
from bot.pages.reception import Asked, Reception
from engine.access.sessions import Session, SessionKind
from engine.deploy.asks import DeployAsk
from engine.deploy.desk import Desk
from engine.deploy.outcome import Outcome, Told
from engine.errors import OutsideError
from engine.intake.counter import Counter
from engine.settings import Settings, read_settings
from engine.store.sql import SqlStore
from engine.variables.variables import variables_of
from engine.wakeups.memory import MemoryWakeups
from tests.access.world import World
from tests.pages.client import Client

WEBHOOK_SECRET = "a webhook secret of a test"
PEM = "-----BEGIN RSA PRIVATE KEY-----\\nMA==\\n-----END RSA PRIVATE KEY-----"
GITHUB = {
    "GITHUB_APP_ID": "1",
    "GITHUB_CLIENT_ID": "Iv1.1",
    "GITHUB_CLIENT_SECRET": "s" * 40,
    "GITHUB_PRIVATE_KEY": PEM,
    "GITHUB_WEBHOOK_SECRET": WEBHOOK_SECRET,
    "GITHUB_WEB_URL": "https://github.example",
}


def settings_of(folder: Path, **more: str) -> Settings:
    """Settings of a web room."""
    return read_settings({"DATA_DIR": str(folder)} | more)


#: The proof that a form is our own page's.
CSRF = "a token of this session"


def by_header(request: Request) -> Session | None:
    """Whoever the request says it is."""
    login = request.headers.get("x-test-login")
    return Session(SessionKind.BOT, login, 1, "", time.time() + 60, csrf=CSRF) if login else None


class RecordingDesk:
    """Answers every ask with what it was told to, and keeps them."""

    def __init__(self) -> None:
        self.asks: list[DeployAsk] = []
        self.outcome: Outcome = Told("It is done.")
        self.outage: OutsideError | None = None

    def handle(self, ask: DeployAsk) -> Outcome:
        """Keeps it."""
        self.asks.append(ask)
        if self.outage is not None:
            raise self.outage
        return self.outcome


def reception_of(
    settings: Settings,
    world: World,
    signed_in: Callable[[Request], Session | None],
    desk: Asked,
) -> Reception:
    """What the pages of a world are given."""
    return Reception(
        settings=settings,
        database=world.database,
        permissions=world.permissions,
        signed_in=signed_in,
        desk=desk,
        counter=Counter(world.database, world.forge, world.commits, variables_of(settings), settings),
        streams=OpenStreams(Feed(world.database, every=0.02)),
        variables=variables_of(settings),
        forge=world.forge,
        commits=world.commits,
    )


def app_of(reception: Reception, *routes: BaseRoute) -> Starlette:
    """The whole application."""
    settings = reception.settings
    assert settings.github is not None
    ingest = Ingest(SqlStore(reception.database, settings.intervals), MemoryWakeups())
    return create_app(settings, Doors(settings.github, ingest, reception, routes))


def open_site(
    world: World,
    folder: Path,
    *routes: BaseRoute,
    desk: Asked | None = None,
    **more: str,
) -> Client:
    """A client of the whole application; faults of ours are answered, not raised."""
    settings = settings_of(folder, **GITHUB, **more)
    return Client(app_of(reception_of(settings, world, by_header, desk or RecordingDesk()), *routes))


def real_desk(world: World, folder: Path, **more: str) -> Desk:
    """The desk as the web room has it, over memory adapters."""
    settings = settings_of(folder, **GITHUB, **more)
    return Desk(world.database, world.forge, world.commits, variables_of(settings), settings)


def form(**fields: str) -> tuple[dict[str, str], bytes]:
    """Headers and body of a form that a page of ours sent."""
    headers = {"origin": "http://localhost:8080", "content-type": "application/x-www-form-urlencoded"}
    return headers, urlencode({"csrf": CSRF, "ticket": "a-ticket-of-a-page"} | fields).encode()


def as_person(login: str) -> dict[str, str]:
    """The headers of somebody's browser."""
    return {"x-test-login": login, "accept": "text/html"}
