"""The loop `waiting`: lines move up when nobody tells them to, and what waits for time or checks goes on."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import Connection

from engine.deploy import automatic, turns
from engine.deploy.commit_facts import checks_of
from engine.deploy.onward import go_on
from engine.deploy.pushes import expected_of
from engine.deploy.rules.situation import Situation
from engine.deploy.rules.table import DEPLOYING, ending_of, obstacles_of
from engine.domain.environment import Environment
from engine.domain.gate import GateKind, GateState
from engine.domain.release import DeployState, Release, Waiting
from engine.forge.commits import Checks, Commits
from engine.forge.port import RepositoryRef
from engine.project.environments import NO_CHECKS, Rules, rules_of
from engine.settings import Intervals
from engine.store import branches, environments, gates, jobs, locks, releases, repositories
from engine.store.clock import clock_for
from engine.store.database import Database
from engine.wakeups.port import Wakeups

#: Seconds between two questions about the checks of one release.
CHECKS_EVERY = 15.0
#: Seconds after which a release that waits for anything but its turn is given up.
LONGEST_WAIT = 7 * 86_400.0


@dataclass(frozen=True)
class Answers:
    """What GitHub said of a commit's checks."""

    checks: Checks | None
    expected: tuple[str, ...] = ()


class WaitingReleases:
    """Looks at everything that waits. Safe to run twice."""

    def __init__(
        self,
        database: Database,
        commits: Commits,
        intervals: Intervals,
        *,
        wakeups: Wakeups | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._commits = commits
        self._intervals = intervals
        self._wakeups = wakeups
        self._clock = clock
        # When each release's checks were asked for last: only a matter of how often.
        self._asked: dict[str, float] = {}

    def beat(self) -> None:
        """Lines first, then everything that waits for something else."""
        with self._database.read() as connection:
            lines = locks.locked_environments(connection)
            pending = [each for each in releases.unfinished(connection) if each.state is DeployState.PENDING]
        self._asked = {each.id: self._asked[each.id] for each in pending if each.id in self._asked}
        for environment_id in lines:
            self._write(partial(self._move_up, environment_id))
        for release in pending:
            self._look_at(release)

    def _move_up(self, environment_id: str, connection: Connection) -> None:
        turns.move_up(connection, environment_id, locks.times(connection, self._intervals, self._clock()))

    def _look_at(self, release: Release) -> None:
        if release.stop_wanted:
            self._end_stopped(release)
        elif self._clock() - release.created_at > LONGEST_WAIT and release.waiting is not Waiting.TURN:
            self._write(partial(self._give_up, release.id))
        elif release.waiting is Waiting.APPROVAL:
            self._look_at_gate(release)
        elif release.waiting is not Waiting.TURN and release.automatic and not self._was_gated(release):
            self._look_at_automatic(release)
        elif release.waiting in (Waiting.TURN, Waiting.LOCK):
            self._write(partial(self._line_up_again, release.id))
        elif release.waiting is Waiting.WINDOW:
            self._write(partial(self._go_on, release.id))

    def _look_at_gate(self, release: Release) -> None:
        with self._database.read() as connection:
            shut = _is_shut(connection, release)
        if shut:
            self._write(partial(self._close, release.id))

    def _end_stopped(self, release: Release) -> None:
        """Its job may have ended before it heard of it."""
        with self._database.read() as connection:
            worked_on = locks.has_job(connection, release.id)
        if not worked_on:
            self._write(partial(self._stop, release.id))

    def _was_gated(self, release: Release) -> bool:
        with self._database.read() as connection:
            return _is_gated(connection, release)

    def _look_at_automatic(self, release: Release) -> None:
        """What SQL says comes first: GitHub is asked only when nothing else stands in the way."""
        with self._database.read() as connection:
            found = self._place(connection, release)
            if found is None or self._in_line(connection, release):
                return
            environment, rules, repository = found
            situation = self._situation(connection, release, environment, replace(rules, checks=NO_CHECKS), None)
            branch = branches.by_ref(connection, release.repository_id, release.ref)
        told = obstacles_of(situation, DEPLOYING)
        if (
            told
            and not ending_of(situation, told)
            and automatic.wait_of(told) == (release.waiting, release.status_message)
        ):
            return
        if told or rules.checks == NO_CHECKS:
            self._write(partial(self._resume, release.id, None))
        elif self._clock() - self._asked.get(release.id, 0.0) >= CHECKS_EVERY:
            self._asked[release.id] = self._clock()
            before = branch.before if branch is not None and branch.sha == release.sha else ""
            self._write(partial(self._resume, release.id, self._ask(repository, release, rules, before)))

    def _situation(
        self, connection: Connection, release: Release, environment: Environment, rules: Rules, checks: Checks | None
    ) -> Situation:
        times = locks.times(connection, self._intervals, self._clock())
        return automatic.situation_again(connection, release, environment, rules, checks, times)

    def _ask(self, repository: RepositoryRef, release: Release, rules: Rules, before: str) -> Answers:
        checks = checks_of(self._commits, repository, release.sha, rules)
        young = self._clock() - release.created_at < automatic.CHECKS_APPEAR
        expected = expected_of(self._commits, repository, before) if before and young else ()
        return Answers(checks, expected)

    def _resume(self, release_id: str, answers: Answers | None, connection: Connection) -> None:
        """Goes on by what SQL says now. Without answers about checks, only where something else stands in the way."""
        release = releases.known_by(connection, release_id)
        found = self._place(connection, release)
        if release.state is not DeployState.PENDING or release.stop_wanted or found is None:
            return
        if self._in_line(connection, release) or _is_gated(connection, release):
            return
        environment, rules, _ = found
        unasked = answers is None and rules.checks != NO_CHECKS
        own = replace(rules, checks=NO_CHECKS) if unasked else rules
        checks = None if answers is None else answers.checks
        situation = self._situation(connection, release, environment, own, checks)
        if unasked and not obstacles_of(situation, DEPLOYING):
            return
        expected = () if answers is None else answers.expected
        times = locks.times(connection, self._intervals, self._clock())
        automatic.resume(connection, release, situation, expected, times)

    def _go_on(self, release_id: str, connection: Connection) -> None:
        release = releases.known_by(connection, release_id)
        environment = environments.by_id(connection, release.environment_id)
        if environment is None or release.waiting is not Waiting.WINDOW or release.stop_wanted:
            return
        go_on(connection, release, environment, locks.times(connection, self._intervals, self._clock()))

    def _line_up_again(self, release_id: str, connection: Connection) -> None:
        """A place that was lost, with the job that came with it, is taken anew."""
        release = releases.known_by(connection, release_id)
        waits = release.state is DeployState.PENDING and release.waiting in (Waiting.TURN, Waiting.LOCK)
        if waits and not release.stop_wanted and not self._in_line(connection, release):
            turns.line_up(connection, release, locks.times(connection, self._intervals, self._clock()))

    def _stop(self, release_id: str, connection: Connection) -> None:
        release = releases.known_by(connection, release_id)
        if release.state is not DeployState.PENDING or locks.has_job(connection, release_id):
            return
        said = release.status_message.removesuffix("; ending what it started")
        releases.advance(connection, release_id, DeployState.CANCELLED, said, self._clock())
        turns.leave(connection, release, locks.times(connection, self._intervals, self._clock()))

    def _close(self, release_id: str, connection: Connection) -> None:
        release = releases.known_by(connection, release_id)
        if release.waiting is Waiting.APPROVAL and not release.stop_wanted and _is_shut(connection, release):
            releases.cancel(connection, release, "Nobody can approve it any more", self._clock())
            turns.leave(connection, release, locks.times(connection, self._intervals, self._clock()))

    def _give_up(self, release_id: str, connection: Connection) -> None:
        release = releases.known_by(connection, release_id)
        if release.state is not DeployState.PENDING or release.stop_wanted:
            return
        releases.cancel(connection, release, "It waited for a week, and nobody let it go on", self._clock())
        turns.leave(connection, release, locks.times(connection, self._intervals, self._clock()))

    def _in_line(self, connection: Connection, release: Release) -> bool:
        times = locks.times(connection, self._intervals, self._clock())
        return locks.of_release(connection, release, times) is not None

    def _place(self, connection: Connection, release: Release) -> tuple[Environment, Rules, RepositoryRef] | None:
        environment = environments.by_id(connection, release.environment_id)
        stored = repositories.by_id(connection, release.repository_id)
        if environment is None or stored is None or not stored.covered:
            return None
        repository = stored.ref
        return environment, rules_of(environment), repository

    def _write(self, change: Callable[[Connection], None]) -> None:
        with self._database.write() as connection:
            change(connection)
            wakes = jobs.wake_list(connection, clock_for(connection).now(connection))
        if self._wakeups is not None:
            for queue, job_ids in wakes.items():
                self._wakeups.wake(job_ids, queue)


def _is_shut(connection: Connection, release: Release) -> bool:
    """Its gate became void when the repository left us for a while, or its environment is retired."""
    gate = gates.newest_of(connection, GateKind.DEPLOY, release.id)
    environment = environments.by_id(connection, release.environment_id)
    return gate is None or gate.state is GateState.VOID or environment is None or environment.retired


def _is_gated(connection: Connection, release: Release) -> bool:
    """True once its gate was made: everything else was clear by then."""
    return gates.newest_of(connection, GateKind.DEPLOY, release.id) is not None
