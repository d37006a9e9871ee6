"""An empty, migrated database for each run; no connection stays open between two, since this process forks."""

import itertools
import shutil
from pathlib import Path
from typing import Protocol

from engine.store import meta
from engine.store.database import Database
from engine.store.migrate import upgrade
from engine.store.schema import metadata


class Databases(Protocol):
    """One for each run."""

    def fresh(self) -> str:
        """The address of an empty one."""
        ...

    def drop(self, url: str) -> None:
        """It is no longer needed."""
        ...


class Files:
    """SQLite: copies of one file that was migrated once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)
        self._template = folder / "template.sqlite3"
        migrate(f"sqlite:///{self._template}")

    def fresh(self) -> str:
        """A copy."""
        path = self._folder / f"{next(self._numbers)}.sqlite3"
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        """Removes it."""
        for each in self._folder.glob(f"{Path(url).name}*"):
            each.unlink()


class OneOnAServer:
    """PostgreSQL: one database that is emptied for each run; making one takes longer."""

    def __init__(self, url: str) -> None:
        self._url = url
        migrate(url)

    def fresh(self) -> str:
        """The one, emptied."""
        database = Database(self._url)
        with database.write() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
            meta.make_instance(connection)
        database.close()
        return self._url

    def drop(self, url: str) -> None:
        """It stays for the next."""


def migrate(url: str) -> None:
    """Brings a database to this version's revision."""
    database = Database(url)
    upgrade(database)
    database.close()


def databases_at(url: str, folder: Path) -> Databases:
    """Databases of the kind that `url` names; empty: files in `folder`."""
    return OneOnAServer(url) if url.startswith("postgresql:") else Files(folder)
