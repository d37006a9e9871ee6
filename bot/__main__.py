"""`python -m bot`: the web room."""

import logging
import os
import socket
import sys

import uvicorn

from bot import api, signin
from bot.app import Doors, create_app
from bot.arrival import Arrivals
from bot.ingest import Ingest
from bot.pages.reception import Reception
from engine.errors import ConfigurationError
from engine.front import Front, open_front
from engine.logging import configure
from engine.settings import Settings, read_settings
from engine.store import meta
from engine.store.database import Database, require_durability
from engine.store.revision import require_current

#: Seconds that requests under way may take when the room ends.
GRACE = 2
#: Connections that wait for the loop in a burst; the system may allow fewer.
BACKLOG = 2048


def main() -> int:
    """Serves until SIGTERM or SIGINT; 2 when it can't start as it is set up."""
    configure("web")
    try:
        settings = read_settings(os.environ)
        require_database(settings)
        listener = open_listener(settings)
        doors = open_doors(open_front(settings)) if settings.github else None
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 2
    logging.getLogger("uvicorn.error").addFilter(is_news)
    config = uvicorn.Config(
        create_app(settings, doors),
        loop="uvloop",
        http=Arrivals,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        # Addresses that a proxy claims are read by nobody here, so that nobody can claim one.
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
    )
    with listener:
        uvicorn.Server(config).run(sockets=[listener])
    return 0


def require_database(settings: Settings) -> None:
    """Refuses a database that may lose what it has answered for, or of another revision."""
    database = Database(settings.database_url)
    try:
        require_durability(database)
        require_current(database)
    finally:
        database.close()


def open_listener(settings: Settings) -> socket.socket:
    """Takes the port before anything else is made. Raises ConfigurationError."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        problem = f"PORT: listening on {settings.host} port {settings.port}: {error.strerror}. Choose another one."
        raise ConfigurationError([problem]) from error


def is_news(record: logging.LogRecord) -> bool:
    """False for uvicorn's own word on a fault, which `bot.pages.problems` has logged with its number."""
    return not record.getMessage().startswith("Exception in ASGI application")


def open_doors(front: Front) -> Doors:
    """Joins what the web room opens."""
    with front.database.read() as connection:
        instance = meta.instance(connection)
    deps = signin.Deps(
        settings=front.settings,
        database=front.database,
        permissions=front.permissions,
        exchange=front.clients.user_of_code,
        find=front.forge.find,
        instance=instance,
    )
    reception = Reception(front.settings, front.database, front.permissions, deps.signed_in, deps.templates)
    ingest = Ingest(front.store, front.wakeups)
    return Doors(front.app, ingest, reception, [*signin.routes(deps), *api.routes(deps)])


if __name__ == "__main__":
    sys.exit(main())
