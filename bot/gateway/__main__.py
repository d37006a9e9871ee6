"""`python -m bot.gateway`: the gateway process."""

import asyncio
import gc
import logging
import os
import resource
import signal
import socket
import sys

import uvloop

from bot.gateway.server import open_gate, serve
from engine.access.permissions import Permissions
from engine.errors import ConfigurationError
from engine.forge.clients import GitHubClients
from engine.forge.github import GitHubForge
from engine.forge.memory import MemoryForge
from engine.forge.port import Forge
from engine.settings import Settings, read_settings
from engine.store.database import Database, require_durability
from engine.store.revision import require_current


def main() -> int:
    """Runs until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        settings = read_settings(os.environ)
        database = Database(settings.database_url)
        require_durability(database)
        require_current(database)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 2
    raise_file_limit()
    uvloop.run(run(settings, database))
    database.close()
    return 0


async def run(settings: Settings, database: Database) -> None:
    """Serves in the running loop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    listener = socket.create_server((settings.host, settings.gateway_port), backlog=2048)
    permissions = Permissions(forge_of(settings), settings.intervals.permission)
    gate = open_gate(settings, database, permissions)
    logging.info("gateway: listening on http://%s:%d", settings.host, settings.gateway_port)
    # What is here now stays for ever: the collector need not look at it again with every few hundred requests.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    await serve(gate, database, listener, stop)


def forge_of(settings: Settings) -> Forge:
    """GitHub; in set-up mode a forge where nobody has permission on anything."""
    return MemoryForge() if settings.github is None else GitHubForge(GitHubClients(settings.github))


def raise_file_limit() -> None:
    """Each visitor takes two descriptors: use as many as the system lets this process have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


if __name__ == "__main__":
    sys.exit(main())
