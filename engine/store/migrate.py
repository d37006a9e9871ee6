"""Brings the database to this version's schema: one step under the write lock, whole or not at all."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from engine.store import meta
from engine.store.database import Database, first_look
from engine.store.revision import require_current

__all__ = ["alembic_config", "require_current", "upgrade"]

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> None:
    """Migrates to the newest revision and makes the instance id.

    Two at once are fine: the second waits for the first's transaction and finds nothing to do. Raises DatabaseAway.
    """
    with first_look(database):
        pass
    with database.write() as connection:
        if connection.dialect.name == "postgresql":
            # Changing a large table takes as long as it takes.
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        command.upgrade(alembic_config(connection), "head")
        meta.make_instance(connection)


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration, without a file, over a transaction that is open already."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
