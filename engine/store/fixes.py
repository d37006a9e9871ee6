"""Fixes that people asked for: one row a delivery, bound to one head."""

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select, update

from engine.domain.inspection import Fix, FixState, FixWay
from engine.domain.job import JobKind
from engine.store import jobs
from engine.store.port import NewJob
from engine.store.readiness_schema import fixes
from engine.store.upsert import insert_into


@dataclass(frozen=True)
class NewFix:
    """What somebody asks for."""

    installation_id: int
    repository_id: int
    number: int
    sha: str
    name: str
    login: str
    account: int
    delivery: str


def ask(connection: Connection, new: NewFix, now: float) -> Fix:
    """Notes it with its job; told again by the same delivery, the first stays."""
    row = vars(new) | {"id": f"fix_{secrets.token_hex(8)}", "state": FixState.WAITING, "created_at": now}
    connection.execute(insert_into(connection, fixes).values(**row).on_conflict_do_nothing())
    fix = _fix(connection.execute(select(fixes).where(fixes.c.delivery == new.delivery)).mappings().one())
    if fix.state is FixState.WAITING:
        add_job(connection, fix)
    return fix


def add_job(connection: Connection, fix: Fix) -> None:
    """Asks for the job that writes it; nothing when one lives already."""
    job = NewJob(
        kind=JobKind.FIX,
        key=f"fix:{fix.id}",
        installation_id=fix.installation_id,
        subject=fix.id,
        order_key=f"fix:{fix.repository_id}:{fix.number}",
    )
    jobs.add(connection, job)


def unfinished(connection: Connection, repository_id: int) -> list[Fix]:
    """Those of a repository that aren't written yet."""
    mine = select(fixes).where(fixes.c.repository_id == repository_id, fixes.c.state == FixState.WAITING)
    return [_fix(row) for row in connection.execute(mine).mappings()]


def by_id(connection: Connection, fix_id: str) -> Fix | None:
    """The fix of that id."""
    row = connection.execute(select(fixes).where(fixes.c.id == fix_id)).mappings().one_or_none()
    return None if row is None else _fix(row)


def end(
    connection: Connection,
    fix_id: str,
    state: FixState,
    sentence: str,
    now: float,
    *,
    way: FixWay = FixWay.NONE,
    commit_sha: str = "",
    reason: str = "",
) -> None:
    """How it went."""
    says = {"state": state, "sentence": sentence, "way": way, "commit_sha": commit_sha, "reason": reason}
    connection.execute(update(fixes).where(fixes.c.id == fix_id).values(**says, finished_at=now))


def newest(connection: Connection, repository_id: int, number: int, count: int) -> list[Fix]:
    """The last fixes of a pull request, newest first."""
    mine = (fixes.c.repository_id == repository_id, fixes.c.number == number)
    found = select(fixes).where(*mine).order_by(fixes.c.created_at.desc(), fixes.c.id).limit(count)
    return [_fix(row) for row in connection.execute(found).mappings()]


def _fix(row: RowMapping) -> Fix:
    return Fix(**{**row, "state": FixState(row["state"]), "way": FixWay(row["way"])})
