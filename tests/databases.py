"""Databases for tests, of each kind: without tables, migrated, or one that is emptied and used again."""

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Protocol

from sqlalchemy import delete

# Their tables are in the metadata once they are imported.
import engine.store.access_schema
import engine.store.deploy_schema
import engine.store.history_schema
import engine.store.readiness_schema  # noqa: F401
from engine.store import meta
from engine.store.database import Database
from engine.store.migrate import upgrade
from engine.store.schema import meta as meta_table
from engine.store.schema import metadata
from tests.postgres import RunningPostgres


class Databases(Protocol):
    """Databases of one kind, gone when the test is over."""

    def bare(self) -> Database:
        """One without tables."""
        ...

    def migrated(self) -> Database:
        """One that no other test uses."""
        ...

    def shared(self) -> Database:
        """An empty one, as quick as can be: the test must leave its tables as they are."""
        ...

    def close(self) -> None:
        """Closes and removes them."""
        ...


class SqliteDatabases:
    """Files in a folder."""

    def __init__(self, folder: Path, template: Path) -> None:
        self._folder = folder
        self._template = template
        self._made: list[Database] = []

    def bare(self) -> Database:
        """A new file."""
        return self._open(self._next())

    def migrated(self) -> Database:
        """A copy of a migrated file."""
        path = self._next()
        shutil.copy(self._template, path)
        return self._open(path)

    def shared(self) -> Database:
        """A copy is quick enough."""
        return self.migrated()

    def close(self) -> None:
        """Closes them; pytest removes the folder."""
        for database in self._made:
            database.close()

    def _next(self) -> Path:
        return self._folder / f"{len(self._made)}.sqlite3"

    def _open(self, path: Path) -> Database:
        self._made.append(Database(f"sqlite:///{path}"))
        return self._made[-1]


class PostgresDatabases:
    """Databases of the session's server. Making one takes 150 ms: two are there for all."""

    TEMPLATE = "slipway_migrated"
    SHARED = "slipway_shared"

    def __init__(self, server: RunningPostgres) -> None:
        self._server = server
        self._open: list[Database] = []
        self._own: list[str] = []

    @classmethod
    def furnish(cls, server: RunningPostgres) -> None:
        """Makes the two, once a session."""
        server.make(cls.TEMPLATE)
        migrate(server.url(cls.TEMPLATE))
        server.make(cls.SHARED, cls.TEMPLATE)

    def bare(self) -> Database:
        """A new database."""
        return self._new("template1")

    def migrated(self) -> Database:
        """A copy of the migrated one."""
        return self._new(self.TEMPLATE)

    def shared(self) -> Database:
        """The one for all, emptied."""
        database = self._keep(self._server.url(self.SHARED))
        with database.write() as connection:
            rows = [f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)]
            connection.exec_driver_sql("; ".join(rows))
            meta.make_instance(connection)
        return database

    def close(self) -> None:
        """Closes all, drops the own ones."""
        for database in self._open:
            database.close()
        for url in self._own:
            self._server.drop(url)

    def _new(self, template: str) -> Database:
        url = self._server.new_database(template)
        self._own.append(url)
        return self._keep(url)

    def _keep(self, url: str) -> Database:
        self._open.append(Database(url))
        return self._open[-1]


def migrate(url: str) -> None:
    """Brings a database to this version's revision."""
    database = Database(url)
    upgrade(database)
    database.close()


def furnish(database: Database) -> None:
    """What `upgrade` does to a new file, in a tenth of the time: a copy of a migrated one, with an id of its own.

    Nobody may have connected to it yet. A power cut may undo the copy, unlike the migrations.
    """
    file = Path(database.url.removeprefix("sqlite:///"))
    if file.exists():
        upgrade(database)
        return
    file.write_bytes(_migrated())
    with database.write() as connection:
        meta.make_instance(connection)


@cache
def _migrated() -> bytes:
    """A migrated file, without its instance's id."""
    with tempfile.TemporaryDirectory(prefix="slipway-migrated-") as folder:
        file = Path(folder) / "template.sqlite3"
        database = Database(f"sqlite:///{file}")
        upgrade(database)
        with database.write() as connection:
            connection.execute(delete(meta_table).where(meta_table.c.name == meta.INSTANCE))
        database.close()
        return file.read_bytes()
