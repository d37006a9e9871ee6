"""Branch heads that an environment should serve and doesn't: each is said once, and said to be over once."""

from dataclasses import dataclass

from sqlalchemy import Connection, Row, select, update

from engine.domain.environment import Environment
from engine.reports.subjects import mark_drift
from engine.store import generations
from engine.store.deploy_schema import drifts
from engine.store.environments import DEPLOYS
from engine.store.upsert import insert_into


@dataclass(frozen=True)
class StoredDrift:
    """A drift, as stored."""

    environment_id: str
    #: The branch's head.
    sha: str
    serving_sha: str
    #: Unix seconds: since when they differ as far as we know; when it was said; when it was over.
    since: float
    said_at: float | None
    over_at: float | None


def say(connection: Connection, environment: Environment, sha: str, serving_sha: str, since: float, now: float) -> bool:
    """Says that the environment should serve `sha` and doesn't; False when that was said before and isn't over."""
    known = by_sha(connection, environment.id, sha)
    if known is not None and known.over_at is None:
        return False
    says = {"serving_sha": serving_sha, "since": since, "said_at": now, "over_at": None}
    row = insert_into(connection, drifts).values(environment_id=environment.id, sha=sha, **says)
    connection.execute(row.on_conflict_do_update(index_elements=["environment_id", "sha"], set_=says))
    _mark(connection, environment, sha)
    return True


def end(connection: Connection, environment: Environment, now: float, *, but: str = "") -> int:
    """Every drift of the environment is over, but that of the commit `but`; how many were."""
    mine = (drifts.c.environment_id == environment.id, drifts.c.over_at.is_(None), drifts.c.sha != but)
    ended = connection.execute(update(drifts).where(*mine).values(over_at=now).returning(drifts.c.sha)).scalars().all()
    for sha in ended:
        _mark(connection, environment, sha)
    return len(ended)


def by_sha(connection: Connection, environment_id: str, sha: str) -> StoredDrift | None:
    """The drift of that head."""
    mine = (drifts.c.environment_id == environment_id, drifts.c.sha == sha)
    row = connection.execute(select(drifts).where(*mine)).one_or_none()
    return None if row is None else _drift(row)


def open_of(connection: Connection, environment_id: str) -> StoredDrift | None:
    """The drift that goes on; None while what serves is what should."""
    mine = (drifts.c.environment_id == environment_id, drifts.c.over_at.is_(None))
    row = connection.execute(select(drifts).where(*mine).order_by(drifts.c.since.desc()).limit(1)).one_or_none()
    return None if row is None else _drift(row)


def _mark(connection: Connection, environment: Environment, sha: str) -> None:
    mark_drift(
        connection,
        installation_id=environment.installation_id,
        repository_id=environment.repository_id,
        environment_id=environment.id,
        sha=sha,
    )
    generations.bump(connection, DEPLOYS)


def _drift(row: Row[tuple[object, ...]]) -> StoredDrift:
    return StoredDrift(**{name: getattr(row, name) for name in StoredDrift.__dataclass_fields__})
