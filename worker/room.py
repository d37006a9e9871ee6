"""The worker's main process: makes the lanes, keeps them alive, and ends them in good order."""

import multiprocessing
import os
import signal
import time
from multiprocessing.context import ForkProcess

import structlog

from engine.settings import Settings
from engine.store.database import require_durability
from engine.store.revision import require_current
from engine.variables import known_keys
from worker.engine import Compose
from worker.lane import Lane, lanes_of, run_lane
from worker.stopping import Stopping
from worker.watch import Watch, Watcher

#: Seconds after which a lane that was told to stop is killed; it had the time to drain and a moment more.
MOMENT = 2.5

#: Seconds between two starts of a lane that dies.
PAUSE = 1.0

#: Seconds between two looks at the lanes.
LOOK = 0.25

SIGNALS = {signal.SIGTERM, signal.SIGINT}

log = structlog.get_logger(__name__)


class Room:
    """All lanes of this process."""

    def __init__(self, settings: Settings, compose: Compose) -> None:
        self._settings = settings
        self._compose = compose
        self._processes: dict[Lane, ForkProcess] = {}
        self._started: dict[Lane, float] = {}
        self._watchers: dict[Lane, Watcher] = {}

    def run(self, stopping: Stopping) -> None:
        """Runs until told to stop, then ends every lane."""
        for lane in lanes_of(self._settings):
            self._start(lane)
        log.info("worker.started", workers=self._settings.workers)
        while not stopping.wait(LOOK):
            self._end_stuck()
            for lane in self._fallen():
                log.warning("lane.died", lane=lane.name, exit_code=self._processes[lane].exitcode)
                self._start(lane)
        self._end(stopping)

    def _start(self, lane: Lane) -> None:
        # Blocked until the child has handlers of its own: it must not use ours.
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        context = multiprocessing.get_context("fork")
        # A new one for each process: a work-horse that outlived the one before may still breathe into the old.
        watch = Watch()
        arguments = (lane, self._settings, self._compose, os.getpid(), watch)
        process = context.Process(target=run_lane, args=arguments, name=lane.name)
        process.start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        self._processes[lane] = process
        self._watchers[lane] = Watcher(watch, every=LOOK, patience=self._settings.intervals.lease)
        self._started[lane] = time.monotonic()

    def _end_stuck(self) -> None:
        """Kills lanes that hang in a job of their own. One that hangs in a work-horse is the business of its parent."""
        for lane, watcher in self._watchers.items():
            process = self._processes[lane]
            if watcher.stuck() == process.pid and process.is_alive():
                log.error("lane.stuck", lane=lane.name, pid=process.pid)
                process.kill()

    def _fallen(self) -> list[Lane]:
        rested = time.monotonic() - PAUSE
        return [
            lane for lane, process in self._processes.items() if not process.is_alive() and self._started[lane] < rested
        ]

    def _end(self, stopping: Stopping) -> None:
        """SIGTERM to each lane, a second one when we are told twice, SIGKILL when its time is over."""
        self._terminate()
        asked, kill_at = 1, time.monotonic() + self._settings.intervals.drain + MOMENT
        while any(process.is_alive() for process in self._processes.values()):
            if stopping.times > asked:
                asked = stopping.times
                self._terminate()
                kill_at = min(kill_at, time.monotonic() + 1.0)
            if time.monotonic() > kill_at:
                for process in self._processes.values():
                    process.kill()
            time.sleep(0.02)
        for process in self._processes.values():
            process.join()

    def _terminate(self) -> None:
        for process in self._processes.values():
            if process.is_alive():
                process.terminate()


def run(settings: Settings, compose: Compose) -> None:
    """The worker's room. Raises ConfigurationError before anything is started."""
    # A trial: what is wrong is said here once, not by every lane. No connection may live through the forks to come.
    database = compose(settings).database
    require_durability(database)
    require_current(database)
    known_keys.tell(database, "worker", settings.secret_keys)
    database.close()
    stopping = Stopping()
    stopping.install()
    Room(settings, compose).run(stopping)
    log.info("worker.ended")
