"""Counters that copies in memory watch: raised in the very transaction that changes what a copy holds."""

from sqlalchemy import Connection, select

from engine.store.schema import generations
from engine.store.upsert import insert_into


def bump(connection: Connection, name: str) -> None:
    """Raises the counter `name`: what it covers has changed."""
    insert = insert_into(connection, generations).values(name=name, value=1)
    connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"value": generations.c.value + 1}))


def read(connection: Connection, name: str) -> int:
    """Where the counter `name` stands; 0 before its first change."""
    value = connection.execute(select(generations.c.value).where(generations.c.name == name)).scalar_one_or_none()
    return int(value or 0)
