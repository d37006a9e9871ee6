"""The playground's memory: one SQLite file, one connection, one writer at a time."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

Value = TypeVar("Value")
Parameter = str | int | float | bytes | None

#: One file for each version, each built upon the one before.
SCHEMA = tuple(Path(__file__).parent / "schema" / f"{version}.sql" for version in (1, 2, 3, 4, 5))

sqlite3.register_converter("BOOLEAN", lambda stored: bool(int(stored)))
sqlite3.register_converter("JSON", json.loads)


class Database:
    """Rows as frozen dataclasses whose fields are named like the columns."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, detect_types=sqlite3.PARSE_DECLTYPES
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._create_tables()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction around several statements; nested ones join the outer."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def all(self, kind: type[Value], sql: str, *parameters: Parameter) -> list[Value]:
        """Every row of a query as a value."""
        with self._lock:
            return [kind(**dict(row)) for row in self._connection.execute(sql, parameters)]

    def one(self, kind: type[Value], sql: str, *parameters: Parameter) -> Value | None:
        """The first row of a query as a value, or nothing."""
        with self._lock:
            row = self._connection.execute(sql, parameters).fetchone()
        return None if row is None else kind(**dict(row))

    def scalar(self, sql: str, *parameters: Parameter) -> Any:
        """The first column of the first row, or nothing."""
        with self._lock:
            row = self._connection.execute(sql, parameters).fetchone()
        return None if row is None else row[0]

    def execute(self, sql: str, *parameters: Parameter) -> int:
        """Runs one statement and says how many rows it changed."""
        with self._lock:
            return self._connection.execute(sql, parameters).rowcount

    def insert(self, table: str, **values: Parameter) -> int:
        """Adds one row to a table of ours and returns its id."""
        columns, marks = ", ".join(values), ", ".join("?" * len(values))
        with self._lock:
            statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 (names are ours, never input)
            return self._connection.execute(statement, tuple(values.values())).lastrowid or 0

    def update(self, table: str, row_id: int, **values: Parameter) -> None:
        """Changes columns of one row of a table of ours."""
        columns = ", ".join(f"{column} = ?" for column in values)
        statement = f"UPDATE {table} SET {columns} WHERE id = ?"  # noqa: S608 (names are ours, never input)
        self.execute(statement, *values.values(), row_id)

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _create_tables(self) -> None:
        for version, step in enumerate(SCHEMA, start=1):
            if self.scalar("PRAGMA user_version") < version:
                script = f"BEGIN IMMEDIATE;\n{step.read_text()}\nPRAGMA user_version = {version};\nCOMMIT;"
                self._connection.executescript(script)
