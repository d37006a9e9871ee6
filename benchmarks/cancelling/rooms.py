"""The sandbox host and the worker's room, as processes: `python -m benchmarks.cancelling.rooms` is the latter."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx

from benchmarks.cancelling.waiting import wait_for
from engine.compose import QUICK, sandboxes_of
from engine.domain.job import JobKind
from engine.domain.permission import Role
from engine.forge.memory import MemoryForge, MemoryRepository
from engine.pipeline.build import BuildHandler
from engine.pipeline.cancel import CancelHandler
from engine.pipeline.revive import ReviveHandler
from engine.settings import Settings, read_settings
from engine.shell.real import RealShell
from engine.source.mirrors import GitMirrors
from engine.store.clock import BootClock
from engine.store.database import Database
from engine.store.sql import SqlStore
from engine.wakeups.rq import RqWakeups
from engine.work.handler import Handler
from worker import room


@dataclass(frozen=True)
class Joined:
    """The engine's parts that the worker's room asks for."""

    database: Database
    store: SqlStore
    wakeups: RqWakeups
    handlers: Mapping[JobKind, Handler]
    sender: None = None
    beats: Mapping[str, Callable[[], None]] = field(default_factory=dict)


def compose(settings: Settings) -> Joined:
    """Real handlers over a repository on this machine."""
    database = Database(settings.database_url)
    wakeups = RqWakeups(settings.redis_url)
    forge = MemoryForge()
    origin = f"file://{settings.data_dir}/origin"
    forge.repositories[7] = MemoryRepository("acme/shop", clone_url=origin, roles={"octo": Role.WRITE})
    mirrors = GitMirrors(RealShell(), settings.data_dir / "mirrors", extra_protocols=("file",))
    quick, intervals = sandboxes_of(settings, QUICK), settings.intervals
    handlers: dict[JobKind, Handler] = {
        JobKind.BUILD: BuildHandler(database, forge, mirrors, sandboxes_of(settings), settings),
        JobKind.CANCEL: CancelHandler(database, quick, BootClock(), intervals),
        JobKind.REVIVE: ReviveHandler(database, quick, settings),
    }
    return Joined(database, SqlStore(database, intervals, wakeups=wakeups), wakeups, handlers)


@contextmanager
def sandbox_host(settings: Settings, environment: Mapping[str, str]) -> Iterator[None]:
    """A sandbox host of its own; its sandboxes end with it."""
    with subprocess.Popen([sys.executable, "-m", "worker.sandboxd"], env=dict(environment)) as process:
        wait_for(lambda: answers(settings), "the sandbox host")
        try:
            yield
        finally:
            sandboxes = sandboxes_of(settings)
            for sandbox_id in sandboxes.find({}):
                sandboxes.kill(sandbox_id)
            process.terminate()


def answers(settings: Settings) -> bool:
    """True once the host is up."""
    try:
        return httpx.get(f"{settings.sandbox_url}/health").status_code == 200
    except httpx.TransportError:
        return False


@contextmanager
def workers(environment: Mapping[str, str]) -> Iterator[None]:
    """The worker's room, with its lanes."""
    argv = [sys.executable, "-m", "benchmarks.cancelling.rooms"]
    with subprocess.Popen(argv, env=dict(environment), stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


if __name__ == "__main__":
    room.run(read_settings(os.environ), compose)  # type: ignore[arg-type]
