"""What is told of whether a commit is ready to ship, read from SQL at one moment. Pure reads; nothing is started."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from engine.domain.inspection import Inspection, InspectionState
from engine.readiness.inspected import Inspected
from engine.readiness.report import About, Report, report_of
from engine.readiness.waiver import waivers_from_json
from engine.store import inspections, meta, repositories
from engine.store.repositories import StoredRepository


@dataclass(frozen=True)
class ReadinessView:
    """An inspection with its report."""

    #: This installation of Slipway.
    instance: str
    repository: StoredRepository
    inspection: Inspection
    report: Report


def readiness_view(connection: Connection, inspection: Inspection, today: date) -> ReadinessView | None:
    """The inspection as it stands on that day (UTC); None when its repository is unknown."""
    repository = repositories.by_id(connection, inspection.repository_id)
    if repository is None:
        return None
    report = report_of(
        Inspected.from_json(inspection.inspected) if inspection.inspected else None,
        base=_base(connection, inspection),
        waivers=waivers_from_json(inspection.waivers),
        today=today,
        about=_about(repository, inspection),
    )
    return ReadinessView(meta.instance(connection), repository, inspection, report)


def newest_view(connection: Connection, repository_id: int, number: int, today: date) -> ReadinessView | None:
    """The newest one of a pull request or (0) of the default branch; None: nobody asked for any."""
    found = inspections.newest(connection, repository_id, number)
    return None if found is None else readiness_view(connection, found, today)


def nothing_seen(full_name: str, number: int, today: date) -> Report:
    """The report where nobody asked for any: its light is unknown."""
    return report_of(None, today=today, about=About(full_name, number))


def _about(repository: StoredRepository, inspection: Inspection) -> About:
    return About(
        repository=repository.full_name,
        number=inspection.number,
        sha=inspection.sha,
        state=inspection.state,
        message=inspection.status_message,
        # What ended early saw nothing; when what is shown was seen isn't kept.
        looked_at=None if inspection.state is InspectionState.FAILED else inspection.finished_at,
    )


def _base(connection: Connection, inspection: Inspection) -> Inspected | None:
    """What was seen of the commit that it is compared with; None: nothing, or it is that commit itself."""
    if not inspection.base_sha or inspection.base_sha == inspection.sha:
        return None
    found = inspections.of_commit(connection, inspection.repository_id, 0, inspection.base_sha)
    return Inspected.from_json(found.inspected) if found is not None and found.inspected else None
