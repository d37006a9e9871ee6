"""Locks: who alone may change an environment, and who waits in line. All of it needs a serial transaction.

A deploy always holds a place of its own: under its asker's lock it goes in just before that. What nobody renews frees
itself; whoever is next moves up.
"""

import secrets
import time
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from engine.domain.job import JobKind
from engine.domain.lock import Lock
from engine.domain.release import DeployState, Release
from engine.settings import Intervals
from engine.store import audit, generations
from engine.store.audit import Entry
from engine.store.clock import LONGEST_LEASE, Moment, clock_for
from engine.store.deploy_schema import environments, locks, releases
from engine.store.environments import DEPLOYS
from engine.store.jobs import is_live
from engine.store.releases import add_job, by_id
from engine.store.schema import jobs

#: The clock of a person's lease: Unix seconds.
WALL = "wall"
#: Leases of a job that a deploy's lock outlives.
LEASES = 3


@dataclass(frozen=True)
class LockTimes:
    """When locks are looked at, by both clocks, and how long they last."""

    #: Unix seconds.
    now: float
    moment: Moment
    #: Seconds: of a person's lock, and of a deploy's.
    person: float
    deploy: float


def times(connection: Connection, intervals: Intervals, now: float | None = None) -> LockTimes:
    """This moment, on the clocks of this database."""
    moment = clock_for(connection).now(connection)
    return LockTimes(time.time() if now is None else now, moment, intervals.lock, LEASES * intervals.lease)


def take_for_person(connection: Connection, environment_id: str, login: str, reason: str, at: LockTimes) -> Lock:
    """A place for a person, the last in line; who has one keeps it, for the whole time anew and with this reason."""
    mine = _of_person(connection, environment_id, login, at)
    if mine is not None:
        values = {"reason": reason or mine.reason, "clock": WALL, "lease_until": at.now + at.person}
        connection.execute(update(locks).where(locks.c.id == mine.id).values(**values))
        return _read(connection, mine.id, at)
    place = len(queue(connection, environment_id, at))
    return _enter(connection, environment_id, place, login, "", reason, at)


def take_for_release(connection: Connection, release: Release, at: LockTimes) -> Lock:
    """A place for a deploy: the last in line, or just before the lock of the person who asked for it."""
    line = queue(connection, release.environment_id, at)
    mine = next((each for each in line if each.release_id == release.id), None)
    if mine is not None:
        return mine
    asker = release.requested_by.lower()
    own = [each.place for each in line if each.by_person and each.holder.lower() == asker and not release.automatic]
    place = own[0] if own else len(line)
    for each in reversed(line[place:]):
        _move(connection, each, each.place + 1)
    reason = f"Deploying {release.name}"
    return _enter(connection, release.environment_id, place, release.requested_by, release.id, reason, at)


def take_over(connection: Connection, environment_id: str, login: str, reason: str, at: LockTimes) -> Lock | None:
    """The first person's lock in line is `login`'s from now on; None when no person holds one.

    A place that `login` waits at is given up for it. Whoever calls records it in the audit.
    """
    first = next((each for each in queue(connection, environment_id, at) if each.by_person), None)
    if first is None:
        return None
    waiting = _of_person(connection, environment_id, login, at)
    if waiting is not None and waiting.id != first.id:
        free(connection, waiting, at)
    values = {"holder": login, "reason": reason, "since": at.now, "clock": WALL, "lease_until": at.now + at.person}
    connection.execute(update(locks).where(locks.c.id == first.id).values(**values))
    generations.bump(connection, DEPLOYS)
    return _read(connection, first.id, at)


def renew(connection: Connection, release_id: str, at: LockTimes) -> bool:
    """A deploy's lease runs from now on anew; False when it doesn't hold the lock (any more)."""
    held = (locks.c.release_id == release_id, locks.c.place == 0)
    values = {"clock": at.moment.clock, "lease_until": at.moment.seconds + at.deploy}
    return bool(connection.execute(update(locks).where(*held).values(**values)).rowcount)


def free(connection: Connection, lock: Lock, at: LockTimes) -> None:
    """Gives a place up; all behind it move up by one. Who comes to hold the lock has a whole lease from now on, and a
    deploy its job.
    """
    connection.execute(delete(locks).where(locks.c.id == lock.id))
    for each in queue(connection, lock.environment_id, at):
        if each.place > lock.place:
            _move(connection, each, each.place - 1)
            if each.place == 1:
                _begin(connection, each, at)
    generations.bump(connection, DEPLOYS)


def free_release(connection: Connection, release: Release, at: LockTimes) -> bool:
    """Gives a deploy's place up; False when it had none."""
    mine = of_release(connection, release, at)
    if mine is not None:
        free(connection, mine, at)
    return mine is not None


def holder(connection: Connection, environment_id: str, at: LockTimes) -> Lock | None:
    """Who holds the lock; None when nobody does."""
    line = queue(connection, environment_id, at)
    return line[0] if line else None


