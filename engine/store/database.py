"""The connection to SQL: one face over SQLite and PostgreSQL. What may lose a commit refuses to start."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from engine.errors import ConfigurationError
from engine.store.postgres import Postgres
from engine.store.sqlite import Sqlite

#: How long a writer waits for another's transaction before it gives up, in milliseconds.
BUSY_TIMEOUT_MS = 30_000


class Kind(Protocol):
    """What differs between the databases."""

    @property
    def reading(self) -> Engine:
        """Gives connections whose transaction sees one state from its first statement to its last."""
        ...

    @property
    def writing(self) -> Engine:
        """Gives connections for `begin`."""
        ...

    def begin(self, connection: Connection, *, serial: bool) -> None:
        """Begins a transaction that writes; a serial one waits here until it is the only one."""
        ...

    def shortcomings(self, connection: Connection) -> list[str]:
        """What of this database may lose a commit, or can't hold what we store: with what to do."""
        ...


class Database:
    """Read and write transactions over one SQLAlchemy engine. Make it after a fork, never before."""

    def __init__(self, url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        self.url = url
        self.kind: Kind = Sqlite(url, busy_timeout_ms) if url.startswith("sqlite:") else Postgres(url, busy_timeout_ms)
        self.engine = self.kind.writing
        self.dialect = self.engine.dialect

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads, and sees one state throughout."""
        with self.kind.reading.connect() as connection:
            yield connection
            connection.rollback()

    @contextmanager
    def write(self, *, serial: bool = True) -> Iterator[Connection]:
        """A transaction that writes. A serial one has the database's writes to itself: what it read stays true.

        `serial=False` is for what is right in each single statement, and never waits for a row while it holds another:
        on PostgreSQL it runs beside the others. On SQLite there is one writer at a time anyway.
        """
        with self.kind.writing.connect() as connection:
            self.kind.begin(connection, serial=serial)
            yield connection
            connection.commit()

    def close(self) -> None:
        """Closes every connection of this process."""
        self.engine.dispose()


class DatabaseAway(ConfigurationError):
    """The database can't be reached as it is set up, or doesn't answer yet."""


@contextmanager
def first_look(database: Database) -> Iterator[Connection]:
    """What a process reads before it starts. Raises DatabaseAway, with what the database's own words for it are."""
    try:
        with database.read() as connection:
            yield connection
    except OperationalError as error:
        why = str(error.orig).partition("\n")[0]
        raise DatabaseAway(
            [f"DATABASE_URL: opening the database: {why}. Start its server, or mend the address."]
        ) from error


def require_durability(database: Database) -> None:
    """Refuses a database that may lose what it has answered for. Raises ConfigurationError."""
    with first_look(database) as connection:
        problems = database.kind.shortcomings(connection)
    if problems:
        raise ConfigurationError([f"DATABASE_URL: {problem}" for problem in problems])
