"""An environment as it stands: what serves, what comes next, what is in the way. Pure reads of SQL at one moment."""

from dataclasses import dataclass

from sqlalchemy import Connection

from engine.deploy.known import ran_well
from engine.domain.environment import Environment
from engine.domain.gate import Gate, GateKind, GateState
from engine.domain.lock import Lock
from engine.domain.release import Release
from engine.project.environments import Rules, in_order, rules_of
from engine.settings import Intervals
from engine.store import drifts, environments, gates, locks, releases
from engine.store.drifts import StoredDrift
from engine.store.locks import LockTimes

#: Releases of an environment's history that are shown.
HISTORY = 20


@dataclass(frozen=True)
class Coming:
    """A release that isn't over, and the gate before it if somebody must open it."""

    release: Release
    gate: Gate | None

    @property
    def awaits_approval(self) -> bool:
        """True while somebody has to approve it."""
        return self.gate is not None and self.gate.state is GateState.WAITING

    def may_be_decided_by(self, login: str) -> bool:
        """True for everybody but whoever asked."""
        return self.gate is not None and self.awaits_approval and self.gate.asked_by.lower() != login.lower()


@dataclass(frozen=True)
class Standing:
    """All that there is to say about an environment."""

    environment: Environment
    rules: Rules
    #: What answers on its address; None while nothing was deployed.
    serving: Release | None
    #: Releases that aren't over, oldest first.
    coming: tuple[Coming, ...]
    #: Newest first.
    history: tuple[Release, ...]
    lock: Lock | None
    #: Who waits for the lock, in their order.
    line: tuple[Lock, ...]
    drift: StoredDrift | None

    def may_go_back_to(self, release: Release) -> bool:
        """True for what ran well before, and isn't what serves."""
        return self.serving is not None and ran_well(release, self.serving)


def standing(connection: Connection, environment: Environment, at: LockTimes) -> Standing:
    """The environment at this moment."""
    line = locks.queue(connection, environment.id, at)
    own = environment.release_id
    return Standing(
        environment=environment,
        rules=rules_of(environment),
        serving=releases.by_id(connection, own) if own else None,
        coming=tuple(coming(connection, each) for each in releases.unfinished(connection, environment.id)),
        history=tuple(releases.of_environment(connection, environment.id, HISTORY)),
        lock=line[0] if line else None,
        line=tuple(line[1:]),
        drift=drifts.open_of(connection, environment.id),
    )


def of_repository(connection: Connection, repository_id: int, intervals: Intervals) -> tuple[Standing, ...]:
    """Every environment of a repository, each behind the one that comes before it; retired ones last."""
    at = locks.times(connection, intervals)
    found = environments.of_repository(connection, repository_id)
    # What is retired goes once it serves nothing.
    shown = [each for each in found if not each.retired or each.release_id]
    return tuple(standing(connection, each, at) for each in in_order(shown))


def coming(connection: Connection, release: Release) -> Coming:
    """The release with its gate."""
    return Coming(release, gates.newest_of(connection, GateKind.DEPLOY, release.id))
