"""Statements are compiled once for all databases of a test run, as they are once for all requests of a room."""

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache

#: More than all of ours on both kinds of database.
CAPACITY = 4000

Key = tuple[Any, ...]


class Statements:
    """SQLAlchemy's `compiled_cache` for all engines of a kind: its key has the dialect itself, ours its name."""

    def __init__(self) -> None:
        self._compiled: LRUCache[Key, Any] = LRUCache(CAPACITY)

    def get(self, key: Key) -> Any:
        """What was compiled for any engine of that kind."""
        return self._compiled.get(_by_name(key))

    def __setitem__(self, key: Key, compiled: Any) -> None:
        self._compiled[_by_name(key)] = compiled


def share_statements() -> None:
    """From now on each engine of this process uses what another has compiled; a new one would start with nothing."""
    statements = Statements()

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=statements)


def _by_name(key: Key) -> Key:
    dialect, *rest = key
    return (dialect.name, dialect.driver, *rest)
