"""PostgreSQL by psycopg: writers take turns as they do on SQLite, unless they say that they need none."""

import importlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.pool import ConnectionPoolEntry

from engine.store.turns import Turn, take_turn

if TYPE_CHECKING:
    import psycopg

#: A transaction that does nothing for so long is ended by the server: a worker that was frozen in one (SIGSTOP, a
#: suspended machine) holds up the others for less time than a lease lasts. In milliseconds.
IDLE_TIMEOUT_MS = 15_000

#: How connections are made, unless the URL says it differently (libpq's words, seconds but for the last): a server
#: whose machine is gone is noticed as soon as a lock that is held too long.
CONNECTING = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
    "application_name": "slipway",
}

#: Settings of the server that decide whether a commit that it confirmed may get lost, and what it can store.
ASKED = (
    "synchronous_commit",
    "synchronous_standby_names",
    "fsync",
    "full_page_writes",
    "server_encoding",
    "server_version_num",
)
OLDEST = 130000


class Postgres:
    """The PostgreSQL side of `engine.store.database.Kind`."""

    def __init__(self, url: str, busy_timeout_ms: int) -> None:
        # Committed rows are seen as soon as a turn begins; under REPEATABLE READ the wait for it would freeze the view.
        self.writing = _engine(_address(url), busy_timeout_ms)
        self.reading = self.writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def begin(self, connection: Connection, *, serial: bool) -> None:
        """Takes the turn of writers; without `serial`, nothing."""
        if serial:
            take_turn(connection, Turn.WRITE)

    def shortcomings(self, connection: Connection) -> list[str]:
        """Commits that don't wait for the disk, torn pages, a standby, an old server, another encoding."""
        settings = {
            name: str(connection.execute(text("SELECT current_setting(:name)"), {"name": name}).scalar_one())
            for name in ASKED
        }
        standby = bool(connection.execute(text("SELECT pg_is_in_recovery()")).scalar_one())
        return shortcomings_of(settings, standby=standby)


def shortcomings_of(settings: dict[str, str], *, standby: bool) -> list[str]:
    """What is wrong with a server that has these settings, with what to do."""
    problems = []
    if int(settings["server_version_num"]) < OLDEST:
        problems.append("the server is older than PostgreSQL 13. Upgrade it.")
    if standby:
        problems.append("the server is a standby, which only reads. Name the primary server.")
    if settings["server_encoding"] != "UTF8":
        problems.append(
            f"the database's encoding is {settings['server_encoding']}. Make one that says ENCODING 'UTF8'."
        )
    commit = settings["synchronous_commit"]
    # Every other value waits for the server's own disk; with synchronous standbys these two don't wait for theirs.
    if commit == "off" or (commit in ("local", "remote_write") and settings["synchronous_standby_names"]):
        problems.append(
            f"the server has synchronous_commit={commit}: it may lose what it has confirmed. "
            "Say ALTER DATABASE … SET synchronous_commit = on, and start Slipway again."
        )
    for name in ("fsync", "full_page_writes"):
        if settings[name] != "on":
            problems.append(
                f"the server has {name}={settings[name]}: a power cut may destroy the database. "
                f"Say ALTER SYSTEM SET {name} = on, then SELECT pg_reload_conf()."
            )
    return problems


def _address(url: str) -> URL:
    scheme, _, rest = url.partition("://")
    return make_url(f"postgresql+psycopg://{rest}" if scheme in ("postgres", "postgresql") else url)


def _engine(address: URL, busy_timeout_ms: int) -> Engine:
    engine = create_engine(
        address,
        isolation_level="READ COMMITTED",
        pool_size=4,
        max_overflow=8,
        # Connections that died with a server that was started again are replaced without anybody noticing.
        pool_pre_ping=True,
        hide_parameters=True,
        use_native_hstore=False,
        connect_args={name: value for name, value in CONNECTING.items() if name not in address.query},
    )
    limits = {
        "lock_timeout": busy_timeout_ms,
        # Whoever waits for a lock is told so by the lock's own limit.
        "statement_timeout": 2 * busy_timeout_ms,
        "idle_in_transaction_session_timeout": IDLE_TIMEOUT_MS,
    }

    @event.listens_for(engine, "connect")
    def prepare(connection: "psycopg.Connection[Any]", _record: ConnectionPoolEntry) -> None:
        # Loaded here: a house on SQLite need not spend the tenth of a second that the driver takes.
        importlib.import_module("engine.store.postgres_session").prepare(connection, limits)

    return engine
