"""The back room with handlers that tests steer through files: `python -m tests.worker.backroom worker|clock`.

A job's subject says what it does: `quick` is done at once, `gated` waits for the file `gate` and listens to its lease,
`deaf` waits and listens to nothing, `stubborn` does so and ignores signals too, `seized` holds the interpreter so that
no other thread runs, `deadly` takes its process along, `verbose` ends with an error larger than any log. Who has to
leave a job writes the moment into the file `left`.
"""

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rq import get_current_job
from sqlalchemy import Connection

from engine.domain.job import Job, JobKind, JobState
from engine.errors import ConfigurationError, LeaseLost
from engine.logging import configure
from engine.settings import Settings, read_settings
from engine.store import generations
from engine.store.clock import boot_seconds
from engine.store.database import Database
from engine.store.port import Effects
from engine.store.sql import SqlStore
from engine.wakeups.rq import RqWakeups
from engine.work.handler import Done, Handler, Running
from worker import loops, room


class Steered:
    """A handler that writes a line when it starts and does as its subject says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, job: Job, running: Running) -> Done:
        """Starts, waits, ends."""
        where = "rq" if get_current_job() is not None else "sql"
        with (self.folder / "ledger").open("a") as ledger:
            ledger.write(f"{job.id} {job.fence} {os.getpid()} {where}\n")
        act = job.subject.split("-")[0]
        if act == "deadly":
            os._exit(9)
        if act == "verbose":
            raise ValueError("x" * 20_000_000)
        if act == "seized":
            # PyDLL keeps the interpreter's lock during the call.
            ctypes.PyDLL(None).sleep(3600)
        if act == "stubborn":
            for number in (signal.SIGTERM, signal.SIGALRM, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
        while act in ("gated", "deaf", "stubborn") and not (self.folder / "gate").exists():
            if act == "gated":
                self._check(job, running)
            time.sleep(0.02)
        return Done(JobState.DONE, self._effect(f"done:{job.id}"))

    def _check(self, job: Job, running: Running) -> None:
        try:
            running.check()
        except LeaseLost:
            with (self.folder / "left").open("a") as left:
                left.write(f"{job.id} {job.fence} {boot_seconds()}\n")
            raise

    def bury(self, job: Job, error: str) -> Effects:
        """Counts the burial."""
        return self._effect(f"buried:{job.id}")

    def _effect(self, name: str) -> Effects:
        def effects(connection: Connection) -> None:
            generations.bump(connection, name)

        return effects


class Counting:
    """A sender that counts how often it was asked; the files `sender_breaks` and `sender_endless` steer it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder

    def send_due(self) -> int:
        """Nothing is ever due, or something always."""
        if (self.folder / "sender_breaks").exists():
            raise ZeroDivisionError
        with self.database.write() as connection:
            generations.bump(connection, "sent")
        return int((self.folder / "sender_endless").exists())


@dataclass(frozen=True)
class TestEngine:
    """The parts that the back room asks for."""

    database: Database
    store: SqlStore
    wakeups: RqWakeups
    handlers: Mapping[JobKind, Handler]
    sender: Counting
    beats: Mapping[str, Callable[[], None]] = field(default_factory=dict)


def compose(settings: Settings) -> TestEngine:
    """Joins them."""
    database = Database(settings.database_url)
    wakeups = RqWakeups(settings.redis_url, job_timeout=settings.intervals.build_deadline)
    handler = Steered(settings.data_dir)
    return TestEngine(
        database=database,
        store=SqlStore(database, settings.intervals, wakeups=wakeups),
        wakeups=wakeups,
        handlers=dict.fromkeys(JobKind, handler),
        sender=Counting(database, settings.data_dir),
    )


def main() -> None:
    """Runs the room that the command line names."""
    configure(sys.argv[1])
    run = {"worker": room.run, "clock": loops.run}[sys.argv[1]]
    try:
        run(read_settings(os.environ), compose)
    except ConfigurationError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
