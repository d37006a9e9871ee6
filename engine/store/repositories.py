"""Repositories, noted from every delivery that names them. A row outlives the repository's removal."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, select, update

from engine.domain.event import Repository, RepositoryName
from engine.forge.port import RepositoryRef
from engine.store import installations, moves, timeline
from engine.store.schema import repositories
from engine.store.upsert import insert_into

#: Entries of a repository's timeline.
COVERED, REMOVED = "covered", "removed"


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

    @property
    def ref(self) -> RepositoryRef:
        """The repository as the forge is asked for it."""
        return RepositoryRef(self.installation_id, self.id, self.full_name)

    @property
    def told(self) -> Repository:
        """The repository as deliveries tell of it."""
        return Repository(self.id, self.full_name, self.default_branch, self.private, self.clone_url)


def record(connection: Connection, installation_id: int, repository: Repository, now: float) -> None:
    """Makes both rows what a delivery says: renamed, or moved to another installation with all that is ours in it.

    An installation or repository that was taken from us is not given back by this: deliveries may be late.
    """
    installations.note(connection, installation_id, repository.full_name.partition("/")[0], now)
    says = _details(repository)
    new = insert_into(connection, repositories).values(id=repository.id, installation_id=installation_id, **says)
    if connection.execute(new.on_conflict_do_nothing().returning(repositories.c.id)).first() is not None:
        return
    before = by_id(connection, repository.id)
    connection.execute(update(repositories).where(repositories.c.id == repository.id).values(**says))
    if before is not None and before.installation_id != installation_id:
        moves.move(connection, repository.id, installation_id)
        cover(connection, repository.id, now)


def cover(connection: Connection, repository_id: int, now: float) -> None:
    """The repository is ours to work for, from now on if it wasn't before."""
    connection.execute(update(repositories).where(repositories.c.id == repository_id).values(removed_at=None))
    timeline.add(connection, subject_of(repository_id), COVERED, "Covered by the GitHub App", now)


def take_over(connection: Connection, named: RepositoryName, installation_id: int, now: float) -> bool:
    """An installation covers a repository from now on; True when we know it from before and it wasn't so."""
    before = by_id(connection, named.id)
    if before is None or (before.covered and before.installation_id == installation_id):
        return False
    connection.execute(update(repositories).where(repositories.c.id == named.id).values(full_name=named.full_name))
    if before.installation_id != installation_id:
        moves.move(connection, named.id, installation_id)
    cover(connection, named.id, now)
    return True


def why_removed(connection: Connection, repository_id: int) -> str:
    """Why we work for the repository no more, in one short sentence."""
    entries = [entry for entry in timeline.of(connection, subject_of(repository_id)) if entry.kind == REMOVED]
    return entries[-1].message if entries else "the GitHub App no longer covers the repository"


def remove(connection: Connection, repository_id: int, why: str, now: float) -> None:
    """The repository is no longer ours to work for; `why` is one short sentence."""
    mine = (repositories.c.id == repository_id, repositories.c.removed_at.is_(None))
    if connection.execute(update(repositories).where(*mine).values(removed_at=now)).rowcount:
        timeline.add(connection, subject_of(repository_id), REMOVED, why, now)


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


def of_installation(connection: Connection, installation_id: int) -> Sequence[StoredRepository]:
    """Every repository that came to us through an installation, removed ones too."""
    mine = select(repositories).where(repositories.c.installation_id == installation_id)
    return [_repository(row) for row in connection.execute(mine.order_by(repositories.c.id))]


def covered_since(connection: Connection, repository_id: int) -> float:
    """When the repository was added to an installation last, in Unix seconds; 0 when nobody told us."""
    entries = timeline.of(connection, subject_of(repository_id))
    return max((entry.at for entry in entries if entry.kind == COVERED), default=0.0)


def subject_of(repository_id: int) -> str:
    """The timeline's subject of a repository."""
    return f"repository:{repository_id}"


def _details(repository: Repository) -> dict[str, object]:
    return {
        "full_name": repository.full_name,
        "default_branch": repository.default_branch,
        "private": repository.private,
        "clone_url": repository.clone_url,
    }


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
