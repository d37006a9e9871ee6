"""Rows that say something is under way although no job works on it: a bug or a restored database lost it.

No status stays pending: a build is asked for once more, then it fails with a reason; a command is answered.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy import ColumnElement, Connection, Select, exists, or_, select

from engine.domain.build import TERMINAL, Build
from engine.domain.inspection import FixState, InspectionState
from engine.domain.job import JobKind
from engine.domain.release import DeployState
from engine.errors import Cause
from engine.pipeline.ending import failed, stopped
from engine.reaper.ledger import Ledger
from engine.reports.subjects import mark_comment, mark_reaction
from engine.store import asks, builds, fixes, inspections, jobs, previews, releases, timeline
from engine.store.asks import RECEIVED, WORKING, Ask
from engine.store.deploy_schema import releases as release_rows
from engine.store.history_schema import asks as ask_rows
from engine.store.readiness_schema import fixes as fix_rows
from engine.store.readiness_schema import inspections as inspection_rows
from engine.store.schema import builds as build_rows
from engine.store.schema import jobs as job_rows

#: Seconds for which nothing is called lost.
GRACE = 30.0
#: The timeline's word for a build that was asked for once more.
ASKED_AGAIN = "asked_again"
LOST = Cause(
    "The job of this build was lost twice; Slipway's log may say why.", "Comment `/preview` to try again.", "gave_up"
)
NOT_DONE = "Slipway lost track of this command, so nothing more will come of it. Comment it again."

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Disagreements:
    """A part of the reaper; it needs no host."""

    ledger: Ledger
    clock: Callable[[], float] = field(default=time.time)

    def beat(self) -> None:
        """Sets right what it finds; nothing is written while there is nothing."""
        before = self.clock() - GRACE
        if self.ledger.read(lambda connection: connection.execute(_lost_builds(before).limit(1)).first()):
            self.ledger.write(lambda connection: self._mend_builds(connection, before))
        if self.ledger.read(lambda connection: connection.execute(_lost_asks(before).limit(1)).first()):
            self.ledger.write(lambda connection: self._mend_asks(connection, before))

    def _mend_builds(self, connection: Connection, before: float) -> None:
        for row in connection.execute(_lost_builds(before)).all():
            build = builds.by_id(connection, row.id)
            if build is not None:
                log.warning("reaper.lost_build", build=build.id, state=build.state.value)
                self._mend_build(connection, build)

    def _mend_build(self, connection: Connection, build: Build) -> None:
        preview = previews.by_id(connection, build.preview_id)
        now = self.clock()
        if build.stop_wanted or preview is None or preview.life != "open" or preview.newest_build_id != build.id:
            why = "superseded" if preview is not None and preview.newest_build_id != build.id else "cancelled"
            stopped(connection, build.id, build.stop_wanted or why, now, proven=build.started_at is None)
        elif any(moment.kind == ASKED_AGAIN for moment in timeline.of(connection, build.id)):
            failed(connection, build.id, LOST, now)
        else:
            timeline.add(connection, build.id, ASKED_AGAIN, "Its job was lost; it is asked for again", now)
            builds.ask_again(connection, preview, build)

    def _mend_asks(self, connection: Connection, before: float) -> None:
        for row in connection.execute(_lost_asks(before)).all():
            ask = asks.by_delivery(connection, row.delivery)
            if ask is not None:
                log.warning("reaper.lost_ask", delivery=ask.delivery, state=ask.state)
                _mend_ask(connection, ask)


def _mend_ask(connection: Connection, ask: Ask) -> None:
    """One whose work is over ends with it, which marking the comment sees to."""
    known = (
        builds.by_id(connection, ask.build_id) if ask.build_id else None,
        releases.by_id(connection, ask.release_id) if ask.release_id else None,
        inspections.by_id(connection, ask.inspection_id) if ask.inspection_id else None,
        fixes.by_id(connection, ask.fix_id) if ask.fix_id else None,
    )
    if known == (None, None, None, None):
        asks.settle(connection, ask.delivery, asks.FAILED, NOT_DONE)
    where = {"installation_id": ask.installation_id, "repository_id": ask.repository_id}
    mark_comment(connection, **where, number=ask.number)
    if ask.comment_id:
        mark_reaction(connection, **where, comment_id=ask.comment_id)


def _lost_builds(before: float) -> Select[tuple[str]]:
    """Builds that aren't over, and no job of theirs is live."""
    kinds = [JobKind.BUILD.value, JobKind.CANCEL.value]
    worked_on = exists().where(
        jobs.is_live(job_rows), job_rows.c.subject == build_rows.c.id, job_rows.c.kind.in_(kinds)
    )
    lost = (build_rows.c.state.not_in(sorted(TERMINAL)), build_rows.c.created_at < before, ~worked_on)
    return select(build_rows.c.id).where(*lost).order_by(build_rows.c.created_at)


def _lost_asks(before: float) -> Select[tuple[str]]:
    """Commands without an answer whose delivery nobody reads, or whose work is over or unknown."""
    read = exists().where(
        jobs.is_live(job_rows),
        job_rows.c.kind == JobKind.INTAKE.value,
        job_rows.c.subject == "gh:" + ask_rows.c.delivery,
    )
    under_way = exists().where(build_rows.c.id == ask_rows.c.build_id, build_rows.c.state.not_in(sorted(TERMINAL)))
    live = release_rows.c.state.not_in([state.value for state in DeployState if state.terminal])
    deploying = exists().where(release_rows.c.id == ask_rows.c.release_id, live)
    forgotten: ColumnElement[bool] = (ask_rows.c.state == RECEIVED) & ~read
    finished = (ask_rows.c.state == WORKING) & ~under_way & ~deploying & ~_is_looked_at() & ~_is_mended()
    return select(ask_rows.c.delivery).where(ask_rows.c.created_at < before, or_(forgotten, finished))


def _is_looked_at() -> ColumnElement[bool]:
    """What the command asked for is an inspection that isn't over."""
    states = [state for state in InspectionState if not state.over]
    return exists().where(inspection_rows.c.id == ask_rows.c.inspection_id, inspection_rows.c.state.in_(states))


def _is_mended() -> ColumnElement[bool]:
    """What the command asked for is a fix that isn't written yet."""
    return exists().where(fix_rows.c.id == ask_rows.c.fix_id, fix_rows.c.state == FixState.WAITING)
