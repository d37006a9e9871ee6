"""The way back: a release that didn't get there, or didn't prove well, leaves what served before to serve."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from engine.domain.job import JobState
from engine.domain.release import DeployState, ReleaseKind, may_follow
from engine.errors import Cause, OutsideError, StageFailed
from engine.reasons import Reason
from engine.rollout import endings
from engine.rollout.aftermath import settle_down
from engine.rollout.endings import Moved
from engine.rollout.home import keep_home
from engine.rollout.narrator import QuietNarrator, heed_lease
from engine.rollout.scene import Scene, Stored
from engine.rollout.tools import Tools
from engine.rollout.way import make_way
from engine.store import environments, releases, timeline
from engine.store.log_writer import LogWriter
from engine.targets.port import Standing
from engine.work.handler import Done, Running


@dataclass(frozen=True)
class Retreat:
    """Nobody stops it: a cancelled deploy goes back too."""

    tools: Tools
    scene: Scene
    running: Running
    log: LogWriter

    def after(self, cause: Cause) -> Done:
        """The deploy failed."""
        early = DeployState.SECURITY_FAILED if cause.code == "scan_failed" else DeployState.FAILED
        return self._leave(cause, early)

    def stopped(self, why: str) -> Done:
        """Somebody or something wanted its end."""
        return self._leave(Cause(self._told(why), "", "cancelled"), DeployState.CANCELLED)

    def go_on(self) -> Done:
        """An earlier attempt began to go back."""
        release = self.scene.release
        return self._leave(Cause(release.cause, release.fix, release.cause_code), DeployState.FAILED)

    def _leave(self, cause: Cause, early: DeployState) -> Done:
        """`early` is how it ends when nothing of it ever ran in the environment."""
        release_id = self.scene.release.id
        heed_lease(self.running)
        scene = self.tools.scene(release_id) or self.scene
        state = self._end_of(scene, early, cause)
        if state is DeployState.ROLLED_BACK:
            self._announce(scene, cause)
        if scene.switched:
            self._take_back(scene)
        intervals = self.tools.settings.intervals
        self.running.note(
            lambda connection: endings.ended(connection, release_id, state, cause, intervals, self.tools.clock())
        )
        settle_down(self.tools, release_id, self.running, patience=scene.previous is not None)
        job = JobState.CANCELLED if state is DeployState.CANCELLED else JobState.FAILED
        return Done(job, error=cause.sentence)

    def _end_of(self, scene: Scene, early: DeployState, cause: Cause) -> DeployState:
        """Rolled back is what was being brought in and is taken back, for what served before to go on alone."""
        if early is DeployState.CANCELLED or scene.release.kind is ReleaseKind.ROLLBACK:
            return early
        if scene.release.state is DeployState.ROLLING_BACK:
            return DeployState.ROLLED_BACK
        # What a rule stops right before the switch has not gone wrong by itself.
        went_wrong = scene.release.state is DeployState.DEPLOYING and cause.code not in set(Reason)
        brought_in = scene.switched or went_wrong
        return DeployState.ROLLED_BACK if brought_in and scene.previous else early

    def _announce(self, scene: Scene, cause: Cause) -> None:
        name = scene.previous.release.name if scene.previous else "what served before"
        message = f"{cause.sentence.rstrip('.')}; going back to {name}"

        def effects(connection: Connection) -> None:
            release = releases.known_by(connection, scene.release.id)
            if may_follow(release.state, DeployState.ROLLING_BACK):
                now = self.tools.clock()
                releases.advance(connection, release.id, DeployState.ROLLING_BACK, message, now, cause=cause)

        self.running.note(effects)
        self.log.line(f"── {message}")

    def _take_back(self, scene: Scene) -> None:
        previous = scene.previous
        if previous is None:
            self.running.note(lambda connection: self._point(connection, scene, "", "failed"))
            return
        try:
            standing, scene = self._standing(scene, previous)
        except (StageFailed, OutsideError) as error:
            self.log.line(f"✗ Starting {previous.release.name} again: {error}")
            self.running.note(lambda connection: self._point(connection, scene, previous.release.id, "restarting"))
            return
        moved = Moved(scene.environment, previous.release, standing.upstream, standing.port)
        left = scene.release
        self.running.note(lambda connection: endings.take_back(connection, moved, left, self.tools.clock()))

    def _standing(self, scene: Scene, previous: Stored) -> tuple[Standing, Scene]:
        """Where what served before still runs; it is started again when it doesn't."""
        target = self.tools.target_of(scene.environment)
        place = scene.place(self.tools.settings)
        standing = target.standing(place, previous.bundle(self.tools.settings))
        if standing is not None:
            return standing, scene
        narrator = QuietNarrator(self.running, self.log)
        bundle = self.tools.opened(previous, self.log)
        files = self.tools.files
        prepared = target.prepare(
            place, bundle, lambda: files(previous, scene.repository, self.log, narrator), narrator
        )
        kept: list[Scene] = []

        def keep(connection: Connection) -> None:
            now = self.tools.clock()
            kept.append(scene.at(keep_home(connection, scene.environment, prepared.home, now)))

        self.running.note(keep)
        place = kept[0].place(self.tools.settings)
        make_way(target, place, bundle, scene.kept)
        return target.launch(place, replace(bundle, plan=prepared.plan), narrator), kept[0]

    def _point(self, connection: Connection, scene: Scene, release_id: str, page: str) -> None:
        environments.serve_nothing(connection, scene.environment, release_id, page, self.tools.clock())

    def _told(self, why: str) -> str:
        """In the words of whoever wanted its end."""
        with self.tools.database.read() as connection:
            told = [each.message for each in timeline.of(connection, self.scene.release.id) if each.kind == "stopping"]
        return told[-1] if told else why
