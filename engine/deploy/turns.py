"""Whose turn it is: each release takes a place in its environment's line; in front, its job is asked for."""

from sqlalchemy import Connection

from engine.deploy.words import lock_told, release_name, who
from engine.domain.gate import GateKind, GateState
from engine.domain.lock import Lock
from engine.domain.release import DeployState, Release, ReleaseKind, Waiting
from engine.store import environments, gates, locks, releases
from engine.store.locks import LockTimes


def start(connection: Connection, release: Release, times: LockTimes) -> Lock:
    """Nothing else stands before the release: it takes its place. Going back holds automatic deploys from now on."""
    if release.kind is ReleaseKind.ROLLBACK:
        _hold(connection, release, times)
    return line_up(connection, release, times)


def line_up(connection: Connection, release: Release, times: LockTimes) -> Lock:
    """The release's place in line: in front its job is asked for, else it waits and says for whom. Safe to repeat.

    A job that finds that its release doesn't hold the lock (`place` isn't 0) ends without doing anything: another is
    asked for when its turn comes.
    """
    locks.promote(connection, release.environment_id, times)
    mine = locks.take_for_release(connection, release, times)
    _tell(connection, release, locks.queue(connection, release.environment_id, times), times)
    return mine


def leave(connection: Connection, release: Release, times: LockTimes) -> None:
    """The release is over, or waits for something else again: whoever is next comes to the front."""
    locks.free_release(connection, release, times)
    _close_gate(connection, release, times)
    move_up(connection, release.environment_id, times)


def move_up(connection: Connection, environment_id: str, times: LockTimes) -> tuple[Lock, ...]:
    """Frees what is over and tells everybody in line where they stand now; answers with the places that were freed."""
    freed = locks.promote(connection, environment_id, times)
    line = locks.queue(connection, environment_id, times)
    for each in line:
        release = releases.by_id(connection, each.release_id) if each.release_id else None
        if release is not None:
            _tell(connection, release, line, times)
    return freed


def place_told(line: list[Lock], mine: Lock) -> str:
    """Somebody's place, and who is before them."""
    first = next((each for each in line if each.by_person), line[0])
    before = lock_told(first).rstrip(".") if first.by_person else f"{first.reason} by {who(first.holder)} is before it"
    return f"Number {mine.place + 1} in line: {before}"


def _close_gate(connection: Connection, release: Release, times: LockTimes) -> None:
    """Nobody is asked to approve what is over."""
    gate = gates.newest_of(connection, GateKind.DEPLOY, release.id) if release.approvals_needed else None
    if gate is not None and gate.state is GateState.WAITING:
        gates.make_void(connection, gate, times.now)


def _tell(connection: Connection, release: Release, line: list[Lock], times: LockTimes) -> None:
    mine = next((each for each in line if each.release_id == release.id), None)
    if mine is None or release.state is not DeployState.PENDING or release.stop_wanted:
        return
    if mine.place == 0:
        releases.add_job(connection, release, times.now)
        return
    before = line[: mine.place]
    what = Waiting.LOCK if any(each.by_person for each in before) else Waiting.TURN
    releases.wait_for(connection, release.id, what, place_told(before, mine), times.now)


def _hold(connection: Connection, release: Release, times: LockTimes) -> None:
    """Whatever a push started and that waits would undo the rollback."""
    environment = environments.by_id(connection, release.environment_id)
    source = releases.by_id(connection, release.source_id)
    if environment is None or source is None:
        return
    why = f"Automatic deploys wait since {who(release.requested_by)} rolled back to `{source.name}`"
    environments.hold(connection, environment, why, release.requested_by, times.now)
    for each in releases.unfinished(connection, environment.id):
        if each.automatic and each.state is DeployState.PENDING:
            said = f"Not deployed: {who(release.requested_by)} goes back to {release_name(source)}"
            releases.cancel(connection, each, said, times.now)
            locks.free_release(connection, each, times)
            _close_gate(connection, each, times)
