"""Releases that say they are under way although no job works on them: asked for once more, then failed."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Connection, Select, and_, exists, select

from engine.domain.job import JobKind
from engine.domain.release import TERMINAL, DeployState, Release, Waiting
from engine.errors import Cause
from engine.reaper.disagreements import ASKED_AGAIN, GRACE
from engine.reaper.ledger import Ledger
from engine.rollout import endings
from engine.rollout.scene import read_scene
from engine.settings import Intervals
from engine.store import jobs, releases, timeline
from engine.store.deploy_schema import locks
from engine.store.deploy_schema import releases as rows
from engine.store.schema import jobs as job_rows

LOST = Cause("The job of this deploy was lost twice; Slipway's log may say why.", "Deploy it once more.", "gave_up")

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class LostReleases:
    """A part of the reaper; it needs no host. What waits for people, checks or a window is waited for elsewhere."""

    ledger: Ledger
    intervals: Intervals
    clock: Callable[[], float] = field(default=time.time)

    def beat(self) -> None:
        """Sets right what it finds; nothing is written while there is nothing."""
        before = self.clock() - GRACE
        if self.ledger.read(lambda connection: connection.execute(_lost(before).limit(1)).first()):
            self.ledger.write(lambda connection: self._mend_all(connection, before))

    def _mend_all(self, connection: Connection, before: float) -> None:
        for row in connection.execute(_lost(before)).all():
            release = releases.known_by(connection, row.id)
            log.warning("reaper.lost_release", release=release.id, state=release.state.value)
            self._mend(connection, release)

    def _mend(self, connection: Connection, release: Release) -> None:
        now = self.clock()
        asked = any(moment.kind == ASKED_AGAIN for moment in timeline.of(connection, release.id))
        if not asked and not release.stop_wanted:
            timeline.add(connection, release.id, ASKED_AGAIN, "Its job was lost; it is asked for again", now)
            releases.add_job(connection, release, now)
            return
        scene = read_scene(connection, release.id)
        before = scene.previous.release if scene and scene.previous else None
        endings.given_up(connection, release, before, now)
        state = DeployState.CANCELLED if release.stop_wanted else DeployState.FAILED
        endings.ended(connection, release.id, state, LOST, self.intervals, now)


def _lost(before: float) -> Select[tuple[str]]:
    """Releases that aren't over and wait for nothing but a worker, and no job of theirs is live."""
    worked_on = exists().where(
        jobs.is_live(job_rows), job_rows.c.subject == rows.c.id, job_rows.c.kind == JobKind.DEPLOY.value
    )
    # Its job is asked for when it comes to the front.
    in_line = exists().where(locks.c.release_id == rows.c.id, locks.c.place > 0)
    behind = and_(rows.c.state == DeployState.PENDING, in_line)
    under_way = rows.c.state.not_in(sorted(TERMINAL)), rows.c.waiting.in_([Waiting.NOTHING, Waiting.TURN])
    lost = *under_way, rows.c.created_at < before, ~worked_on, ~behind
    return select(rows.c.id).where(*lost).order_by(rows.c.created_at)
