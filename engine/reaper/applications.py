"""Applications: those that died are noticed and started again; what runs although its build is over is ended."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Connection, select

from engine.domain.build import BuildState
from engine.domain.job import JobKind
from engine.domain.preview import Preview
from engine.errors import Refusal, Unreachable
from engine.pipeline import causes
from engine.pipeline.revision import BUILD_TAG, folder_of
from engine.readiness.trial.leftovers import inspection_in
from engine.reaper.handles import Handles, HostAway
from engine.reaper.ledger import Ledger
from engine.sandboxes.port import LastWords, Sandboxes, SandboxGone
from engine.settings import Intervals, Secret
from engine.store import builds, deaths, inspections, jobs, logs, lost_sandboxes, previews
from engine.store.database import Database
from engine.store.log_writer import LogWriter
from engine.store.schema import jobs as job_rows
from engine.store.schema import previews as preview_rows
from engine.store.schema import routes
from engine.variables.preview import hidden_of
from engine.variables.redaction import Redactor
from engine.variables.variables import Variables

#: Sandboxes one after the other that don't answer, before the host counts as away.
PATIENCE = 3
#: Lines of an application's output that are kept when it dies, and lines of a log beyond which none are.
LINES = 200
FULL = 50_000
#: Begins the asks of builds whose sandbox was lost; no delivery's name does.
LOST = "lost:"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Sight:
    """A preview as it stands before its sandbox is looked at."""

    preview: Preview
    #: Visitors are sent to it.
    serves: bool
    #: A job of its order works, so that what runs may change at any moment.
    busy: bool
    #: Builds of which nothing may run.
    over: frozenset[str]


@dataclass(frozen=True)
class Applications:
    """A part of the reaper."""

    database: Database
    ledger: Ledger
    sandboxes: Sandboxes
    handles: Handles
    intervals: Intervals
    variables: Variables
    clock: Callable[[], float] = field(default=time.time)

    def beat(self) -> None:
        """Looks at every living preview's sandbox once. Raises HostAway, and goes on where it can."""
        away, answered = 0, 0
        sights = self.ledger.read(_sights)
        self.handles.keep_only({sight.preview.sandbox_id for sight in sights})
        for sight in sights:
            try:
                self._look(sight)
            except Unreachable as error:
                log.warning("reaper.no_answer", sandbox=sight.preview.sandbox_id, error=str(error))
                self.handles.drop(sight.preview.sandbox_id)
                away += 1
                if away >= PATIENCE:
                    raise HostAway(f"looking after {len(sights)} sandboxes: {error}") from error
            else:
                away = 0
                answered += 1
        # One sandbox that doesn't answer is its own trouble: the others needn't wait for it.
        if answered or not sights:
            self.ledger.write(self._plan_again)

    def _look(self, sight: Sight) -> None:
        preview = sight.preview
        try:
            living = self._living(sight)
        except SandboxGone:
            self.handles.drop(preview.sandbox_id)
            if sight.serves and not sight.busy:
                self._lost(sight)
            return
        if sight.serves and not sight.busy:
            if preview.serving_build_id not in living:
                self._died(sight)
            else:
                self._well(sight)

    def _living(self, sight: Sight) -> set[str]:
        """The builds whose processes run; those of builds that are over are ended on the way, and trials of which
        nobody will hear.
        """
        living: set[str] = set()
        trials: set[str] = set()

        def unwanted(environment: Mapping[str, str]) -> bool:
            build_id = environment.get(BUILD_TAG, "")
            living.add(build_id)
            trials.add(inspection_in(environment))
            return build_id in sight.over

        sandbox = self.handles.get(sight.preview.sandbox_id)
        ended = sandbox.stop(unwanted, 0)
        left = self.ledger.read(lambda connection: inspections.over(connection, trials - {""}))
        if left:
            ended += sandbox.stop(lambda environment: inspection_in(environment) in left, 0)
        if ended:
            log.warning("reaper.ended_strays", preview=sight.preview.id, processes=ended)
        return living

    def _lost(self, sight: Sight) -> None:
        ask = f"{LOST}{sight.preview.sandbox_id}"
        now = self.clock()

        def change(connection: Connection) -> bool:
            found = _unchanged(connection, sight) and not _was_just_rebuilt(connection, sight.preview, now)
            if found:
                lost_sandboxes.rebuild(connection, sight.preview, ask, now)
            return found

        if self.ledger.write(change):
            log.warning("reaper.sandbox_lost", preview=sight.preview.id, sandbox=sight.preview.sandbox_id)

    def _died(self, sight: Sight) -> None:
        build_id = sight.preview.serving_build_id
        words = self.sandboxes.last_words(sight.preview.sandbox_id, {BUILD_TAG: build_id})
        hidden = self._hidden(build_id)
        words = None if hidden is None else words
        sentence = Redactor(hidden or ()).text(_sentence(words, build_id))

        def change(connection: Connection) -> bool:
            unchanged = _unchanged(connection, sight)
            if unchanged:
                deaths.record(connection, sight.preview, sentence, self.clock())
            return unchanged

        if self.ledger.write(change):
            log.warning("reaper.application_died", preview=sight.preview.id, build=build_id, cause=sentence)
            self._keep_log(build_id, words, sentence, hidden or ())

    def _hidden(self, build_id: str) -> tuple[Secret, ...] | None:
        """Values that no log may show; None when they can't be read: then nothing of its words is shown."""
        try:
            return self.ledger.read(lambda connection: hidden_of(connection, self.variables, build_id))
        except Refusal as refusal:
            log.warning("reaper.words_not_kept", build=build_id, error=str(refusal))
            return None

    def _keep_log(self, build_id: str, words: LastWords | None, sentence: str, hidden: Iterable[Secret]) -> None:
        if self.ledger.read(lambda connection: logs.count(connection, build_id)) > FULL:
            return
        with LogWriter(self.database, build_id, hidden, clock=self.clock) as kept:
            kept.line("── The application ended by itself; the last that it said:")
            for line in lines_of(words):
                kept.write(line + b"\n")
            kept.line(f"✗ {sentence}")

    def _well(self, sight: Sight) -> None:
        now = self.clock()

        def since(connection: Connection) -> float:
            return deaths.well_since(connection, sight.preview.id)

        def change(connection: Connection) -> None:
            deaths.forget(connection, sight.preview.id)
            previews.mark(connection, sight.preview)

        if sight.preview.deaths and now - self.ledger.read(since) >= deaths.HEALTH:
            self.ledger.write(change)

    def _plan_again(self, connection: Connection) -> None:
        """A restart that is wanted has a job; a lost one is asked for again."""
        wanted = select(preview_rows.c.id).where(preview_rows.c.revive_at > 0, preview_rows.c.life == "open")
        for preview_id in connection.execute(wanted).scalars().all():
            preview = previews.by_id(connection, preview_id)
            if preview is not None and not builds.unfinished(connection, preview_id):
                deaths.ask_revival(connection, preview, max(0.0, preview.revive_at - self.clock()))


