"""Scans of commits, kept so that the same commit is scanned once."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from engine.store.readiness_schema import scans
from engine.store.upsert import insert_into


@dataclass(frozen=True)
class StoredScan:
    """What a scan found."""

    repository_id: int
    sha: str
    installation_id: int
    #: JSON (engine.scan).
    result: str
    #: False: a part couldn't say all.
    conclusive: bool
    #: Unix seconds.
    made_at: float


def keep(connection: Connection, scan: StoredScan) -> None:
    """Writes the newest scan of a commit over the one before."""
    row = vars(scan)
    new = insert_into(connection, scans).values(**row)
    connection.execute(new.on_conflict_do_update(index_elements=["repository_id", "sha"], set_=row))


def of_commit(connection: Connection, repository_id: int, sha: str) -> StoredScan | None:
    """The scan of a commit."""
    found = select(scans).where(scans.c.repository_id == repository_id, scans.c.sha == sha)
    row = connection.execute(found).mappings().one_or_none()
    return None if row is None else StoredScan(**row)


def forget(connection: Connection, before: float) -> int:
    """Deletes scans made before then; how many."""
    return connection.execute(delete(scans).where(scans.c.made_at < before)).rowcount
