"""Where branches and tags were last known to be, and pull requests' heads under `refs/pull/<number>/head`."""

from dataclasses import dataclass

from sqlalchemy import Connection, Row, delete, select

from engine.store.deploy_schema import branches
from engine.store.upsert import insert_into

HEADS = "refs/heads/"


@dataclass(frozen=True)
class Branch:
    """A ref as we know it."""

    repository_id: int
    #: In full, such as `refs/heads/main`.
    ref: str
    sha: str
    #: Where it was until then; empty when we don't know.
    before: str
    pushed_by: str
    #: Unix seconds: when we learned of it.
    moved_at: float


def pull_ref(number: int) -> str:
    """The ref under which a pull request's head is known."""
    return f"refs/pull/{number}/head"


def record(connection: Connection, branch: Branch) -> bool:
    """Notes where a ref is; False when it was known to be there: then the moment when it came there stays."""
    known = by_ref(connection, branch.repository_id, branch.ref)
    if known is not None and known.sha == branch.sha:
        return False
    says = {name: getattr(branch, name) for name in ("sha", "before", "pushed_by", "moved_at")}
    row = insert_into(connection, branches).values(repository_id=branch.repository_id, ref=branch.ref, **says)
    connection.execute(row.on_conflict_do_update(index_elements=["repository_id", "ref"], set_=says))
    return True


def forget(connection: Connection, repository_id: int, ref: str) -> None:
    """The ref was deleted."""
    connection.execute(delete(branches).where(branches.c.repository_id == repository_id, branches.c.ref == ref))


def by_ref(connection: Connection, repository_id: int, ref: str) -> Branch | None:
    """The ref of that full name."""
    mine = (branches.c.repository_id == repository_id, branches.c.ref == ref)
    row = connection.execute(select(branches).where(*mine)).one_or_none()
    return None if row is None else _branch(row)


def _branch(row: Row[tuple[object, ...]]) -> Branch:
    return Branch(**{name: getattr(row, name) for name in Branch.__dataclass_fields__})
