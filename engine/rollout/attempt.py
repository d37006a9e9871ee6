"""One try at bringing a release into its environment, from the first look to the address that answers."""

from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from sqlalchemy import Connection

from engine.domain.environment import Environment
from engine.domain.job import JobState
from engine.domain.release import DeployState, ReleaseKind
from engine.errors import Cause, Denied, Gone, StageFailed, Superseded
from engine.rollout import endings, scan
from engine.rollout.aftermath import settle_down
from engine.rollout.endings import Moved
from engine.rollout.home import keep_home
from engine.rollout.lock_beat import LockBeat
from engine.rollout.narrator import DeployNarrator
from engine.rollout.obstacles import stop_for
from engine.rollout.retreat import Retreat
from engine.rollout.scene import Scene
from engine.rollout.tools import Tools
from engine.rollout.way import in_the_way, make_way
from engine.sandboxes.port import SandboxGone
from engine.store import environments, releases, timeline
from engine.store.log_writer import LogWriter
from engine.targets.port import Bundle, Place, Prepared, Source, Standing, Target
from engine.work.handler import Again, Done, Running

#: The timeline's words for how the scan went, and for a pause that visitors notice.
SCANNED, PAUSED = "scanned", "paused"


class Attempt:
    """Holds what changes on the way: the environment, at the generation that is ours."""

    def __init__(self, tools: Tools, scene: Scene, running: Running, log: LogWriter, lock: LockBeat) -> None:
        self.tools = tools
        self.scene = scene
        self.running = running
        self.log = log
        self.narrator = DeployNarrator(scene.release.id, running, log, tools.clock, lock.check)

    def carry_out(self) -> Done | Again:
        """How the job ends. Raises Unreachable and LeaseLost: another try goes on where this one stopped."""
        retreat = Retreat(self.tools, self.scene, self.running, self.log)
        if self.scene.release.state is DeployState.ROLLING_BACK and self.scene.release.kind is not ReleaseKind.ROLLBACK:
            return retreat.go_on()
        try:
            self._bring_up()
        except StageFailed as error:
            self.narrator.line(f"✗ {error.cause.sentence}")
            return retreat.after(error.cause)
        except Superseded as error:
            return retreat.stopped(str(error))
        except SandboxGone as error:
            return Again(0, str(error))
        except (Denied, Gone) as error:
            cause = Cause(f"{str(error).rstrip('.')}.", "Whoever runs Slipway finds more in its log.", "denied")
            return retreat.after(cause)
        settle_down(self.tools, self.scene.release.id, self.running, patience=self.scene.previous is not None)
        return Done(JobState.DONE)

    def _bring_up(self) -> None:
        target = self.tools.target_of(self.scene.environment)
        self._take_turn()
        if self.scene.switched:
            # An earlier attempt sent visitors to it and died: only the proof is missing.
            standing = target.standing(self._place, self.scene.stored.bundle(self.tools.settings))
            if standing is None:
                cause = Cause("The application ended right after visitors were sent to it.", "", "exited")
                raise StageFailed(cause)
        else:
            self._look_before()
            bundle = self._prepared(target, self.tools.opened(self.scene.stored, self.log))
            standing = self._launched(target, bundle)
            self._switch(standing)
        self._prove(standing)

    def _take_turn(self) -> None:
        found: list[Environment | None] = []
        now = self.tools.clock()

        def take(connection: Connection) -> None:
            environment = environments.take_turn(connection, self.scene.environment.id)
            if environment is not None and not environment.release_id:
                environments.show(connection, environment, "building", now)
            found.append(environment)

        self.running.note(take)
        if found[0] is None:
            raise Superseded("deploying: the environment is no longer known")
        self.scene = self.scene.at(found[0])

    def _look_before(self) -> None:
        """Whoever asked may have lost the right since; what was approved may have moved (rows C2, P7)."""
        self.narrator.check()
        release = self.scene.release
        stop_for(self.tools.recheck(release))
        if release.kind is ReleaseKind.ROLLBACK:
            self.narrator.reach(DeployState.ROLLING_BACK, f"Going back with {release.name}, as it was deployed")
            return
        self.narrator.reach(DeployState.SECURITY_SCANNING, "Looking for what must not be deployed")
        outcome = self.tools.scan(release, self._files)
        match outcome:
            case scan.Passed():
                said = "The security scan found nothing that blocks"
            case scan.Inconclusive(why):
                said = f"The security scan could not tell: {why}"
            case scan.NotScanned(why):
                said = f"Not scanned: {why}"
            case scan.Red(sentence, fix):
                raise StageFailed(Cause(sentence, fix, "scan_failed"))
            case _:
                assert_never(outcome)
        self.log.line(said)

        def effects(connection: Connection) -> None:
            timeline.add(connection, release.id, SCANNED, said, self.tools.clock())
            releases.say(connection, release.id, said)

        self.running.note(effects)

    def _prepared(self, target: Target, bundle: Bundle) -> Bundle:
        kept = self.scene.kept | {bundle.artifact: bundle.plan}
        # What an attempt that died has left is ended before anything new is started.
        target.settle(self._place, kept, self.scene.served)
        prepared = target.prepare(self._place, bundle, self._files, self.narrator)
        self.running.note(lambda connection: self._keep(connection, prepared))
        return replace(bundle, plan=prepared.plan)

    def _keep(self, connection: Connection, prepared: Prepared) -> None:
        now = self.tools.clock()
        self.scene = self.scene.at(keep_home(connection, self.scene.environment, prepared.home, now))
        release = self.scene.release
        releases.keep_bundle(connection, release.id, plan=prepared.plan, configuration=release.configuration)

    def _launched(self, target: Target, bundle: Bundle) -> Standing:
        command = self.scene.stored.config.release_command
        if command and self.scene.release.kind is not ReleaseKind.ROLLBACK:
            self.narrator.reach(DeployState.DEPLOYING, "Running the release command")
            self.log.line("── Release command")
            target.run(self._place, bundle, command, self.narrator)
        if in_the_way(self._place, bundle):
            self._pause()
            make_way(target, self._place, bundle, self.scene.kept | {bundle.artifact: bundle.plan})
        return target.launch(self._place, bundle, self.narrator)

    def _pause(self) -> None:
        """Visitors get a page meanwhile, and it is said."""
        environment = self.scene.environment
        said = f"The application insists on port {environment.port}: the one before is stopped first"

        def effects(connection: Connection) -> None:
            environments.fall_silent(connection, environment, "restarting", self.tools.clock())

        self.running.note(effects)
        self.log.line(said)
        self._note(PAUSED, said)

    def _switch(self, standing: Standing) -> None:
        self.narrator.check()
        moved = Moved(self.scene.environment, self.scene.release, standing.upstream, standing.port)
        self.running.note(lambda connection: endings.switch(connection, moved, self.tools.clock()))
        self._read_again()

    def _prove(self, standing: Standing) -> None:
        release = self.scene.release
        self.tools.proof(self.scene.environment, release.id, standing.health_path, self.narrator.check)
        left = self.scene.previous.release if self.scene.previous else None
        intervals = self.tools.settings.intervals
        # Noted at once, not with the job's end: it is true from now on, and the one before still has to drain.
        self.running.note(lambda connection: endings.deployed(connection, release, left, intervals, self.tools.clock()))
        self.narrator.line("✓ It serves")

    @property
    def _place(self) -> Place:
        return self.scene.place(self.tools.settings)

    @property
    def _files(self) -> Callable[[], Source]:
        scene = self.scene
        return lambda: self.tools.files(scene.stored, scene.repository, self.log, self.narrator)

    def _note(self, kind: str, message: str) -> None:
        release_id, now = self.scene.release.id, self.tools.clock()
        self.running.note(lambda connection: timeline.add(connection, release_id, kind, message, now))

    def _read_again(self) -> None:
        with self.tools.database.read() as connection:
            environment = environments.by_id(connection, self.scene.environment.id)
        if environment is not None:
            self.scene = self.scene.at(environment)
