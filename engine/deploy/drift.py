"""The loop `drift`: a branch's head that its environment doesn't serve for too long, without a reason, is said once."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection

from engine.deploy.pushes import void
from engine.domain.environment import Environment
from engine.domain.release import DeployState, Release
from engine.errors import OutsideError
from engine.forge.commits import Commits
from engine.forge.port import RepositoryRef
from engine.project.environments import rules_of
from engine.settings import Intervals
from engine.store import branches, drifts, environments, locks, releases, repositories
from engine.store.branches import Branch
from engine.store.database import Database

#: Seconds for which GitHub's reads may lag behind its own deliveries.
LAG = 60.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Watched:
    """An environment whose branch deploys by itself."""

    environment: Environment
    repository: RepositoryRef
    ref: str


class Drift:
    """Compares branch heads at GitHub with what serves. Safe to run twice."""

    def __init__(
        self,
        database: Database,
        commits: Commits,
        intervals: Intervals,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._commits = commits
        self._intervals = intervals
        self._clock = clock

    def beat(self) -> None:
        """Each environment once; what GitHub doesn't answer is asked in the next beat."""
        with self._database.read() as connection:
            watched = watched_of(connection)
        for each in watched:
            try:
                head = self._commits.resolve(each.repository, each.ref)
            except OutsideError as error:
                log.warning("drift.unread", environment=each.environment.id, why=str(error))
                continue
            if head is not None:
                with self._database.write() as connection:
                    self._compare(connection, each, head.sha)

    def _compare(self, connection: Connection, watched: Watched, head: str) -> None:
        now = self._clock()
        self._learn(connection, watched, head, now)
        environment = environments.by_id(connection, watched.environment.id)
        branch = branches.by_ref(connection, watched.repository.id, watched.ref)
        if environment is None or branch is None or branch.sha != head:
            return
        serving = releases.by_id(connection, environment.release_id)
        line = locks.queue(connection, environment.id, locks.times(connection, self._intervals, now))
        locked = any(each.by_person for each in line)
        tried = releases.of_environment(connection, environment.id)
        if serving is None or has_reason(environment, serving, head, locked=locked, tried=tried):
            drifts.end(connection, environment, now)
            return
        drifts.end(connection, environment, now, but=head)
        since = max(branch.moved_at, serving.finished_at or 0.0)
        if now - since >= self._intervals.drift_after:
            drifts.say(connection, environment, head, serving.sha, since, now)

    def _learn(self, connection: Connection, watched: Watched, head: str, now: float) -> None:
        """A push whose news got lost: what waits for an approval of the commit before is void by it too."""
        known = branches.by_ref(connection, watched.repository.id, watched.ref)
        if known is not None and (known.sha == head or _lags(known, head, now)):
            return
        before = "" if known is None else known.sha
        branches.record(connection, Branch(watched.repository.id, watched.ref, head, before, "", now))
        void(connection, watched.repository.id, watched.ref, head, "", locks.times(connection, self._intervals, now))


def _lags(known: Branch, head: str, now: float) -> bool:
    """True when GitHub's answer may be older than what it told us a moment ago."""
    return known.before == head and now - known.moved_at < LAG


def watched_of(connection: Connection) -> list[Watched]:
    """Environments that serve something and whose branch deploys by itself."""
    found = []
    for environment in environments.every(connection):
        ref = rules_of(environment).automatic_ref
        stored = repositories.by_id(connection, environment.repository_id)
        if ref and environment.release_id and not environment.retired and stored is not None and stored.covered:
            repository = stored.ref
            found.append(Watched(environment, repository, ref))
    return found


def has_reason(environment: Environment, serving: Release, head: str, *, locked: bool, tried: list[Release]) -> bool:
    """True when what serves is right, or everybody can see why it isn't. Pure.

    Somebody locked or held it; a deploy of that commit waits, runs, or was told to have ended badly.
    """
    if serving.sha == head or environment.hold or environment.retired or locked:
        return True
    of_head = [each for each in tried if each.sha == head and each.number > serving.number]
    return any(not each.state.terminal or each.state is not DeployState.DEPLOYED for each in of_head)
