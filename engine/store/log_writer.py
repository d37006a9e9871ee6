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
from engine.store.log_text import LineCutter, cleaned

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
        self._secrets = [secret.reveal() for secret in secrets if secret.reveal()]
        self._clock = clock
        self._room = total_bytes
        self._cutter = LineCutter()
        self._waiting: list[str] = []
        self._waiting_bytes = 0
        self._tail: deque[str] = deque(maxlen=TAIL)
        self._lock = threading.Lock()
        # Flushes come one after the other, so that lines keep their order.
        self._flushing = threading.Lock()
        self._stir = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._run, name=f"log-{subject}", daemon=True)

    def __enter__(self) -> Self:
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

    def hide(self, secret: Secret) -> None:
        """From now on this value never appears."""
        with self._lock:
            if secret.reveal():
                self._secrets.append(secret.reveal())

    def write(self, data: bytes) -> None:
        """Takes output of a program, in pieces as they come."""
        with self._lock:
            self._keep(self._cutter.cut(data))

    def line(self, text: str) -> None:
        """Adds a line of our own; what a command says from now on is its tail."""
        with self._lock:
            self._keep([*self._cutter.rest(), text])
            self._tail.clear()

    def tail(self) -> list[str]:
        """The newest lines since the last one of our own, the unfinished one included."""
        with self._lock:
            return [*self._tail, *(self._clean(line) for line in self._cutter.peek())]

    def flush(self) -> None:
        """Stores what waits."""
        with self._flushing:
            with self._lock:
                lines, self._waiting, self._waiting_bytes = self._waiting, [], 0
            try:
                self._store(lines)
            except SQLAlchemyError as error:
                # A log that can't be written now must not fail the build; what waits is bounded by the room.
                log.warning("log.not_stored", subject=self._subject, error=str(error))
                with self._lock:
                    self._waiting = lines + self._waiting

    def _store(self, lines: list[str]) -> None:
        if lines:
            with self._database.write() as connection:
                logs.append(connection, self._subject, lines, self._clock())

    def _keep(self, lines: list[str]) -> None:
        for raw in lines:
            text = self._clean(raw)
            self._tail.append(text)
            size = len(text) + 1
            if self._room <= 0:
                continue
            self._room -= size
            self._waiting.append(text if self._room > 0 else "[slipway] the log is full: what follows is not kept")
            self._waiting_bytes += size
        if self._waiting_bytes >= FLUSH_BYTES:
            self._stir.set()

    def _clean(self, line: str) -> str:
        text = cleaned(line)
        for secret in self._secrets:
            text = text.replace(secret, "[hidden]")
        return text

    def _run(self) -> None:
        while not self._closing:
            self._stir.wait(FLUSH_SECONDS)
            self._stir.clear()
            self.flush()
