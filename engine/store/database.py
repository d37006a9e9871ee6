"""The connection to SQL. Anything less durable than WAL with synchronous=FULL refuses to start."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.pool import ConnectionPoolEntry

from engine.errors import ConfigurationError

#: How long a writer waits for another's transaction before it gives up, in milliseconds.
BUSY_TIMEOUT_MS = 30_000


class Database:
    """Read and write transactions over one SQLAlchemy engine. Make it after a fork, never before."""

    def __init__(self, url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        self.url = url
        self.engine = _sqlite_engine(url, busy_timeout_ms)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self.engine.connect() as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that writes: the write lock is taken at its start (BEGIN IMMEDIATE on SQLite)."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()

    def close(self) -> None:
        """Closes every connection of this process."""
        self.engine.dispose()


def _sqlite_engine(url: str, busy_timeout_ms: int) -> Engine:
    path = url.removeprefix("sqlite:///")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_size=4, max_overflow=8, connect_args={"check_same_thread": False})

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


def require_durability(database: Database) -> None:
    """Refuses a database that may lose what it has answered for. Raises ConfigurationError."""
    with database.read() as connection:
        mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
        level = connection.execute(text("PRAGMA synchronous")).scalar_one()
    if mode != "wal" or int(level) < 2:
        raise ConfigurationError(
            [
                f"DATABASE_URL: opening the database gave journal_mode={mode}, synchronous={level}; "
                "Slipway needs wal and FULL (2). Put the file on a local disk."
            ]
        )
