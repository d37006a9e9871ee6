"""Which revision the database is at; rooms refuse to start on another one than theirs."""

from sqlalchemy import Connection, column, inspect, select, table

from engine.errors import ConfigurationError
from engine.store.database import Database, first_look

#: The newest migration in migrations/versions; a test holds the two together, so that no room need load Alembic.
HEAD = "0007"

VERSIONS = table("alembic_version", column("version_num"))


def current(connection: Connection) -> str:
    """The revision of the database; empty when it was never migrated."""
    if not inspect(connection).has_table(VERSIONS.name):
        return ""
    return str(connection.execute(select(VERSIONS.c.version_num)).scalar_one_or_none() or "")


def require_current(database: Database) -> None:
    """Refuses a database of another revision. Raises ConfigurationError that says what to do."""
    with first_look(database) as connection:
        found = current(connection)
    if found != HEAD:
        state = f"the database is at revision {found}" if found else "the database has no tables yet"
        raise ConfigurationError(
            [
                f"DATABASE_URL: {state}, this version of Slipway needs {HEAD}. "
                "Run `slipway admin migrate`; if the database is newer, install the newer Slipway."
            ]
        )
