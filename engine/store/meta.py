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