def _sights(connection: Connection) -> list[Sight]:
    found = (
        select(preview_rows.c.id, routes.c.state)
        .join(routes, routes.c.preview_id == preview_rows.c.id)
        .where(preview_rows.c.life == "open", preview_rows.c.sandbox_id != "")
    )
    rows = connection.execute(found).all()
    return [sight for row in rows if (sight := _sight(connection, row.id, row.state)) is not None]


def _sight(connection: Connection, preview_id: str, route: str) -> Sight | None:
    preview = previews.by_id(connection, preview_id)
    if preview is None:
        return None
    serves = route == "serving" and preview.serving_build_id != ""
    busy = _is_busy(connection, preview_id)
    over = [build.id for build in builds.of_preview(connection, preview_id) if _is_over(build.state, busy=busy)]
    return Sight(preview, serves, busy, frozenset(over) - {preview.serving_build_id})


def _is_over(state: BuildState, *, busy: bool) -> bool:
    """What was ready and serves no more may still be answering its last requests while a job is at work."""
    return state.terminal and not (state is BuildState.READY and busy)


def _is_busy(connection: Connection, preview_id: str) -> bool:
    """A trial changes nothing of what serves; should that die meanwhile, the trial makes way for its restart."""
    mine = (jobs.is_live(job_rows), job_rows.c.order_key == f"preview:{preview_id}", job_rows.c.state == jobs.RUNNING)
    changing = job_rows.c.kind != JobKind.INSPECT.value
    return connection.execute(select(job_rows.c.id).where(*mine, changing).limit(1)).first() is not None


def _unchanged(connection: Connection, seen: Sight) -> bool:
    """Asked under the write lock: what was seen in the sandbox still says something about the preview."""
    route = select(routes.c.state).where(routes.c.preview_id == seen.preview.id)
    now = _sight(connection, seen.preview.id, connection.execute(route).scalar_one())
    return now is not None and now.serves and not now.busy and now.preview == seen.preview


def _was_just_rebuilt(connection: Connection, preview: Preview, now: float) -> bool:
    """True for a while after a build of our own wish: what takes its sandbox along each time isn't built for ever."""
    build = builds.by_id(connection, preview.serving_build_id)
    ours = build is not None and build.ask.startswith(LOST)
    return build is not None and ours and abs(now - (build.finished_at or 0.0)) < deaths.HEALTH


def _sentence(words: LastWords | None, build_id: str) -> str:
    if words is None:
        return "The application ended by itself; with which exit code isn't known."
    tail = [line.decode(errors="replace") for line in lines_of(words)]
    return f"{causes.ended_while_serving(words.finished, tail, folder_of(build_id)).sentence.rstrip('.')}."


def lines_of(words: LastWords | None) -> list[bytes]:
    """The end of what an application said."""
    return words.output.splitlines()[-LINES:] if words else []
