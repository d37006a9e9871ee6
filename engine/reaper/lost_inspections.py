"""Inspections and fixes that say they are under way although no job works on them: asked for once more, then failed."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Connection, Select, Table, exists, select

from engine.domain.inspection import FixState, InspectionState
from engine.domain.job import JobKind
from engine.reaper.disagreements import ASKED_AGAIN, GRACE
from engine.reaper.ledger import Ledger
from engine.reports.subjects import mark_comment
from engine.store import fixes, inspections, jobs, timeline
from engine.store.readiness_schema import fixes as fix_rows
from engine.store.readiness_schema import inspections as inspection_rows
from engine.store.schema import jobs as job_rows

LOST = "The job of this inspection was lost twice; Slipway's log may say why. Comment `/readiness` to look again."
NOT_WRITTEN = "Slipway lost track of this fix, so that nothing more will come of it. Ask for it once more."
AGAIN = "Its job was lost; it is asked for again"

Lost = Select[tuple[str]]

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class LostInspections:
    """A part of the reaper; it needs no host."""

    ledger: Ledger
    clock: Callable[[], float] = field(default=time.time)

    def beat(self) -> None:
        """Sets right what it finds; nothing is written while there is nothing."""
        before = self.clock() - GRACE
        self._mend_all(_lost_inspections(before), self._mend_inspection)
        self._mend_all(_lost_fixes(before), self._mend_fix)

    def _mend_all(self, lost: Lost, mend: Callable[[Connection, str], None]) -> None:
        def change(connection: Connection) -> None:
            for row in connection.execute(lost).all():
                mend(connection, row.id)

        if self.ledger.read(lambda connection: connection.execute(lost.limit(1)).first()):
            self.ledger.write(change)

    def _mend_inspection(self, connection: Connection, inspection_id: str) -> None:
        inspection = inspections.known_by(connection, inspection_id)
        log.warning("reaper.lost_inspection", inspection=inspection_id, state=inspection.state.value)
        if self._was_asked_again(connection, inspection_id, inspection.created_at):
            inspections.advance(connection, inspection_id, InspectionState.FAILED, LOST, self.clock())
        else:
            inspections.add_job(connection, inspection)

    def _mend_fix(self, connection: Connection, fix_id: str) -> None:
        fix = fixes.by_id(connection, fix_id)
        if fix is None:
            return
        log.warning("reaper.lost_fix", fix=fix_id)
        if self._was_asked_again(connection, fix_id, fix.created_at):
            fixes.end(connection, fix_id, FixState.FAILED, NOT_WRITTEN, self.clock())
            where = {"installation_id": fix.installation_id, "repository_id": fix.repository_id}
            mark_comment(connection, **where, number=fix.number)
        else:
            fixes.add_job(connection, fix)

    def _was_asked_again(self, connection: Connection, subject: str, since: float) -> bool:
        """True when its job was lost before, since it was asked for; noted for the next time."""
        told = timeline.of(connection, subject)
        if any(moment.kind == ASKED_AGAIN and moment.at >= since for moment in told):
            return True
        timeline.add(connection, subject, ASKED_AGAIN, AGAIN, self.clock())
        return False


def _lost_inspections(before: float) -> Lost:
    states = [state for state in InspectionState if not state.over]
    return _lost(inspection_rows, JobKind.INSPECT, before).where(inspection_rows.c.state.in_(states))


def _lost_fixes(before: float) -> Lost:
    return _lost(fix_rows, JobKind.FIX, before).where(fix_rows.c.state == FixState.WAITING)


def _lost(rows: Table, kind: JobKind, before: float) -> Lost:
    """Asked for a while ago, and no job of it is live."""
    worked_on = exists().where(jobs.is_live(job_rows), job_rows.c.subject == rows.c.id, job_rows.c.kind == kind.value)
    return select(rows.c.id).where(rows.c.created_at < before, ~worked_on).order_by(rows.c.created_at)
