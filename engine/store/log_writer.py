"""Writes the log of one subject: redacted, cleaned, bounded, flushed by a thread twice a second."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Self

import structlog
from sqlalchemy.exc import SQLAlchemyError

from engine.settings import Secret
from engine.store import logs
from engine.store.database import Database
from engine.store.log_text import LINE_LIMIT, LineCutter, plain, shortened
from engine.variables.redaction import Redactor
from engine.variables.worked_with import WORKED_WITH

#: Seconds between two flushes, and bytes that are flushed earlier.
FLUSH_SECONDS = 0.5
FLUSH_BYTES = 64 * 1024
#: Bytes that a subject keeps; the rest is counted, not kept.
TOTAL_BYTES = 4 << 20
#: Lines that `tail` remembers.
TAIL = 200

log = structlog.get_logger(__name__)


class LogWriter:
    """A log that takes bytes from any thread. Use it as a context manager: its end flushes."""

    def __init__(
        self,
        database: Database,
        subject: str,
        secrets: Iterable[Secret] = (),
        *,
        clock: Callable[[], float] = time.time,
        total_bytes: int = TOTAL_BYTES,
    ) -> None:
        self._database = database
        self._subject = subject
        self._redactor = Redactor(secrets)
        self._clock = clock
        self._room = total_bytes
        self._cutter = LineCutter()
        # Lines as they came; what is secret is hidden when they leave, together: a value may go over their ends.
        self._waiting: list[str] = []
        self._before = ""
        self._waiting_bytes = 0
        self._tail: deque[str] = deque(maxlen=TAIL)
        self._lock = threading.Lock()
        # Flushes come one after the other, so that lines keep their order.
        self._flushing = threading.Lock()
        self._stir = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=f"log-{subject}", daemon=True)

    def __enter__(self) -> Self:
        WORKED_WITH.remember(self._redactor.values)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        self._stir.set()
        self._thread.join()
        with self._lock:
            self._keep(self._cutter.rest())
        self.flush()

    def hide(self, *secrets: Secret) -> None:
        """From now on these values never appear: not here, and not in this process's own logs."""
        WORKED_WITH.remember(secrets)
        with self._lock:
            self._redactor = self._redactor.adding(*secrets)

    def write(self, data: bytes) -> None:
        """Takes output of a program, in pieces as they come."""
        with self._lock:
            self._keep(self._cutter.cut(data))

    def line(self, text: str) -> None:
        """Adds a line of our own; what a command says from now on is its tail."""
        with self._lock:
            self._keep([*self._cutter.rest(), *text.split("\n")])
            self._tail.clear()

    def tail(self) -> list[str]:
        """The newest lines since the last one of our own, the unfinished one included."""
        with self._lock:
            lines, redactor = list(self._tail), self._redactor
            unfinished = [redactor.text(plain(line), cut=True) for line in self._cutter.peek()]
        return [shortened(line) for line in (*redactor.lines(lines), *unfinished)]

    def flush(self) -> None:
        """Stores what waits."""
        with self._flushing:
            with self._lock:
                lines, self._waiting, self._waiting_bytes = self._waiting, [], 0
                redactor = self._redactor
            try:
                self._store(redactor.lines(lines, self._before))
                self._before = lines[-1] if lines else self._before
            except SQLAlchemyError as error:
                # A log that can't be written now must not fail the build; what waits is bounded by the room.
                log.warning("log.not_stored", subject=self._subject, error=str(error))
                with self._lock:
                    self._waiting = lines + self._waiting

    def _store(self, lines: list[str]) -> None:
        if lines:
            with self._database.write() as connection:
                logs.append(connection, self._subject, list(map(shortened, lines)), self._clock())

    def _keep(self, lines: list[str]) -> None:
        for raw in lines:
            text = plain(raw)
            self._tail.append(text)
            size = min(len(text), LINE_LIMIT) + 1
            if self._room <= 0:
                continue
            self._room -= size
            self._waiting.append(text if self._room > 0 else "[slipway] the log is full: what follows is not kept")
            self._waiting_bytes += size
        if self._waiting_bytes >= FLUSH_BYTES:
            self._stir.set()

    def _run(self) -> None:
        while not self._closing:
            self._stir.wait(FLUSH_SECONDS)
            self._stir.clear()
            self.flush()
