"""The loops of the clock. Each is safe to run twice; the error of one never stops another."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from engine.settings import Intervals, Settings
from engine.store.clock import clock_for
from engine.store.database import require_durability
from engine.store.revision import require_current
from engine.variables import known_keys
from engine.work.deadlines import Deadlines
from engine.work.edge import Crashed, guarded
from engine.work.poke import Poke
from worker.engine import Compose, Engine, Sender
from worker.stopping import Stopping

#: Seconds that a loop which goes wrong again and again waits at most.
LONGEST_PAUSE = 30.0

#: Seconds after the start when every loop has beaten once: what was missed while the house was down comes back now.
SOON = 1.0

log = structlog.get_logger(__name__)


class Outbox:
    """The outbox loop: sends until nothing is due, or it is told to stop."""

    def __init__(self, sender: Sender, stopping: Stopping) -> None:
        self._sender = sender
        self._stopping = stopping

    def beat(self) -> None:
        """Sends what is due."""
        while self._sender.send_due() and not self._stopping.times:
            pass


@dataclass(frozen=True)
class Loop:
    """Something done again and again, `every` seconds after it was done."""

    name: str
    every: float
    beat: Callable[[], None]

    def run(self, stopping: Stopping) -> None:
        """Beats until told to stop, soon after the start for the first time; after an error with a growing pause."""
        pause = min(self.every, SOON)
        while not stopping.wait(pause):
            outcome = guarded(self.beat)
            if isinstance(outcome, Crashed):
                pause = min(max(pause, 0.5) * 2, LONGEST_PAUSE)
                log.error("loop.failed", loop=self.name, pause=pause, exc_info=outcome.error)
            else:
                pause = self.every


def loops_of(engine: Engine, intervals: Intervals, stopping: Stopping) -> list[Loop]:
    """The table of loops."""
    clock = clock_for(engine.database)
    return [
        Loop("poke", intervals.poke, Poke(engine.database, clock, engine.wakeups, intervals).beat),
        Loop("outbox", intervals.outbox, Outbox(engine.sender, stopping).beat),
        Loop("deadlines", intervals.deadlines, Deadlines(engine.database, clock, engine.handlers, engine.wakeups).beat),
        *(Loop(name, getattr(intervals, name), beat) for name, beat in engine.beats.items()),
    ]


def run_loops(loops: Sequence[Loop], stopping: Stopping) -> None:
    """Runs every loop in a thread of its own until told to stop; then each ends after its beat."""
    threads = [threading.Thread(target=loop.run, args=(stopping,), name=loop.name, daemon=True) for loop in loops]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def run(settings: Settings, compose: Compose) -> None:
    """The clock's room. Raises ConfigurationError before a loop is started."""
    stopping = Stopping()
    stopping.install()
    engine = compose(settings)
    require_durability(engine.database)
    require_current(engine.database)
    known_keys.tell(engine.database, "clock", settings.secret_keys)
    log.info("clock.started")
    run_loops(loops_of(engine, settings.intervals, stopping), stopping)
    engine.database.close()
    log.info("clock.ended")
