"""The web room's application over a small world, with visitors who are signed in by a header of the test's own."""

import time
from pathlib import Path

from starlette.requests import Request
from starlette.routing import BaseRoute

from bot.app import Doors, create_app
from bot.ingest import Ingest
from bot.pages.reception import Reception
from engine.access.sessions import Session, SessionKind
from engine.settings import Settings, read_settings
from engine.store.sql import SqlStore
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


def by_header(request: Request) -> Session | None:
    """Whoever the request says it is."""
    login = request.headers.get("x-test-login")
    return Session(SessionKind.BOT, login, 1, "", time.time() + 60) if login else None


def open_site(world: World, folder: Path, *routes: BaseRoute, **more: str) -> Client:
    """A client of the whole application; faults of ours are answered, not raised."""
    settings = settings_of(folder, **GITHUB, **more)
    assert settings.github is not None
    ingest = Ingest(SqlStore(world.database, settings.intervals), MemoryWakeups())
    reception = Reception(settings, world.database, world.permissions, by_header)
    app = create_app(settings, Doors(settings.github, ingest, reception, routes))
    return Client(app)


def as_person(login: str) -> dict[str, str]:
    """The headers of somebody's browser."""
    return {"x-test-login": login, "accept": "text/html"}