def queue(connection: Connection, environment_id: str, at: LockTimes) -> list[Lock]:
    """Everybody in line, by place; the first holds the lock."""
    mine = select(locks).where(locks.c.environment_id == environment_id).order_by(locks.c.place)
    return [_lock(row, at) for row in connection.execute(mine).mappings()]


def of_release(connection: Connection, release: Release, at: LockTimes) -> Lock | None:
    """The place of a deploy; None when it has none."""
    line = queue(connection, release.environment_id, at)
    return next((each for each in line if each.release_id == release.id), None)


def locked_environments(connection: Connection) -> list[str]:
    """The ids of environments that somebody holds or waits for."""
    return list(
        connection.execute(select(locks.c.environment_id).distinct().order_by(locks.c.environment_id)).scalars()
    )


def promote(connection: Connection, environment_id: str, at: LockTimes) -> tuple[Lock, ...]:
    """Frees the places that are over, recorded in the audit, so that the next move up; answers with those freed."""
    freed = []
    for each in queue(connection, environment_id, at):
        why = _why_over(connection, each, at)
        if why:
            free(connection, _read(connection, each.id, at), at)
            _record(connection, each, why, at)
            freed.append(each)
    return tuple(freed)


def has_job(connection: Connection, release_id: str) -> bool:
    """True while a job of the deploy waits or runs."""
    mine = (is_live(jobs), jobs.c.subject == release_id, jobs.c.kind == JobKind.DEPLOY.value)
    return connection.execute(select(jobs.c.id).where(*mine).limit(1)).first() is not None


def _why_over(connection: Connection, lock: Lock, at: LockTimes) -> str:
    """Why the place is to be given up, in a few words; empty: it isn't."""
    if lock.by_person:
        return "its time was over" if lock.left <= 0 else ""
    state = connection.execute(select(releases.c.state).where(releases.c.id == lock.release_id)).scalar_one_or_none()
    if state is None or DeployState(state).terminal:
        return "its deploy is over"
    # One that waits for its turn has nothing to renew it; one whose job lives is taken up again by the next worker.
    if lock.place or lock.left > 0 or has_job(connection, lock.release_id):
        return ""
    return "nobody works on its deploy"


def _record(connection: Connection, lock: Lock, why: str, at: LockTimes) -> None:
    found = select(environments.c.installation_id).where(environments.c.id == lock.environment_id)
    entry = Entry(
        at=at.now,
        installation_id=connection.execute(found).scalar_one(),
        who=lock.holder,
        door="clock",
        did=f"lock freed: {why}",
        subject=lock.environment_id,
        sha="",
        outcome="done",
    )
    audit.record(connection, entry)


def _enter(
    connection: Connection, environment_id: str, place: int, holder: str, release_id: str, reason: str, at: LockTimes
) -> Lock:
    row = {"holder": holder, "release_id": release_id, "reason": reason, "since": at.now, "place": place}
    lock_id = f"lock_{secrets.token_hex(8)}"
    connection.execute(insert(locks).values(id=lock_id, environment_id=environment_id, **row, **_lease(release_id, at)))
    generations.bump(connection, DEPLOYS)
    return _read(connection, lock_id, at)


def _begin(connection: Connection, lock: Lock, at: LockTimes) -> None:
    """It holds the lock from now on; of a deploy, its job is asked for."""
    connection.execute(update(locks).where(locks.c.id == lock.id).values(**_lease(lock.release_id, at)))
    release = by_id(connection, lock.release_id) if lock.release_id else None
    if release is not None and release.state is DeployState.PENDING and not release.stop_wanted:
        add_job(connection, release, at.now)


def _lease(release_id: str, at: LockTimes) -> dict[str, object]:
    if release_id:
        return {"clock": at.moment.clock, "lease_until": at.moment.seconds + at.deploy}
    return {"clock": WALL, "lease_until": at.now + at.person}


def _move(connection: Connection, lock: Lock, place: int) -> None:
    connection.execute(update(locks).where(locks.c.id == lock.id).values(place=place))


def _of_person(connection: Connection, environment_id: str, login: str, at: LockTimes) -> Lock | None:
    line = queue(connection, environment_id, at)
    return next((each for each in line if each.by_person and each.holder.lower() == login.lower()), None)


def _read(connection: Connection, lock_id: str, at: LockTimes) -> Lock:
    return _lock(connection.execute(select(locks).where(locks.c.id == lock_id)).mappings().one(), at)


def _lock(row: RowMapping, at: LockTimes) -> Lock:
    names = ("id", "environment_id", "holder", "release_id", "reason", "since", "place")
    return Lock(**{name: row[name] for name in names}, left=_left(row["clock"], row["lease_until"], at))


def _left(clock: str, lease_until: float, at: LockTimes) -> float:
    """Seconds of a lease; none of one that another clock measured, or that was written before it was set back."""
    if clock == WALL:
        return max(0.0, lease_until - at.now)
    left = lease_until - at.moment.seconds
    return left if clock == at.moment.clock and 0 < left <= LONGEST_LEASE else 0.0
