"""Group commit: many deliveries share one transaction, and each is answered for only once that is on disk."""

import asyncio
import queue
import threading
import time
from collections.abc import Sequence
from typing import NamedTuple

import structlog

from engine.store.port import Delivery, Store, Taken
from engine.wakeups.port import Wakeups
from engine.work.edge import Crashed, guarded

#: Deliveries in one transaction, and bytes, beyond which no other one joins it.
BATCH = 64
BATCH_BYTES = 4 << 20
#: After a transaction the database is left to others for as long as it took, times this: whoever finds it locked
#: tries again soon, and does so in vain every other time at most.
SHARE = 1.0
#: Seconds.
LONGEST_PAUSE = 0.05

#: Seconds to be stored in: an answer after GitHub's 10 reaches nobody.
PATIENCE = 9.0

#: Intake jobs wait here; whoever is woken takes all that are due, so one hint is enough for many of them.
QUEUE = "quick"
#: Seconds between two hints, of which the first goes at once: each costs as much as storing ten deliveries.
WAKE_PAUSE = 0.05

log = structlog.get_logger(__name__)


class StorageTrouble(Exception):
    """The delivery may not be stored: it must not be answered as if it were."""


class Waiting(NamedTuple):
    """A delivery, and where its outcome is awaited."""

    delivery: Delivery
    outcome: asyncio.Future[Taken]
    loop: asyncio.AbstractEventLoop


class Ingest:
    """The one writer of the inbox in this process. `patience`: seconds that a delivery waits to be stored."""

    def __init__(self, store: Store, wakeups: Wakeups, patience: float = PATIENCE) -> None:
        self._store = store
        self._wakeups = wakeups
        self._patience = patience
        self._waiting: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._hints: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._open = False
        # What isn't answered yet, oldest first, and until when it may be: one timer for all of them.
        self._unanswered: dict[asyncio.Future[Taken], float] = {}
        self._watched = False

    def start(self) -> None:
        """Starts the writer, and the thread that wakes: Redis must never hold up a commit."""
        self._open = True
        self._threads = [
            threading.Thread(target=self._write_batches, name="ingest", daemon=True),
            threading.Thread(target=self._wake, name="ingest-wake", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Takes nothing more; what was taken is committed and answered when this returns."""
        self._open = False
        self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    async def take(self, delivery: Delivery) -> Taken:
        """Stores the delivery; returns once that is committed. One event loop may ask. Raises StorageTrouble."""
        if not self._open:
            raise StorageTrouble("taking in a delivery: this process is ending")
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Taken] = loop.create_future()
        self._unanswered[outcome] = loop.time() + self._patience
        if not self._watched:
            self._watched = True
            loop.call_later(self._patience, self._give_up, loop)
        self._waiting.put(Waiting(delivery, outcome, loop))
        return await outcome

    def unanswered(self) -> int:
        """How many deliveries wait for their commit."""
        return len(self._unanswered)

    def _give_up(self, loop: asyncio.AbstractEventLoop) -> None:
        """Says so to those that waited too long; they may be stored all the same, which a redelivery will find."""
        now = loop.time()
        while self._unanswered:
            outcome, end = next(iter(self._unanswered.items()))
            if end > now:
                loop.call_later(end - now, self._give_up, loop)
                return
            del self._unanswered[outcome]
            if not outcome.done():
                outcome.set_exception(StorageTrouble(f"storing a delivery: not done after {self._patience:g} s"))
        self._watched = False

    def _write_batches(self) -> None:
        ended = False
        while not ended:
            batch = self._next_batch()
            ended = batch[-1] is None
            started = time.monotonic()
            self._write([waiting for waiting in batch if waiting is not None])
            if not ended:
                time.sleep(min((time.monotonic() - started) * SHARE, LONGEST_PAUSE))
        self._hints.put(None)

    def _next_batch(self) -> list[Waiting | None]:
        """What waits, as much as goes into one transaction; ends with None when there will be no more."""
        batch: list[Waiting | None] = []
        size = 0
        while not batch or (len(batch) < BATCH and size < BATCH_BYTES and not self._waiting.empty()):
            waiting = self._waiting.get()
            batch.append(waiting)
            if waiting is None:
                break
            size += len(waiting.delivery.body)
        return batch

    def _write(self, batch: Sequence[Waiting]) -> None:
        # Whoever left or was told to come again needs no row: its redelivery will be stored.
        wanted = [waiting for waiting in batch if not waiting.outcome.done()]
        if not wanted:
            return
        taken = guarded(lambda: self._store.take([waiting.delivery for waiting in wanted]))
        if isinstance(taken, Crashed):
            log.error("ingest.not_stored", deliveries=len(wanted), exc_info=taken.error)
        wanted[0].loop.call_soon_threadsafe(self._answer, wanted, taken)
        if not isinstance(taken, Crashed):
            new = next((job_id for _, job_id in taken if job_id), None)
            if new is not None:
                self._hints.put(new)

    def _answer(self, batch: Sequence[Waiting], taken: list[tuple[Taken, str]] | Crashed) -> None:
        for position, (_, outcome, _) in enumerate(batch):
            self._unanswered.pop(outcome, None)
            if outcome.done():
                continue
            if isinstance(taken, Crashed):
                outcome.set_exception(StorageTrouble("storing a delivery: " + type(taken.error).__name__))
            else:
                outcome.set_result(taken[position][0])

    def _wake(self) -> None:
        ended = False
        while not ended:
            hint = self._hints.get()
            while hint is not None and not self._hints.empty():
                newer = self._hints.get()
                ended = newer is None
                hint = newer or hint
            if hint is None:
                return
            self._wakeups.wake([hint], QUEUE)
            if not ended:
                time.sleep(WAKE_PAUSE)
