"""Variables of environments, as they are stored: one row for each change of a key; what was written never changes."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, and_, func, insert, select, tuple_, update

from engine.store import generations
from engine.store.deploy_schema import environments, secrets
from engine.store.environments import DEPLOYS


@dataclass(frozen=True)
class StoredVariable:
    """One key as it is from one version on."""

    environment_id: str
    key: str
    version: int
    #: None: the key is unset from this version on.
    sealed: bytes | None
    is_secret: bool
    #: A preview that would get this very value refuses to start.
    guard: bool
    set_by: str
    #: Unix seconds.
    set_at: float

    @property
    def place(self) -> tuple[str, str, int]:
        """What tells rows apart, in the order in which `after` reads them."""
        return self.environment_id, self.key, self.version


def at(connection: Connection, environment_id: str, version: int) -> list[StoredVariable]:
    """The keys that are set at a version, by name."""
    mine = secrets.c.environment_id == environment_id
    last = (
        select(secrets.c.key, func.max(secrets.c.version).label("version"))
        .where(mine, secrets.c.version <= version)
        .group_by(secrets.c.key)
        .subquery()
    )
    same = and_(secrets.c.key == last.c.key, secrets.c.version == last.c.version)
    rows = select(secrets).join(last, same).where(mine, secrets.c.sealed.is_not(None)).order_by(secrets.c.key)
    return [_stored(row) for row in connection.execute(rows)]


def next_version(connection: Connection, environment_id: str) -> int:
    """Raises the environment's version of variables by one, and answers it."""
    raised = (
        update(environments)
        .where(environments.c.id == environment_id)
        .values(variables_version=environments.c.variables_version + 1)
        .returning(environments.c.variables_version)
    )
    version = int(connection.execute(raised).scalar_one())
    generations.bump(connection, DEPLOYS)
    return version


def version_of(connection: Connection, environment_id: str) -> int:
    """The environment's newest version of variables; 0: none were ever set."""
    mine = environments.c.id == environment_id
    return int(connection.execute(select(environments.c.variables_version).where(mine)).scalar_one_or_none() or 0)


def add(connection: Connection, rows: Sequence[StoredVariable]) -> None:
    """Writes what changed in a version."""
    if rows:
        names = StoredVariable.__dataclass_fields__
        connection.execute(insert(secrets), [{name: getattr(row, name) for name in names} for row in rows])


def after(connection: Connection, place: tuple[str, str, int], count: int) -> list[StoredVariable]:
    """The next `count` sealed rows of all environments and versions, behind `place`."""
    order = (secrets.c.environment_id, secrets.c.key, secrets.c.version)
    rows = select(secrets).where(tuple_(*order) > place, secrets.c.sealed.is_not(None)).order_by(*order).limit(count)
    return [_stored(row) for row in connection.execute(rows)]


def reseal(connection: Connection, row: StoredVariable, sealed: bytes) -> bool:
    """Puts the same value in another seal; False, and nothing changed, if the row is no longer as it was read."""
    same = (
        secrets.c.environment_id == row.environment_id,
        secrets.c.key == row.key,
        secrets.c.version == row.version,
        secrets.c.sealed == row.sealed,
    )
    return bool(connection.execute(update(secrets).where(*same).values(sealed=sealed)).rowcount)


def _stored(row: Row[tuple[object, ...]]) -> StoredVariable:
    return StoredVariable(**{name: getattr(row, name) for name in StoredVariable.__dataclass_fields__})
