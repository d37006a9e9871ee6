"""Environments: a release that died is noticed and started again, one whose sandbox is gone is built again."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog
from sqlalchemy import Connection, select

from engine.domain.environment import Environment
from engine.domain.release import DeployState, Release
from engine.errors import Refusal, Unreachable
from engine.pipeline import causes
from engine.pipeline.revision import BUILD_TAG, folder_of
from engine.reaper.applications import FULL, PATIENCE, lines_of
from engine.reaper.handles import Handles, HostAway
from engine.reaper.ledger import Ledger
from engine.rollout import restarts
from engine.sandboxes.port import LastWords, Sandboxes, SandboxGone
from engine.settings import Secret
from engine.store import deaths, environments, jobs, logs, releases, timeline
from engine.store.database import Database
from engine.store.deploy_schema import environments as rows
from engine.store.log_writer import LogWriter
from engine.store.schema import jobs as job_rows
from engine.variables.variables import Variables

UNKNOWN_END = "The application ended by itself; with which exit code isn't known."

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Sight:
    """An environment as it stands before its sandbox is looked at."""

    environment: Environment
    release: Release
    #: The page of its route: `serving` while visitors are sent to the release.
    page: str
    #: A job of it works, so that what runs may change at any moment.
    busy: bool
    #: Releases of which nothing may run.
    over: frozenset[str]


@dataclass(frozen=True)
class Environments:
    """A part of the reaper. The sleeping rules of previews don't apply here."""

    database: Database
    ledger: Ledger
    sandboxes: Sandboxes
    handles: Handles
    variables: Variables
    clock: Callable[[], float] = field(default=time.time)

    def beat(self) -> None:
        """Looks at every environment that serves once. Raises HostAway, and goes on where it can."""
        if self.ledger.read(_silent):
            self.ledger.write(self._ask_again)
        sights = self.ledger.read(_sights)
        leftovers = self.ledger.read(_leftovers)
        homes = {sight.environment.sandbox_id for sight in sights}
        self.handles.keep_only(homes | {sandbox_id for sandbox_id, _ in leftovers})
        for sandbox_id, over in leftovers:
            self._clear(sandbox_id, over)
        away = 0
        for sight in sights:
            try:
                self._look(sight)
            except Unreachable as error:
                log.warning("reaper.no_answer", sandbox=sight.environment.sandbox_id, error=str(error))
                self.handles.drop(sight.environment.sandbox_id)
                away += 1
                if away >= PATIENCE:
                    raise HostAway(f"looking after {len(sights)} environments: {error}") from error
            else:
                away = 0

    def _clear(self, sandbox_id: str, over: frozenset[str]) -> None:
        try:
            ended = self.handles.get(sandbox_id).stop(lambda started: started.get(BUILD_TAG, "") in over, 0)
        except (SandboxGone, Unreachable):
            # The next deploy looks for its sandbox anyway.
            self.handles.drop(sandbox_id)
            return
        if ended:
            log.warning("reaper.ended_strays", sandbox=sandbox_id, processes=ended)

    def _look(self, sight: Sight) -> None:
        try:
            lives = self._lives(sight)
        except SandboxGone:
            self.handles.drop(sight.environment.sandbox_id)
            self._change(sight, lambda connection: self._lost(connection, sight))
            return
        if not lives:
            self._died(sight)
        elif sight.environment.deaths and not sight.busy:
            self._well(sight)

    def _lives(self, sight: Sight) -> bool:
        """True when the process that visitors are sent to runs; those of releases that are over are ended."""
        serving = (sight.release.id, str(sight.environment.port))
        found: list[bool] = []

        def unwanted(environment: Mapping[str, str]) -> bool:
            owner = environment.get(BUILD_TAG, "")
            found.append((owner, environment.get("PORT", "")) == serving)
            return owner in sight.over

        ended = self.handles.get(sight.environment.sandbox_id).stop(unwanted, 0)
        if ended:
            log.warning("reaper.ended_strays", environment=sight.environment.id, processes=ended)
        return any(found)

    def _change(self, sight: Sight, change: Callable[[Connection], None]) -> bool:
        """Writes, if what was seen in the sandbox still says something about the environment."""

        def guarded(connection: Connection) -> bool:
            now = _sight(connection, sight.environment.id)
            same = now is not None and now.environment == sight.environment and now.page == "serving" and not now.busy
            if same:
                change(connection)
            return same

        return sight.page == "serving" and not sight.busy and self.ledger.write(guarded)

    def _lost(self, connection: Connection, sight: Sight) -> None:
        now = self.clock()
        before = [each.at for each in timeline.of(connection, sight.release.id) if each.kind == restarts.LOST]
        log.warning("reaper.sandbox_lost", environment=sight.environment.id, sandbox=sight.environment.sandbox_id)
        if before and abs(now - before[-1]) < deaths.HEALTH:
            # What takes its sandbox along each time isn't built for ever.
            restarts.died(connection, sight.environment, sight.release, "Its sandbox ended with it.", now)
        else:
            restarts.lost(connection, sight.environment, now)

    def _died(self, sight: Sight) -> None:
        release = sight.release
        words = self.sandboxes.last_words(sight.environment.sandbox_id, {BUILD_TAG: release.id})
        sentence, lines = self._told(release, words)

        def change(connection: Connection) -> None:
            restarts.died(connection, sight.environment, release, sentence, self.clock())

        if self._change(sight, change):
            log.warning("reaper.release_died", environment=sight.environment.id, release=release.id)
            self._keep_log(release, lines, sentence)

    def _told(self, release: Release, words: LastWords | None) -> tuple[str, list[str]]:
        """The sentence and the lines of its end, with nothing in them that is to be hidden."""
        hidden = self._hidden(release)
        if words is None or hidden is None:
            return UNKNOWN_END, []
        with LogWriter(self.database, release.id, hidden, clock=self.clock, total_bytes=0) as cleaner:
            for line in lines_of(words):
                cleaner.write(line + b"\n")
            tail = cleaner.tail()
        cause = causes.ended_while_serving(words.finished, tail, folder_of(release.artifact))
        return f"{cause.sentence.rstrip('.')}.", tail

    def _hidden(self, release: Release) -> tuple[Secret, ...] | None:
        """Values that no log may show; None when they can't be read: then nothing of its words is shown."""
        try:
            return self.ledger.read(
                lambda connection: (
                    self.variables.bundle(connection, release.environment_id, release.variables_version).hidden
                )
            )
        except Refusal as refusal:
            log.warning("reaper.words_not_kept", release=release.id, error=str(refusal))
            return None

    def _keep_log(self, release: Release, lines: list[str], sentence: str) -> None:
        if self.ledger.read(lambda connection: logs.count(connection, release.id)) > FULL:
            return
        with LogWriter(self.database, release.id, clock=self.clock) as kept:
            kept.line("── The application ended by itself; the last that it said:")
            for line in lines:
                kept.line(line)
            kept.line(f"✗ {sentence}")

    def _well(self, sight: Sight) -> None:
        def since(connection: Connection) -> float:
            told = [each.at for each in timeline.of(connection, sight.release.id) if each.kind == deaths.RESTARTED]
            return told[-1] if told else 0.0

        def change(connection: Connection) -> None:
            environments.forget_deaths(connection, sight.environment)
            releases.say(connection, sight.release.id, f"{sight.release.name} serves")

        if self.clock() - self.ledger.read(since) >= deaths.HEALTH:
            self._change(sight, change)

    def _ask_again(self, connection: Connection) -> None:
        """What should serve and doesn't has a job, or gets one: jobs are lost with a database that is restored."""
        for environment in _silent(connection):
            restarts.ask_restart(connection, environment, max(0.0, environment.revive_at - self.clock()))


