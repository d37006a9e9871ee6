"""Inspections: one row a commit of a pull request, written over by a later look at the same commit."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, select, update

from engine.domain.inspection import Inspection, InspectionState
from engine.domain.job import JobKind
from engine.reports.readiness_marks import mark_inspection
from engine.store import jobs, timeline
from engine.store.port import NewJob
from engine.store.readiness_schema import inspections
from engine.store.schema import jobs as job_rows
from engine.store.upsert import insert_into

UNFINISHED = [state for state in InspectionState if not state.over]


@dataclass(frozen=True)
class Wanted:
    """A commit that is to be looked at."""

    installation_id: int
    repository_id: int
    #: 0: the commit by itself.
    number: int
    sha: str
    #: Empty: it comes by itself.
    asked_by: str = ""
    #: False: only to compare others with.
    reported: bool = True


@dataclass(frozen=True)
class BaseSeen:
    """What was seen of a commit that others are compared with."""

    installation_id: int
    repository_id: int
    sha: str
    #: JSON.
    inspected: str


def ask(connection: Connection, wanted: Wanted, now: float) -> Inspection:
    """The commit is to be looked at (again): its row, and a job unless one lives already. What was seen before stays
    until then; a job that is at it looks once more in the end. Call it in a serial transaction.
    """
    found = of_commit(connection, wanted.repository_id, wanted.number, wanted.sha)
    if found is None:
        row = vars(wanted) | {"id": _new_id(), "state": InspectionState.WAITING, "created_at": now}
        connection.execute(insert_into(connection, inspections).values(**row))
        found_id = str(row["id"])
    else:
        found_id = found.id
        # A repository can pass to another installation: whose token reads it is told by whoever asks last.
        says: dict[str, object] = {
            "reported": found.reported or wanted.reported,
            "installation_id": wanted.installation_id,
            "state": InspectionState.WAITING,
            "created_at": now,
        }
        if wanted.asked_by:
            says["asked_by"] = wanted.asked_by
        connection.execute(update(inspections).where(inspections.c.id == found_id).values(says))
    inspection = known_by(connection, found_id)
    add_job(connection, inspection)
    mark_inspection(connection, inspection)
    return inspection


def add_job(connection: Connection, inspection: Inspection) -> None:
    """Asks for the job that looks; nothing while one that looks or tries lives."""
    mine = (jobs.is_live(job_rows), job_rows.c.subject == inspection.id, job_rows.c.kind == JobKind.INSPECT.value)
    if connection.execute(select(job_rows.c.id).where(*mine).limit(1)).first() is not None:
        return
    job = NewJob(
        kind=JobKind.INSPECT,
        key=f"inspect:{inspection.id}",
        installation_id=inspection.installation_id,
        subject=inspection.id,
        order_key=f"inspect:{inspection.repository_id}:{inspection.number}",
    )
    jobs.add(connection, job)


def advance(
    connection: Connection,
    inspection_id: str,
    state: InspectionState,
    message: str,
    now: float,
    seen: Mapping[str, object] | None = None,
) -> None:
    """It stands there now; `seen` are further columns (`inspected`, `waivers`, `base_sha`, `turns_at`)."""
    says: dict[str, object] = {"state": state, "status_message": message, **(seen or {})}
    if state.over:
        says["finished_at"] = now
    connection.execute(update(inspections).where(inspections.c.id == inspection_id).values(says))
    timeline.add(connection, inspection_id, state, message, now)
    mark_inspection(connection, known_by(connection, inspection_id))


def keep_base(connection: Connection, seen: BaseSeen, now: float) -> None:
    """Stores what was seen of a commit by itself, for others to be compared with. One that is told of keeps what it
    shows. Call it in a serial transaction.
    """
    found = of_commit(connection, seen.repository_id, 0, seen.sha)
    if found is None:
        row = vars(seen) | {"id": _new_id(), "number": 0, "reported": False, "created_at": now}
        row |= {"state": InspectionState.DONE, "finished_at": now}
        connection.execute(insert_into(connection, inspections).values(**row))
        return
    says: dict[str, object] = {"inspected": seen.inspected}
    if not found.reported:
        says |= {"state": InspectionState.DONE, "finished_at": now}
    if not found.reported or not found.inspected:
        connection.execute(update(inspections).where(inspections.c.id == found.id).values(says))


def unfinished(connection: Connection, repository_id: int) -> list[Inspection]:
    """Those of a repository that aren't over."""
    mine = select(inspections).where(inspections.c.repository_id == repository_id, inspections.c.state.in_(UNFINISHED))
    return [_inspection(row) for row in connection.execute(mine).mappings()]


def over(connection: Connection, inspection_ids: Collection[str]) -> set[str]:
    """Those of these that are over, or that nobody knows."""
    if not inspection_ids:
        return set()
    living = select(inspections.c.id).where(inspections.c.id.in_(inspection_ids), inspections.c.state.in_(UNFINISHED))
    return set(inspection_ids) - set(connection.execute(living).scalars())


def by_id(connection: Connection, inspection_id: str) -> Inspection | None:
    """The inspection of that id."""
    found = select(inspections).where(inspections.c.id == inspection_id)
    row = connection.execute(found).mappings().one_or_none()
    return None if row is None else _inspection(row)


def known_by(connection: Connection, inspection_id: str) -> Inspection:
    """The inspection of an id that is known to be there."""
    found = by_id(connection, inspection_id)
    # Nothing deletes the rows of inspections.
    assert found is not None
    return found


def of_commit(connection: Connection, repository_id: int, number: int, sha: str) -> Inspection | None:
    """The inspection of that commit, of that pull request or (0) by itself."""
    mine = (inspections.c.repository_id == repository_id, inspections.c.number == number, inspections.c.sha == sha)
    row = connection.execute(select(inspections).where(*mine)).mappings().one_or_none()
    return None if row is None else _inspection(row)


def newest(connection: Connection, repository_id: int, number: int) -> Inspection | None:
    """The newest inspection of a pull request, or (0) of the default branch, that is told of."""
    mine = (inspections.c.repository_id == repository_id, inspections.c.number == number, inspections.c.reported)
    found = select(inspections).where(*mine).order_by(inspections.c.created_at.desc(), inspections.c.id).limit(1)
    row = connection.execute(found).mappings().one_or_none()
    return None if row is None else _inspection(row)


def turning(connection: Connection, now: float) -> list[Inspection]:
    """Those whose report has changed by itself since it was made."""
    found = select(inspections).where(inspections.c.turns_at <= now)
    return [_inspection(row) for row in connection.execute(found).mappings()]


def turn(connection: Connection, inspection_id: str, turns_at: float | None) -> None:
    """Its report shows the state of now; the next change comes then."""
    connection.execute(update(inspections).where(inspections.c.id == inspection_id).values(turns_at=turns_at))
    mark_inspection(connection, known_by(connection, inspection_id))


def _new_id() -> str:
    return f"ins_{secrets.token_hex(8)}"


def _inspection(row: RowMapping) -> Inspection:
    return Inspection(**{**row, "state": InspectionState(row["state"])})
