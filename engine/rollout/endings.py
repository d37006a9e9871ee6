"""What is written when a deploy ends: everything in one transaction, so that no surface shows half of it."""

from dataclasses import dataclass

from sqlalchemy import Connection

from engine.deploy import turns
from engine.deploy.recheck import why_not_in_sql
from engine.domain.environment import Environment
from engine.domain.release import DeployState, Release, ReleaseKind, may_follow
from engine.errors import Cause, Superseded
from engine.rollout.obstacles import stop_for
from engine.rollout.restarts import ask_restart
from engine.sandboxes.port import Upstream
from engine.settings import Intervals
from engine.store import environments, locks, releases, timeline

#: Kinds of a release's timeline, beside its states.
SWITCHED, TAKEN_BACK = "switched", "taken_back"


@dataclass(frozen=True)
class Moved:
    """Where visitors are sent from now on."""

    environment: Environment
    release: Release
    upstream: Upstream
    port: int


def switch(connection: Connection, moved: Moved, now: float) -> None:
    """Visitors get the release from now on. Raises Superseded when its end is wanted, or another took the environment
    over; StageFailed when what was allowed at the start of the job isn't any more.
    """
    wanted = releases.known_by(connection, moved.release.id)
    if wanted.stop_wanted:
        # Its worker may not have heard of it yet; whoever asked was told that it ends.
        raise Superseded(f"serving {moved.release.name}: it was {wanted.stop_wanted} meanwhile")
    stop_for(why_not_in_sql(connection, wanted))
    if not environments.serve(connection, moved.environment, moved.release.id, moved.upstream, moved.port, now):
        raise Superseded(f"serving {moved.release.name}: another job has taken the environment over")
    timeline.add(connection, moved.release.id, SWITCHED, "Visitors get it; asking the public address", now)


def take_back(connection: Connection, moved: Moved, left: Release, now: float) -> None:
    """Visitors get `moved.release` again, which served before `left`. Raises Superseded."""
    if not environments.serve(connection, moved.environment, moved.release.id, moved.upstream, moved.port, now):
        raise Superseded(f"going back to {moved.release.name}: another job has taken the environment over")
    timeline.add(connection, left.id, TAKEN_BACK, f"Visitors get {moved.release.name} again", now)


def deployed(connection: Connection, release: Release, left: Release | None, intervals: Intervals, now: float) -> None:
    """It was seen at its public address. `left` served before: a rollback leaves it for good.

    Raises Superseded when its end is wanted: whoever asked was told that it ends.
    """
    seen = releases.known_by(connection, release.id)
    if seen.stop_wanted:
        raise Superseded(f"serving {release.name}: it was {seen.stop_wanted} meanwhile")
    started = seen.started_at or now
    message = f"{release.name} serves: {now - started:.1f} s after it was begun"
    releases.advance(connection, release.id, DeployState.DEPLOYED, message, now)
    if release.kind is ReleaseKind.ROLLBACK and left is not None and left.state is DeployState.DEPLOYED:
        words = f"Left for {release.name}, by {release.requested_by}"
        releases.advance(connection, left.id, DeployState.ROLLED_BACK, words, now)
    _free_lock(connection, release, intervals)


def ended(
    connection: Connection, release_id: str, state: DeployState, cause: Cause, intervals: Intervals, now: float
) -> None:
    """It never came to serve, or does no more. What served before serves on; if that is gone, it is brought back."""
    release = releases.known_by(connection, release_id)
    if not may_follow(release.state, state):
        return
    releases.advance(connection, release_id, state, cause.sentence, now, cause=cause)
    _free_lock(connection, release, intervals)
    environment = environments.by_id(connection, release.environment_id)
    if environment is None:
        return
    if not environment.release_id:
        environments.show(connection, environment, "waiting" if state is DeployState.CANCELLED else "failed", now)
    elif environments.page_of(connection, environment) != "serving":
        ask_restart(connection, environment)


def given_up(connection: Connection, release: Release, before: Release | None, now: float) -> None:
    """Visitors were sent to it and nobody will ask any more whether it is well: what served before is brought back."""
    environment = environments.by_id(connection, release.environment_id)
    if environment is None or environment.release_id != release.id:
        return
    page = "restarting" if before is not None else "failed"
    environments.serve_nothing(connection, environment, before.id if before else "", page, now)


def _free_lock(connection: Connection, release: Release, intervals: Intervals) -> None:
    turns.leave(connection, release, locks.times(connection, intervals))
