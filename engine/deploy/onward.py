"""A release whose gate is open goes on: into line, or it waits for its window."""

from sqlalchemy import Connection

from engine.deploy import turns
from engine.deploy.making import line_told
from engine.deploy.outcome import Obstacle
from engine.deploy.rules.table import GOING_ON, GOING_ON_BACK, PASSING, obstacles_of
from engine.deploy.situations import of_release
from engine.domain.environment import Environment
from engine.domain.release import Release, ReleaseKind
from engine.project.environments import rules_of
from engine.store import locks, releases
from engine.store.locks import LockTimes


def go_on(connection: Connection, release: Release, environment: Environment, times: LockTimes) -> tuple[Obstacle, ...]:
    """Into line, or to wait for what passes by itself; what it waits for. What doesn't pass cancels it."""
    situation = of_release(connection, release, environment, rules_of(environment), times)
    told = obstacles_of(situation, GOING_ON_BACK if release.kind is ReleaseKind.ROLLBACK else GOING_ON)
    final = [each for each in told if each.reason not in PASSING]
    if final:
        releases.cancel(connection, release, final[0].sentence.rstrip("."), times.now)
        turns.leave(connection, release, times)
        return told
    if told:
        said = f"{told[0].sentence} {told[0].opener}".rstrip(".")
        releases.wait_for(connection, release.id, PASSING[told[0].reason], said, times.now)
        return told
    mine = turns.start(connection, release, times)
    return line_told(locks.queue(connection, environment.id, times), mine)
