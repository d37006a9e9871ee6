"""Group commit: many deliveries share one transaction, and each is answered for only once that is on disk."""

import asyncio
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from engine.store.port import Delivery, Store, Taken
from engine.wakeups.port import Wakeups
from engine.work.edge import Crashed, guarded

#: Deliveries in one transaction, and the pause after it in seconds: measured so that others' small writes stay quick.
BATCH = 64
PAUSE = 0.005

#: Intake jobs wait here; whoever is woken takes all that are due, so one hint is enough for a whole batch.
QUEUE = "quick"

log = structlog.get_logger(__name__)


class StorageTrouble(Exception):
    """The delivery may not be stored: it must not be answered as if it were."""


@dataclass(frozen=True)
class Waiting:
    """A delivery, and where its outcome is awaited."""

    delivery: Delivery
    outcome: asyncio.Future[Taken]
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)


class Ingest:
    """The one writer of the inbox in this process."""

    def __init__(self, store: Store, wakeups: Wakeups) -> None:
        self._store = store
        self._wakeups = wakeups
        self._waiting: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._hints: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._open = False

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
        """Stores the delivery; returns once that is committed. Raises StorageTrouble."""
        if not self._open:
            raise StorageTrouble("taking in a delivery: this process is ending")
        waiting = Waiting(delivery, asyncio.get_running_loop().create_future())
        self._waiting.put(waiting)
        return await waiting.outcome

    def _write_batches(self) -> None:
        ended = False
        while not ended:
            batch = [self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get())
            ended = None in batch
            self._write([waiting for waiting in batch if waiting is not None])
            if not ended:
                time.sleep(PAUSE)
        self._hints.put(None)

    def _write(self, batch: Sequence[Waiting]) -> None:
        if not batch:
            return
        taken = guarded(lambda: self._store.take([waiting.delivery for waiting in batch]))
        if isinstance(taken, Crashed):
            log.error("ingest.not_stored", deliveries=len(batch), exc_info=taken.error)
        else:
            new = [job_id for _, job_id in taken if job_id]
            if new:
                self._hints.put(new[0])
        for loop in {waiting.loop for waiting in batch}:
            loop.call_soon_threadsafe(_answer, batch, taken)

    def _wake(self) -> None:
        while (hint := self._hints.get()) is not None:
            self._wakeups.wake([hint], QUEUE)


def _answer(batch: Sequence[Waiting], taken: list[tuple[Taken, str]] | Crashed) -> None:
    here = asyncio.get_running_loop()
    for position, waiting in enumerate(batch):
        if waiting.loop is not here or waiting.outcome.done():
            continue
        if isinstance(taken, Crashed):
            waiting.outcome.set_exception(StorageTrouble("storing a delivery: " + type(taken.error).__name__))
        else:
            waiting.outcome.set_result(taken[position][0])
