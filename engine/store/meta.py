"""Single values about this installation of Slipway."""

import secrets

from sqlalchemy import Connection, select

from engine.store.schema import meta
from engine.store.upsert import insert_into

INSTANCE = "instance"


def instance(connection: Connection) -> str:
    """The random id of this installation, made when its database was migrated first."""
    return str(connection.execute(select(meta.c.value).where(meta.c.name == INSTANCE)).scalar_one())


def make_instance(connection: Connection) -> None:
    """Gives the installation its id, unless it has one."""
    insert = insert_into(connection, meta).values(name=INSTANCE, value=secrets.token_hex(8))
    connection.execute(insert.on_conflict_do_nothing())


def read(connection: Connection, name: str) -> str:
    """A value that was kept; empty before it was kept first."""
    found = connection.execute(select(meta.c.value).where(meta.c.name == name)).scalar_one_or_none()
    return str(found or "")


def keep(connection: Connection, name: str, value: str) -> None:
    """Keeps a value."""
    new = insert_into(connection, meta).values(name=name, value=value)
    connection.execute(new.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def named(connection: Connection, beginning: str) -> dict[str, str]:
    """The values whose names begin so, by the rest of their names."""
    rows = connection.execute(select(meta).where(meta.c.name.startswith(beginning, autoescape=True)))
    return {str(row.name).removeprefix(beginning): str(row.value) for row in rows}
