"""The build job: a commit becomes a preview that answers. The revision before serves until then."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import structlog
from sqlalchemy import Connection

from engine.domain.build import Build, BuildState
from engine.domain.job import Job, JobState
from engine.errors import Cause, Denied, Gone, OutsideError, StageFailed, Superseded
from engine.forge.port import Forge
from engine.pipeline.assembly import Order, Source, assemble
from engine.pipeline.cleaning import clear_away, drain, end_strays
from engine.pipeline.ending import failed, ready, stopped
from engine.pipeline.job_narrator import JobNarrator
from engine.pipeline.killing import end_processes
from engine.pipeline.launch import Launch
from engine.pipeline.revision import Turn
from engine.pipeline.sandbox_choice import choose
from engine.pipeline.target import Target, read_target
from engine.planner.permission import may_build, may_run_fork
from engine.project.config import PROJECT_FILE
from engine.readiness.following import begin
from engine.readiness.looking import project_of
from engine.reasons import REMEDY
from engine.sandboxes.port import Sandbox, Sandboxes, SandboxGone
from engine.settings import Settings
from engine.source.configured import AsConfigured
from engine.source.mirrors import GitMirrors
from engine.source.snapshot import Snapshot
from engine.store import builds, previews
from engine.store.database import Database
from engine.store.log_writer import LogWriter
from engine.store.port import Effects
from engine.variables.preview import PreviewVariables
from engine.variables.variables import variables_of
from engine.work.handler import Again, Done, Running

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class BuildHandler:
    """Handler of build jobs; a job's subject is the build's id."""

    database: Database
    forge: Forge
    source: GitMirrors
    sandboxes: Sandboxes
    settings: Settings
    clock: Callable[[], float] = field(default=time.time)

    def run(self, job: Job, running: Running) -> Done | Again:
        """Builds. What an earlier attempt started is ended first; the sandbox that it made is found again."""
        with self.database.read() as connection:
            target = read_target(connection, job.subject)
        if target is None:
            return Done(JobState.FAILED, error="the build or its repository is no longer known")
        turn = Turn(target.build.number, fence=job.fence)
        if target.build.state.terminal:
            return self._only_clean(target, turn)
        with LogWriter(self.database, target.build.id, clock=self.clock) as build_log:
            narrator = JobNarrator(target.build.id, running, build_log, self.clock)
            return self._attempt(target, turn, running, narrator, build_log)

    def bury(self, job: Job, error: str) -> Effects:
        """A terminal report for a build that no job will finish."""

        def effects(connection: Connection) -> None:
            build = builds.by_id(connection, job.subject)
            if build is None or build.state.terminal:
                return
            if build.stop_wanted or job.stop_wanted:
                why = build.stop_wanted or job.stop_wanted
                stopped(connection, build.id, why, self.clock(), proven=build.started_at is None)
            else:
                cause = Cause(error, "Comment `/preview` to try again.", "gave_up")
                failed(connection, build.id, cause, self.clock())

        return effects

    def _attempt(
        self, target: Target, turn: Turn, running: Running, narrator: JobNarrator, build_log: LogWriter
    ) -> Done | Again:
        sandbox: Sandbox | None = None
        build_id = target.build.id
        try:
            narrator.enter(BuildState.STARTING, "Starting a sandbox")
            self._still_permitted(target)
            sandbox = self._sandbox(target, turn, running, narrator)
            self._build(target, turn, sandbox, running, narrator, build_log)
        except StageFailed as error:
            cause = error.cause
        except Superseded:
            return self._stopped(target, sandbox, running.stop_wanted() or "superseded")
        except SandboxGone as error:
            return Again(0, str(error))
        except (Denied, Gone) as error:
            cause = Cause(f"{str(error).rstrip('.')}.", "Whoever runs Slipway finds more in its log.", "denied")
        else:
            self._retire(target, sandbox, running)
            return Done(JobState.DONE)
        why = self._stop_wanted(running, build_id)
        if why:
            return self._stopped(target, sandbox, why)
        narrator.line(f"✗ {cause.sentence}")
        self._clear(sandbox, target, turn)
        return Done(
            JobState.FAILED, lambda connection: failed(connection, build_id, cause, self.clock()), cause.sentence
        )

    def _still_permitted(self, target: Target) -> None:
        """Whoever asked may have lost the permission since (C2), and the approval of a fork's commit be void (B14)."""
        with self.database.read() as connection:
            refusal = may_run_fork(connection, target.fork, target.build.sha)
        refusal = refusal or may_build(self.forge, target.repository, target.build.requested_by)
        if refusal is not None:
            raise StageFailed(Cause(str(refusal), REMEDY[refusal.reason], str(refusal.reason)))

    def _stop_wanted(self, running: Running, build_id: str) -> str:
        """Asked of SQL: a command that was killed because the build is to end didn't fail. Raises LeaseLost."""
        found: list[Build | None] = []
        running.note(lambda connection: found.append(builds.by_id(connection, build_id)))
        return found[0].stop_wanted if found[0] is not None else ""

    def _stopped(self, target: Target, sandbox: Sandbox | None, why: str) -> Done:
        build_id = target.build.id
        try:
            end_processes(self.sandboxes, target.preview.id, build_id)
            if sandbox is not None:
                clear_away(sandbox, (build_id,), arrivals=(build_id,))
        except SandboxGone:
            proven = True
        except OutsideError as error:
            log.warning("build.end_not_proven", build=build_id, error=str(error))
            proven = False
        else:
            proven = True
        return Done(JobState(why), lambda connection: stopped(connection, build_id, why, self.clock(), proven=proven))

    def _sandbox(self, target: Target, turn: Turn, running: Running, narrator: JobNarrator) -> Sandbox:
        sandbox = choose(self.sandboxes, target.preview, target.instance, target.trust, narrator)
        if sandbox.id != target.preview.sandbox_id:

            def keep(connection: Connection) -> None:
                if not previews.keep_sandbox(connection, target.preview, sandbox.id, self.clock()):
                    raise Superseded("keeping the sandbox: the preview was closed meanwhile")

            running.note(keep)
        end_strays(sandbox, target.preview.serving_build_id, turn)
        return sandbox

    def _build(
        self,
        target: Target,
        turn: Turn,
        sandbox: Sandbox,
        running: Running,
        narrator: JobNarrator,
        build_log: LogWriter,
    ) -> None:
        narrator.enter(BuildState.SOURCE, f"Fetching {target.build.sha[:7]}")
        credentials = self.forge.clone_credentials(target.repository)
        build_log.hide(credentials.token)
        snapshot = self.source.snapshot(target.wanted, credentials)
        variables = PreviewVariables(self.database, variables_of(self.settings))
        given = variables.choose(self.forge, target.repository, target.default_branch, fork=bool(target.fork))
        build_log.hide(*given.bundle.hidden)
        if given.said:
            narrator.line(given.said)
        host = urlsplit(self.settings.preview_url(target.preview.label)).netloc
        order = Order(
            build_id=target.build.id,
            generation=target.preview.generation,
            launch=Launch(target.port, host, self.settings.startup_timeout, variables=given.bundle.values),
            registries=self.sandboxes.registries,
            now=self.clock(),
            turn=turn,
            given=given.source,
        )
        source = self._configured(target, snapshot)
        if project_of(source).readiness_when == "always":
            running.note(lambda connection: begin(connection, target.preview, target.build.sha, self.clock()))
        live = assemble(sandbox, source, order, narrator)
        live.process.detach()
        # Noted at once, not with the job's end: visitors get the new version before the old one drains. A crash
        # in between leaves a build that is over, and the next attempt only tidies up.
        running.note(lambda connection: ready(connection, target, live.upstream, self.clock()))
        narrator.line("✓ Ready")

    def _configured(self, target: Target, snapshot: Snapshot) -> Source:
        """What a fork says of itself in its configuration counts for nothing."""
        if not target.fork:
            return snapshot
        return AsConfigured(snapshot, self.forge.read_file(target.repository, PROJECT_FILE, target.default_branch))

    def _retire(self, target: Target, sandbox: Sandbox, running: Running) -> None:
        """Ends the revision that served before; what can't be cleaned now is cleaned by the next build."""
        try:
            if target.preview.serving_build_id:
                drain(sandbox, target.preview.serving_build_id, 2 * self.settings.intervals.routes, running)
            clear_away(sandbox, target.after_switch().superfluous, arrivals=(target.build.id,))
        except OutsideError as error:
            log.warning("build.not_cleaned", build=target.build.id, error=str(error))

    def _clear(self, sandbox: Sandbox | None, target: Target, turn: Turn) -> None:
        """Nothing of a build that didn't get there stays."""
        if sandbox is None:
            return
        try:
            end_strays(sandbox, target.preview.serving_build_id, turn)
            clear_away(sandbox, (target.build.id,), arrivals=(target.build.id,))
        except OutsideError as error:
            log.warning("build.not_cleaned", build=target.build.id, error=str(error))

    def _only_clean(self, target: Target, turn: Turn) -> Done:
        """The build was over before this attempt: only its sandbox may need tidying."""
        if target.preview.sandbox_id and target.preview.life == "open":
            try:
                sandbox = self.sandboxes.connect(target.preview.sandbox_id)
                end_strays(sandbox, target.preview.serving_build_id, turn)
                clear_away(sandbox, target.superfluous, arrivals=(target.build.id,))
            except OutsideError as error:
                log.warning("build.not_cleaned", build=target.build.id, error=str(error))
        return Done(JobState.DONE)
