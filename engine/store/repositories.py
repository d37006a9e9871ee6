"""Installations and repositories, noted from every delivery that names them."""

from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from engine.domain.event import Repository
from engine.store.schema import installations, repositories
from engine.store.upsert import insert_into


@dataclass(frozen=True)
class StoredRepository:
    """A repository as we know it."""

    id: int
    installation_id: int
    full_name: str
    default_branch: str
    private: bool
    clone_url: str
    #: False once the GitHub App no longer covers it.
    covered: bool


def record(connection: Connection, installation_id: int, repository: Repository, now: float) -> None:
    """Makes both rows what a delivery of this moment says: renamed, moved to another installation, covered again."""
    account = repository.full_name.partition("/")[0]
    new = insert_into(connection, installations).values(id=installation_id, account=account, created_at=now)
    connection.execute(new.on_conflict_do_update(index_elements=["id"], set_={"account": account, "state": "active"}))
    says = {
        "installation_id": installation_id,
        "full_name": repository.full_name,
        "default_branch": repository.default_branch,
        "private": repository.private,
        "clone_url": repository.clone_url,
        "removed_at": None,
    }
    row = insert_into(connection, repositories).values(id=repository.id, **says)
    connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=says))


def by_id(connection: Connection, repository_id: int) -> StoredRepository | None:
    """The repository of that id."""
    row = connection.execute(select(repositories).where(repositories.c.id == repository_id)).one_or_none()
    return None if row is None else _repository(row)


def by_full_name(connection: Connection, full_name: str) -> StoredRepository | None:
    """The repository of that name at this moment; names can pass from one to another, so a covered one wins."""
    found = select(repositories).where(repositories.c.full_name == full_name)
    newest = found.order_by(repositories.c.removed_at.is_not(None), repositories.c.id.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    return None if row is None else _repository(row)


def _repository(row: Row[tuple[object, ...]]) -> StoredRepository:
    return StoredRepository(
        id=row.id,
        installation_id=row.installation_id,
        full_name=row.full_name,
        default_branch=row.default_branch,
        private=bool(row.private),
        clone_url=row.clone_url,
        covered=row.removed_at is None,
    )
