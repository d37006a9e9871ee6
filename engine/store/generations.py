"""Counters that copies in memory watch: raised in the very transaction that changes what a copy holds."""

from sqlalchemy import Connection, select

from engine.store.database import Database
from engine.store.schema import generations
from engine.store.upsert import insert_into

#: What copies of permissions, and of tokens, in memory watch; and what the level sweep watches: GitHub should be asked
#: how things are.
ACCESS, TOKENS, SWEEP = "access", "tokens", "sweep"


def bump(connection: Connection, name: str) -> None:
    """Raises the counter `name`: what it covers has changed."""
    insert = insert_into(connection, generations).values(name=name, value=1)
    connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"value": generations.c.value + 1}))


def read(connection: Connection, name: str) -> int:
    """Where the counter `name` stands; 0 before its first change."""
    value = connection.execute(select(generations.c.value).where(generations.c.name == name)).scalar_one_or_none()
    return int(value or 0)


class Watch:
    """Looks at a counter for whoever keeps a copy in memory; each call is one small read."""

    def __init__(self, database: Database, name: str) -> None:
        self._database = database
        self._name = name

    def __call__(self) -> int:
        """Where it stands at this moment."""
        with self._database.read() as connection:
            return read(connection, self._name)
