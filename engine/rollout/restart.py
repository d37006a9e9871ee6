"""The restart job: what serves an environment is started again. It died, its sandbox is gone, or somebody asked."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from engine.domain.environment import Environment
from engine.domain.job import Job, JobState
from engine.errors import Denied, Gone, StageFailed, Superseded
from engine.rollout.aftermath import settle_down
from engine.rollout.home import keep_home
from engine.rollout.narrator import QuietNarrator
from engine.rollout.restarts import died
from engine.rollout.scene import Scene
from engine.rollout.tools import Tools
from engine.rollout.way import make_way
from engine.sandboxes.port import SandboxGone
from engine.store import environments, releases, repositories, timeline
from engine.store.deaths import RESTARTED
from engine.store.log_writer import LogWriter
from engine.store.port import Effects
from engine.targets.port import Source, Standing
from engine.work.handler import Again, Done, Running

#: The timeline's word for a restart that went wrong while the one before served on.
NOT_RESTARTED = "not_restarted"


@dataclass(frozen=True)
class RestartHandler:
    """Handler of restart jobs; a job's subject is the environment's id. The release and its id stay the same."""

    tools: Tools

    def run(self, job: Job, running: Running) -> Done | Again:
        """Starts it beside what still runs, if anything does; from its commit, if its files are gone.

        Raises Unreachable while the target is away: then the reaper asks anew.
        """
        scene = self._read(job.subject)
        if scene is None:
            return Done(JobState.DONE)
        with LogWriter(self.tools.database, scene.release.id, clock=self.tools.clock) as log:
            return self._attempt(scene, running, log)

    def bury(self, job: Job, error: str) -> Effects:
        """Nothing is written: as long as it doesn't serve, the reaper asks again."""
        return lambda connection: None

    def _read(self, environment_id: str) -> Scene | None:
        """None when nothing serves, or the repository was taken away, and with it the values that this ran with."""
        with self.tools.database.read() as connection:
            environment = environments.by_id(connection, environment_id)
            repository = repositories.by_id(connection, environment.repository_id) if environment else None
        if environment is None or not environment.release_id or repository is None or not repository.covered:
            return None
        return self.tools.scene(environment.release_id)

    def _attempt(self, scene: Scene, running: Running, log: LogWriter) -> Done | Again:
        was = self._was(scene)
        try:
            scene = _with_turn(scene, running)
            scene = self._bring_up(scene, running, log)
        except StageFailed as error:
            sentence = error.cause.sentence
        except (Denied, Gone) as error:
            if isinstance(error, SandboxGone):
                return Again(0, str(error))
            sentence = f"{str(error).rstrip('.')}."
        except Superseded as error:
            return Done(JobState.SUPERSEDED, error=str(error))
        else:
            log.line("✓ It serves again")
            settle_down(self.tools, scene.release.id, running, patience=was)
            return Done(JobState.DONE)
        log.line(f"✗ {sentence}")
        settle_down(self.tools, scene.release.id, running, patience=False)
        return Done(JobState.FAILED, self._failed(scene, sentence, served=was), sentence)

    def _was(self, scene: Scene) -> bool:
        """True when visitors are sent to it and it answers: then it goes on until the new process is well."""
        with self.tools.database.read() as connection:
            page = environments.page_of(connection, scene.environment)
        target = self.tools.targets.get(scene.environment.target)
        if page != "serving" or target is None:
            return False
        place = scene.place(self.tools.settings)
        return target.standing(place, scene.stored.bundle(self.tools.settings)) is not None

    def _bring_up(self, scene: Scene, running: Running, log: LogWriter) -> Scene:
        tools, narrator = self.tools, QuietNarrator(running, log)
        target = tools.target_of(scene.environment)
        bundle = tools.opened(scene.stored, log)

        def files() -> Source:
            return tools.files(scene.stored, scene.repository, log, narrator)

        target.settle(scene.place(tools.settings), scene.kept, scene.served)
        prepared = target.prepare(scene.place(tools.settings), bundle, files, narrator)
        kept: list[Scene] = []

        def keep(connection: Connection) -> None:
            kept.append(scene.at(keep_home(connection, scene.environment, prepared.home, tools.clock())))
            config = scene.release.configuration
            releases.keep_bundle(connection, scene.release.id, plan=prepared.plan, configuration=config)

        running.note(keep)
        place = kept[0].place(tools.settings)
        make_way(target, place, bundle, scene.kept)
        standing = target.launch(place, replace(bundle, plan=prepared.plan), narrator)
        running.note(lambda connection: self._serve(connection, kept[0], standing))
        return kept[0]

    def _serve(self, connection: Connection, scene: Scene, standing: Standing) -> None:
        environment, now = scene.environment, self.tools.clock()
        # A death that this restart answers isn't forgotten before it was well for a while.
        if environment.revive_at:
            moved = environments.serve_again(connection, environment, standing.upstream, standing.port, now)
        else:
            release_id = scene.release.id
            moved = environments.serve(connection, environment, release_id, standing.upstream, standing.port, now)
        if not moved:
            raise Superseded("serving the application again: another job has taken the environment over")
        times = f" (for the {environment.deaths}. time since it was well)" if environment.revive_at else ""
        timeline.add(connection, scene.release.id, RESTARTED, f"Started again{times}", now)
        releases.say(connection, scene.release.id, f"{scene.release.name} serves: it was started again{times}")

    def _failed(self, scene: Scene, sentence: str, *, served: bool) -> Effects:
        def effects(connection: Connection) -> None:
            now = self.tools.clock()
            environment = environments.by_id(connection, scene.environment.id)
            if environment is None or environment.release_id != scene.release.id:
                return
            if served and environments.page_of(connection, environment) == "serving":
                words = f"Starting it again: {sentence} What ran before serves on."
                timeline.add(connection, scene.release.id, NOT_RESTARTED, words, now)
                releases.mark(connection, scene.release)
            else:
                died(connection, environment, scene.release, sentence, now)

        return effects


def _with_turn(scene: Scene, running: Running) -> Scene:
    found: list[Environment | None] = []
    running.note(lambda connection: found.append(environments.take_turn(connection, scene.environment.id)))
    if found[0] is None or found[0].release_id != scene.release.id:
        raise Superseded("starting it again: another release serves by now")
    return scene.at(found[0])
