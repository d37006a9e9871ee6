"""The web room in a thread, over a small world with deploys, everybody signed in as a writer."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from cryptography.fernet import Fernet
from starlette.requests import Request
from starlette.routing import BaseRoute

from bot.feed import Feed
from engine.access.sessions import Session, SessionKind
from engine.deploy.desk import Desk
from engine.settings import Settings
from engine.variables.variables import variables_of
from tests.access.world import World
from tests.pages.deploys import Deploys
from tests.pages.site import CSRF, GITHUB, app_of, reception_of, settings_of


@dataclass(frozen=True)
class Served:
    """Where it is served, and what it shows."""

    url: str
    world: World
    deploys: Deploys
    settings: Settings
    feed: Feed


def a_writer(_request: Request) -> Session:
    """Whoever looks."""
    return Session(SessionKind.BOT, "writer", 12, "", time.time() + 600, csrf=CSRF)


@contextmanager
def serving(folder: Path, *routes: BaseRoute, who: Callable[[Request], Session | None] = a_writer) -> Iterator[Served]:
    """Served on a free port until the block ends."""
    world = World(folder)
    settings = settings_of(folder, SECRET_KEYS=Fernet.generate_key().decode(), **GITHUB)
    desk = Desk(world.database, world.forge, world.commits, variables_of(settings), settings)
    reception = reception_of(settings, world, who, desk)
    app = app_of(reception, *routes)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        url = f"http://localhost:{listener.getsockname()[1]}"
        try:
            yield Served(url, world, Deploys(world), settings, reception.streams.feed)
        finally:
            reception.streams.feed.end()
            server.should_exit = True
            thread.join()
            world.close()
