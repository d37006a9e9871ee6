"""SQLite: one file in WAL mode with synchronous=FULL. A writer has the whole file from its BEGIN IMMEDIATE on."""

import sqlite3
import time
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.pool import ConnectionPoolEntry


class Sqlite:
    """The SQLite side of `engine.store.database.Kind`."""

    def __init__(self, url: str, busy_timeout_ms: int) -> None:
        path = url.removeprefix("sqlite:///")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        # In WAL mode a transaction reads one state throughout, so that reading needs nothing of its own.
        self.reading = self.writing = _engine(url, busy_timeout_ms)

    def begin(self, connection: Connection, *, serial: bool) -> None:
        """Takes the write lock; every writer of a file is serial."""
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def shortcomings(self, connection: Connection) -> list[str]:
        """Anything less than WAL with synchronous=FULL."""
        mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
        level = connection.execute(text("PRAGMA synchronous")).scalar_one()
        if mode == "wal" and int(level) >= 2:
            return []
        return [
            f"opening the database gave journal_mode={mode}, synchronous={level}; "
            "Slipway needs wal and FULL (2). Put the file on a local disk."
        ]


def _engine(url: str, busy_timeout_ms: int) -> Engine:
    engine = create_engine(
        url, pool_size=4, max_overflow=8, hide_parameters=True, connect_args={"check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        # The driver opens no transactions of its own; `begin` below does.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={busy_timeout_ms}")
        _use_wal(cursor, busy_timeout_ms / 1000)
        for pragma in ("synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    return engine


def _use_wal(cursor: DBAPICursor, patience: float) -> None:
    """Switches the file to WAL. SQLite doesn't wait when two switch a new file at once, so we do."""
    end = time.monotonic() + patience
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.01)
