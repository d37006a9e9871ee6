"""Commits where nothing ran, and why: each is one terminal check run (requirements B14, B15, C6)."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from engine.reasons import Reason
from engine.store.history_schema import skips
from engine.store.upsert import insert_into


@dataclass(frozen=True)
class Skipped:
    """A commit of a pull request that was not built."""

    repository_id: int
    sha: str
    installation_id: int
    number: int
    reason: Reason
    #: Every problem of a bad slipway.yml, one a line; else empty.
    detail: str
    #: Unix seconds.
    created_at: float


def record(connection: Connection, skipped: Skipped) -> None:
    """Notes why the commit was not built; the newest reason stays."""
    row = {name: getattr(skipped, name) for name in Skipped.__dataclass_fields__}
    new = insert_into(connection, skips).values(**row)
    connection.execute(new.on_conflict_do_update(index_elements=["repository_id", "sha"], set_=row))


def of_commit(connection: Connection, repository_id: int, sha: str) -> Skipped | None:
    """Why the commit was not built, if it wasn't."""
    found = select(skips).where(skips.c.repository_id == repository_id, skips.c.sha == sha)
    row = connection.execute(found).one_or_none()
    if row is None:
        return None
    return Skipped(
        repository_id=row.repository_id,
        sha=row.sha,
        installation_id=row.installation_id,
        number=row.number,
        reason=Reason(row.reason),
        detail=row.detail,
        created_at=row.created_at,
    )