def _silent(connection: Connection) -> list[Environment]:
    """Environments that should be brought back and have no job that does."""
    found = [each for each in environments.every(connection) if each.release_id]
    waiting = [each for each in found if environments.page_of(connection, each) == "restarting"]
    return [each for each in waiting if not _jobs(connection, each.id)]


def _sights(connection: Connection) -> list[Sight]:
    wanted = select(rows.c.id).where(rows.c.release_id != "", rows.c.sandbox_id != "")
    found = (_sight(connection, each) for each in connection.execute(wanted).scalars().all())
    return [each for each in found if each is not None]


def _sight(connection: Connection, environment_id: str) -> Sight | None:
    environment = environments.by_id(connection, environment_id)
    release = releases.by_id(connection, environment.release_id) if environment else None
    if environment is None or release is None:
        return None
    living = _jobs(connection, environment_id)
    over = _over(connection, environment_id, busy=bool(living))
    page = environments.page_of(connection, environment)
    return Sight(environment, release, page, "running" in living, over - {release.id})


def _over(connection: Connection, environment_id: str, *, busy: bool) -> frozenset[str]:
    every = releases.of_environment(connection, environment_id)
    return frozenset(each.id for each in every if _is_over(each, busy=busy))


def _leftovers(connection: Connection) -> list[tuple[str, frozenset[str]]]:
    """Of environments that serve nothing and that no job works on: the sandbox, and releases that may have left
    something running there when their job was given up.
    """
    idle = select(rows.c.id, rows.c.sandbox_id).where(rows.c.release_id == "", rows.c.sandbox_id != "")
    found = [row for row in connection.execute(idle).all() if not _jobs(connection, row.id)]
    return [(row.sandbox_id, _over(connection, row.id, busy=False)) for row in found]


def _is_over(release: Release, *, busy: bool) -> bool:
    """What served may still be answering its last requests, or be gone back to, until the jobs are done."""
    served = release.state in (DeployState.DEPLOYED, DeployState.ROLLED_BACK, DeployState.FAILED)
    return release.state.terminal and not (served and busy)


def _jobs(connection: Connection, environment_id: str) -> list[str]:
    """The states of the environment's living jobs."""
    mine = (jobs.is_live(job_rows), job_rows.c.order_key == f"environment:{environment_id}")
    return list(connection.execute(select(job_rows.c.state).where(*mine)).scalars())
