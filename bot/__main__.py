"""`python -m bot`: the web room."""

import logging
import os
import socket
import sys

import uvicorn
from starlette.applications import Starlette

from bot import api, signin
from bot.app import Doors, create_app
from bot.arrival import Arrivals
from bot.feed import Feed
from bot.ingest import Ingest
from bot.pages.open_streams import OpenStreams
from bot.pages.reception import Reception
from bot.pages.rehearsal import Rehearsal
from bot.slack.deps import SlackDeps
from bot.slack_side import SlackSide, open_slack
from engine.deploy.desk import desk_of
from engine.errors import ConfigurationError
from engine.front import Front, open_front
from engine.intake.counter import counter_of
from engine.logging import configure
from engine.settings import Settings, read_settings
from engine.store import meta
from engine.store.database import Database, require_durability
from engine.store.revision import require_current
from engine.variables import known_keys

#: Seconds that requests under way may take when the room ends.
GRACE = 2
#: Bytes of a message that comes by WebSocket: a token and a number.
LARGEST_MESSAGE = 4096
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
    with listener:
        Room(config_of(create_app(settings, doors)), doors).run(sockets=[listener])
    return 0


class Room(uvicorn.Server):
    """Ends streams first when it ends: by themselves they go on for as long as somebody listens."""

    def __init__(self, config: uvicorn.Config, doors: Doors | None) -> None:
        super().__init__(config)
        self._doors = doors

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """The end."""
        if self._doors is not None:
            self._doors.reception.streams.feed.end()
        await super().shutdown(sockets)


def config_of(app: Starlette) -> uvicorn.Config:
    """How the application is served."""
    return uvicorn.Config(
        app,
        loop="uvloop",
        http=Arrivals,
        ws="websockets-sansio",
        ws_max_size=LARGEST_MESSAGE,
        ws_per_message_deflate=False,
        access_log=False,
        log_config=None,
        server_header=False,
        # Addresses that a proxy claims are read by nobody here, so that nobody can claim one.
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
    )


def require_database(settings: Settings) -> None:
    """Refuses a database that may lose what it has answered for, or of another revision."""
    database = Database(settings.database_url)
    try:
        require_durability(database)
        require_current(database)
        known_keys.tell(database, "web", settings.secret_keys)
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
    """False for uvicorn's own word on a request's fault, which `bot.pages.problems` has logged with its number.

    Also for its line on each WebSocket: it shows the whole address, and people may have put a secret there.
    """
    said = record.getMessage()
    logged = said.startswith("Exception in ASGI application") and not record.module.startswith("websockets")
    return not logged and '"WebSocket /' not in said


def open_doors(front: Front) -> Doors:
    """Joins what the web room opens."""
    with front.database.read() as connection:
        instance = meta.instance(connection)
    desk, streams = desk_of(front), OpenStreams(Feed(front.database))
    deps = signin.Deps(
        settings=front.settings,
        database=front.database,
        permissions=front.permissions,
        exchange=front.clients.user_of_code,
        find=front.forge.find,
        instance=instance,
        desk=desk,
        counter=counter_of(front),
        variables=front.variables,
        streams=streams,
    )
    reception = Reception(
        settings=front.settings,
        database=front.database,
        permissions=front.permissions,
        signed_in=deps.signed_in,
        desk=desk,
        counter=deps.counter,
        streams=streams,
        variables=front.variables,
        forge=front.forge,
        commits=front.commits,
        templates=deps.templates,
    )
    ingest = Ingest(front.store, front.wakeups)
    slack = slack_of(front, ingest, reception, deps)
    return Doors(front.app, ingest, reception, [*signin.routes(deps), *api.routes(deps)], slack)


def slack_of(front: Front, ingest: Ingest, reception: Reception, signing: signin.Deps) -> SlackSide | None:
    """Slack's part, where there is a Slack app."""
    if front.settings.slack is None:
        return None
    deps = SlackDeps(
        settings=front.settings,
        slack=front.settings.slack,
        database=front.database,
        forge=front.forge,
        commits=front.commits,
        variables=front.variables,
        permissions=front.permissions,
        rehearse=Rehearsal(front.database, front.forge, front.commits, front.variables, front.settings),
    )
    return open_slack(deps, ingest, reception, signing.names)


if __name__ == "__main__":
    sys.exit(main())
