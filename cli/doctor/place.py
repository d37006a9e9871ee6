"""Where Slipway lives: its data folder, its database, its ports."""

import shutil
import tempfile
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from cli.doctor.finding import Finding, Health
from cli.up.ports import require_free
from engine.errors import ConfigurationError
from engine.settings import Settings
from engine.store.database import Database, DatabaseAway, require_durability
from engine.store.revision import require_current

GIB = 1 << 30
#: Sandboxes, package caches and mirrors want room.
ENOUGH = 2 * GIB


def look_at_folder(data_dir: Path) -> Finding:
    """The data folder, or the nearest folder above that is there: nothing is made here."""
    there = next(folder for folder in (data_dir, *data_dir.parents) if folder.exists())
    free = shutil.disk_usage(there).free
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as error:
        return Finding(
            "Data folder", Health.MISSING, f"{data_dir}: {error.strerror}", "Name another one: DATA_DIR=... slipway up."
        )
    words = f"{data_dir}, {free / GIB:.1f} GiB free"
    if free < ENOUGH:
        return Finding("Data folder", Health.WARNING, words, "Make room, or name a folder on another disk: DATA_DIR.")
    return Finding("Data folder", Health.OK, words)


def look_at_database(settings: Settings) -> Finding:
    """Whether the database keeps what it has answered for, and is on this version's revision."""
    if settings.database_url.startswith("sqlite:"):
        path = Path(settings.database_url.removeprefix("sqlite:///"))
        if not path.exists():
            return _look_at_a_new_one(path)
        return _look_inside(settings, str(path), "WAL, synchronous=FULL", "Restore it from a backup.")
    fix = "Start the server, or mend the address: DATABASE_URL."
    return _look_inside(settings, _without_password(settings.database_url), "synchronous_commit, fsync", fix)


def _look_inside(settings: Settings, shown: str, durable: str, fix: str) -> Finding:
    try:
        with closing(Database(settings.database_url)) as database:
            require_durability(database)
            require_current(database)
    except DatabaseAway as error:
        return Finding("Database", Health.MISSING, f"{shown}: {error}", fix)
    except ConfigurationError as error:
        return Finding("Database", Health.MISSING, str(error), "Run `slipway admin migrate`, or just `slipway up`.")
    except SQLAlchemyError as error:
        return Finding("Database", Health.MISSING, f"{shown}: {error}".splitlines()[0], fix)
    return Finding("Database", Health.OK, f"{shown}: durable ({durable}), on this version's revision")


def _without_password(url: str) -> str:
    """Host and name of a server's database: neither the person nor the password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _look_at_a_new_one(path: Path) -> Finding:
    """Tries what its disk can do in a file that is thrown away."""
    there = next(folder for folder in path.parents if folder.exists())
    try:
        with (
            tempfile.TemporaryDirectory(dir=there, prefix=".slipway-doctor-") as folder,
            closing(Database(f"sqlite:///{folder}/probe.sqlite3")) as database,
        ):
            require_durability(database)
    except (ConfigurationError, SQLAlchemyError, OSError) as error:
        fix = "Put it on a local disk that you may write to."
        return Finding("Database", Health.MISSING, f"{path}: {error}".splitlines()[0], fix)
    return Finding("Database", Health.OK, f"{path}: not made yet; its disk is durable (WAL, synchronous=FULL)")


def look_at_ports(ports: dict[str, int], host: str, *, running: bool) -> Finding:
    """Whether `up` could take its ports; `running`: a Slipway of this data folder has them."""
    words = ", ".join(f"{name} {port}" for name, port in ports.items())
    if running:
        return Finding("Ports", Health.OK, f"{words}: a Slipway with this data folder is running")
    try:
        require_free(ports, host)
    except ConfigurationError as error:
        return Finding("Ports", Health.MISSING, " ".join(error.problems))
    return Finding("Ports", Health.OK, f"{words}: free")
