"""The revive job: an application that died by itself is started again, the same version in the same sandbox."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sqlalchemy import Connection

from engine.domain.build import Build
from engine.domain.job import Job, JobState
from engine.domain.preview import Preview
from engine.errors import StageFailed, Superseded, Unreachable
from engine.pipeline.kept_plan import given_in, start_of
from engine.pipeline.launch import Launch, Live, launch, next_port
from engine.pipeline.revision import BUILD_TAG, Revision, Turn, turn_of
from engine.pipeline.revive_narrator import ReviveNarrator
from engine.sandboxes.port import Sandboxes, SandboxGone
from engine.settings import Settings
from engine.store import builds, deaths, lost_sandboxes, previews, routes
from engine.store.builds import KeptPlan
from engine.store.database import Database
from engine.store.log_writer import LogWriter
from engine.store.port import Effects
from engine.variables.preview import PreviewVariables
from engine.variables.variables import variables_of
from engine.work.handler import Done, Running


@dataclass(frozen=True)
class Fallen:
    """An application that is to be started again."""

    preview: Preview
    build: Build
    kept: KeptPlan


@dataclass(frozen=True)
class ReviveHandler:
    """Handler of revive jobs; a job's subject is the preview's id."""

    database: Database
    sandboxes: Sandboxes
    settings: Settings
    clock: Callable[[], float] = field(default=time.time)

    def run(self, job: Job, running: Running) -> Done:
        """Starts it on another port, probes it, and sends visitors there.

        One that doesn't get well has died once more. When its sandbox is gone, its commit is built again. While the
        sandbox host is away nothing can be known: the reaper asks anew when it is back.
        """
        with self.database.read() as connection:
            fallen = _read(connection, job.subject)
        if fallen is None:
            return Done(JobState.DONE)
        start = start_of(fallen.kept.text)
        if start is None:
            return self._rebuilt(fallen, "its plan was not kept")
        plan, environment_key = start
        turn = Turn(fallen.build.number, fallen.preview.deaths, job.fence)
        revision = Revision(fallen.build.id, plan, environment_key, fallen.preview.generation, turn)
        with LogWriter(self.database, fallen.build.id, clock=self.clock) as log:
            return self._attempt(fallen, revision, running, log)

    def bury(self, job: Job, error: str) -> Effects:
        """It couldn't be started (the host is away, a worker died of it): that counts as a death, with its pause."""

        def effects(connection: Connection) -> None:
            fallen = _read(connection, job.subject)
            if fallen is not None:
                self._died(connection, fallen, error)

        return effects

    def _attempt(self, fallen: Fallen, revision: Revision, running: Running, log: LogWriter) -> Done:
        try:
            live = self._start(fallen, revision, running, log)
            log.line("✓ It answers again")
            self._note(fallen, live, running)
        except StageFailed as error:
            sentence = error.cause.sentence
            log.line(f"✗ {sentence}")
            return Done(JobState.FAILED, lambda connection: self._died(connection, fallen, sentence), sentence)
        except SandboxGone as error:
            return self._rebuilt(fallen, str(error))
        except Superseded as error:
            return Done(JobState.SUPERSEDED, error=str(error))
        except Unreachable as error:
            return Done(JobState.FAILED, error=str(error))
        return Done(JobState.DONE)

    def _start(self, fallen: Fallen, revision: Revision, running: Running, log: LogWriter) -> Live:
        given = PreviewVariables(self.database, variables_of(self.settings)).again(given_in(fallen.kept.text))
        log.hide(*given.bundle.hidden)
        sandbox = self.sandboxes.connect(fallen.preview.sandbox_id)
        sandbox.stop(
            lambda environment: environment.get(BUILD_TAG) == fallen.build.id and turn_of(environment) < revision.turn,
            0,
        )
        host = urlsplit(self.settings.preview_url(fallen.preview.label)).netloc
        port = next_port(fallen.kept.port)
        wanted = Launch(port, host, self.settings.startup_timeout, variables=given.bundle.values)
        return launch(sandbox, revision, wanted, ReviveNarrator(running, log))

    def _note(self, fallen: Fallen, live: Live, running: Running) -> None:
        def effects(connection: Connection) -> None:
            now = self.clock()
            if not routes.serve(connection, fallen.preview, fallen.build.id, live.upstream, now):
                raise Superseded("serving the application again: the preview was closed meanwhile")
            builds.keep_plan(connection, fallen.build.id, plan=fallen.kept.text, port=live.port)
            deaths.restarted(connection, fallen.preview, now)

        # When this raises, whoever is next ends what was started: later turns end what earlier ones left.
        live.process.detach()
        running.note(effects)

    def _died(self, connection: Connection, fallen: Fallen, sentence: str) -> None:
        # What has happened meanwhile may have made it another's affair.
        if _read(connection, fallen.preview.id) == fallen:
            deaths.record(connection, fallen.preview, sentence, self.clock())

    def _rebuilt(self, fallen: Fallen, why: str) -> Done:
        ask = f"lost:{fallen.preview.sandbox_id}:{fallen.build.id}"

        def effects(connection: Connection) -> None:
            if _read(connection, fallen.preview.id) is not None:
                lost_sandboxes.rebuild(connection, fallen.preview, ask, self.clock())

        return Done(JobState.DONE, effects, why)


def _read(connection: Connection, preview_id: str) -> Fallen | None:
    """None when nothing is to be started again: it serves, it was closed, or a newer build is on its way."""
    preview = previews.by_id(connection, preview_id)
    if preview is None or preview.life != "open" or builds.unfinished(connection, preview_id):
        return None
    build = builds.by_id(connection, preview.serving_build_id) if preview.serving_build_id else None
    if build is None or preview.revive_at == 0:
        return None
    return Fallen(preview, build, builds.plan_of(connection, build.id))
