"""The web room behind a real socket, so that requests can be sent that no client would send."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.__main__ import Room, config_of
from bot.app import Doors, create_app
from bot.ingest import Ingest
from engine.store.sql import SqlStore
from engine.wakeups.memory import MemoryWakeups
from tests.access.world import World
from tests.pages.site import GITHUB, RecordingDesk, by_header, reception_of, settings_of

#: Seconds for an answer; far more than it takes.
PATIENCE = 60.0


@contextmanager
def on_the_wire(world: World, folder: Path) -> Iterator[int]:
    """Its port, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        settings = settings_of(folder, PUBLIC_URL=f"http://localhost:{port}", **GITHUB)
        assert settings.github is not None
        ingest = Ingest(SqlStore(world.database, settings.intervals), MemoryWakeups())
        doors = Doors(settings.github, ingest, reception_of(settings, world, by_header, RecordingDesk()))
        room = Room(config_of(create_app(settings, doors)), doors)
        thread = threading.Thread(target=room.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield port
        finally:
            room.should_exit = True
            thread.join()


def send(port: int, request: bytes) -> bytes:
    """Sends these bytes and reads until the other side ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(request)
        answer = b""
        while part := connection.recv(65_536):
            answer += part
        return answer


def status_of(answer: bytes) -> int:
    """The status of an answer."""
    return int(answer.split(b" ", 2)[1])
