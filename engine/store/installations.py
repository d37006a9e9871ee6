"""Installations of the GitHub App: for whom we work. A row outlives its installation, so that late news find it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from engine.store.schema import installations
from engine.store.upsert import insert_into

ACTIVE, SUSPENDED, DELETED = "active", "suspended", "deleted"


@dataclass(frozen=True)
class StoredInstallation:
    """An installation as we know it."""

    id: int
    account: str
    #: `active`, `suspended` or `deleted`.
    state: str
    #: Unix seconds: when we heard of it first, or anew after it was deleted.
    created_at: float


def note(connection: Connection, installation_id: int, account: str, now: float) -> StoredInstallation:
    """The row of an installation that something came from: made when it is new, its state left alone when it isn't."""
    new = insert_into(connection, installations).values(id=installation_id, account=account, created_at=now)
    connection.execute(new.on_conflict_do_nothing())
    if account:
        mine = installations.c.id == installation_id
        connection.execute(
            update(installations).where(mine, installations.c.account != account).values(account=account)
        )
    found = by_id(connection, installation_id)
    assert found is not None
    return found


def set_state(connection: Connection, installation_id: int, state: str, now: float) -> None:
    """Makes the installation `active`, `suspended` or `deleted`; one that comes back begins anew."""
    values: dict[str, object] = {"state": state}
    before = by_id(connection, installation_id)
    if before is not None and before.state == DELETED and state == ACTIVE:
        values["created_at"] = now
    connection.execute(update(installations).where(installations.c.id == installation_id).values(**values))


def by_id(connection: Connection, installation_id: int) -> StoredInstallation | None:
    """The installation of that id."""
    row = connection.execute(_COLUMNS.where(installations.c.id == installation_id)).one_or_none()
    return None if row is None else StoredInstallation(row.id, row.account, row.state, row.created_at)


def every(connection: Connection) -> Sequence[StoredInstallation]:
    """All of them, deleted ones too."""
    rows = connection.execute(_COLUMNS.order_by(installations.c.id))
    return [StoredInstallation(row.id, row.account, row.state, row.created_at) for row in rows]


_COLUMNS = select(installations.c.id, installations.c.account, installations.c.state, installations.c.created_at)
