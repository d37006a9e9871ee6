"""The deploy job: a release comes to serve its environment, or what served before serves on."""

from dataclasses import dataclass

from sqlalchemy import Connection

from engine.deploy import turns
from engine.domain.job import Job, JobState
from engine.domain.release import DeployState, Release
from engine.errors import Cause
from engine.rollout import endings
from engine.rollout.aftermath import settle_down
from engine.rollout.attempt import Attempt
from engine.rollout.lock_beat import LockBeat
from engine.rollout.scene import read_scene
from engine.rollout.tools import Tools
from engine.store import locks
from engine.store.log_writer import LogWriter
from engine.store.port import Effects
from engine.work.handler import Again, Done, Running


@dataclass(frozen=True)
class DeployHandler:
    """Handler of deploy jobs; a job's subject is the release's id."""

    tools: Tools

    def run(self, job: Job, running: Running) -> Done | Again:
        """Deploys exactly the release's commit. An attempt that died at any point is gone on with from there."""
        tools = self.tools
        scene = tools.scene(job.subject)
        if scene is None:
            return Done(JobState.FAILED, error="the release or its repository is no longer known")
        if scene.release.state.terminal:
            settle_down(tools, job.subject, running)
            return Done(JobState.DONE)
        if not self._its_turn(scene.release, running):
            return Done(JobState.DONE, error="another holds the environment's lock; it is asked for again")
        with (
            LogWriter(tools.database, job.subject, clock=tools.clock) as log,
            LockBeat(tools.database, job.subject, tools.settings.intervals) as lock,
        ):
            return Attempt(tools, scene, running, log, lock).carry_out()

    def bury(self, job: Job, error: str) -> Effects:
        """A terminal report for a release that no job will finish."""

        def effects(connection: Connection) -> None:
            scene = read_scene(connection, job.subject)
            if scene is None or scene.release.state.terminal:
                return
            release, now = scene.release, self.tools.clock()
            stopped = bool(release.stop_wanted or job.stop_wanted)
            state = DeployState.CANCELLED if stopped else DeployState.FAILED
            cause = Cause(error, "Deploy it once more.", "cancelled" if stopped else "gave_up")
            before = scene.previous.release if scene.previous else None
            endings.given_up(connection, release, before, now)
            endings.ended(connection, release.id, state, cause, self.tools.settings.intervals, now)

        return effects

    def _its_turn(self, release: Release, running: Running) -> bool:
        """True when the release holds the lock from now on; else it waits in line, and who promotes it asks again."""
        places: list[int] = []

        def take(connection: Connection) -> None:
            at = locks.times(connection, self.tools.settings.intervals, self.tools.clock())
            turns.move_up(connection, release.environment_id, at)
            places.append(turns.line_up(connection, release, at).place)
            locks.renew(connection, release.id, at)

        running.note(take)
        return places[0] == 0 or release.state is not DeployState.PENDING
