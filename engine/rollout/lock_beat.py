"""Keeps a deploy's lock alive while its job works, whatever the job is at."""

import threading
from types import TracebackType
from typing import Self

import structlog
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import Superseded
from engine.settings import Intervals
from engine.store import locks
from engine.store.database import Database

log = structlog.get_logger(__name__)


class LockBeat:
    """Renews the lock of a release in a thread of its own. Use it as a context manager, once the lock is taken."""

    def __init__(self, database: Database, release_id: str, intervals: Intervals) -> None:
        self._database = database
        self._release_id = release_id
        self._intervals = intervals
        self._lost = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"lock-{release_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def check(self) -> None:
        """Raises Superseded once the lock is somebody else's."""
        if self._lost:
            raise Superseded("deploying: somebody else has taken the environment's lock over")

    def _run(self) -> None:
        while not self._ended.wait(self._intervals.heartbeat):
            try:
                with self._database.write() as connection:
                    held = locks.renew(connection, self._release_id, locks.times(connection, self._intervals))
            except SQLAlchemyError as error:
                # The lease runs on; the job itself ends when this lasts.
                log.warning("deploy.lock_not_renewed", release=self._release_id, error=str(error))
                continue
            self._lost = self._lost or not held
