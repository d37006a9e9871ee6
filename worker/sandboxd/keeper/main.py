"""A keeper's life: it binds its socket, keeps commands, and ends when told to or when the machine stops."""

import asyncio
import ctypes
import json
import os
import resource
import signal
import socket
from collections.abc import Mapping
from pathlib import Path

import uvloop

from worker.sandboxd import processes
from worker.sandboxd.doors import short_address
from worker.sandboxd.keeper.commands import Commands
from worker.sandboxd.keeper.journal import Journal
from worker.sandboxd.keeper.listeners import Doors
from worker.sandboxd.keeper.memory_watch import watch_memory
from worker.sandboxd.keeper.order import Order
from worker.sandboxd.keeper.server import LONGEST_LINE, KeeperServer
from worker.sandboxd.splice import Traffic

SOCKET = "keeper.sock"
RECORD = "keeper.json"
_PR_SET_CHILD_SUBREAPER = 36
# Each visitor of an application takes two.
_DESCRIPTORS = 65536


def bind(directory: Path) -> socket.socket:
    """The keeper's listening socket, bound before the host hears that the keeper stands."""
    path = directory / SOCKET
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    mask = os.umask(0o177)
    try:
        with short_address(path) as address:
            listener.bind(address)
    finally:
        os.umask(mask)
    listener.listen(512)
    return listener


def record(directory: Path) -> None:
    """Write down who this keeper is, so that a later host can tell it from another process with its number."""
    identity = {"pid": os.getpid(), "start": processes.start_time(os.getpid()), "boot": processes.boot_id()}
    fresh = directory / (RECORD + ".new")
    fresh.write_text(json.dumps(identity))
    fresh.replace(directory / RECORD)


def read_record(directory: Path) -> Mapping[str, object]:
    """Who the keeper of this sandbox was; empty when there was none."""
    try:
        found = json.loads((directory / RECORD).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def keep(order: Order, listener: socket.socket) -> None:
    """Keep a sandbox until it is told to end."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, _DESCRIPTORS) if most > 0 else _DESCRIPTORS, most))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_keep(order, listener))


async def _keep(order: Order, listener: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    directory = Path(order.directory)
    traffic = Traffic()
    journal = Journal()

    def awaken() -> None:
        if order.auto_resume and commands.frozen:
            commands.freeze(False)

    commands = Commands(order, Doors(directory / "ports", awaken, traffic), journal)
    answers = KeeperServer(commands, traffic, stopped.set)
    server = await asyncio.start_unix_server(answers.serve, sock=listener, limit=LONGEST_LINE)
    watching = asyncio.create_task(watch_memory(commands))
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()
    watching.cancel()
    server.close()
    await commands.stop()
