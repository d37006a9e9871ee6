"""Environments and releases of a small world, as the desk and the deploy job would have left them."""

import time
from dataclasses import replace

from engine.deploy.asks import NewVariable
from engine.domain.environment import Environment
from engine.domain.gate import Gate, GateKind
from engine.domain.release import DeployState, Release, ReleaseKind, Waiting
from engine.errors import Cause
from engine.project.environments import Rules
from engine.sandboxes.port import Upstream
from engine.settings import Intervals, Secret
from engine.store import environments, gates, locks, logs, releases
from engine.store.environments import Named
from engine.store.gates import NewGate
from engine.variables.variables import Variables
from tests.access.world import INSTALLATION, SHOP, World

WAY = (DeployState.SECURITY_SCANNING, DeployState.BUILDING, DeployState.DEPLOYING, DeployState.DEPLOYED)
WORDS = {
    DeployState.SECURITY_SCANNING: "Not scanned: this Slipway has no scanner yet",
    DeployState.BUILDING: "Installing with uv from `uv.lock`",
    DeployState.DEPLOYING: "Starting beside the version before",
    DeployState.DEPLOYED: "Live: the public address answers with this release",
    DeployState.ROLLING_BACK: "Visitors go back to the version before",
    DeployState.ROLLED_BACK: "The version before serves",
}


class Deploys:
    """What happens in a world's environments; time goes on by some seconds with each step."""

    def __init__(self, world: World, began: float | None = None) -> None:
        self.world = world
        self.now = time.time() - 3600 if began is None else began

    def environment(self, name: str = "production", /, **rules: object) -> Environment:
        """An environment with these rules."""
        told = replace(Rules(name), **rules)  # type: ignore[arg-type]
        named = Named(name, told.target, told.access, told.json())
        with self.world.database.write() as connection:
            return environments.ensure(
                connection,
                installation_id=INSTALLATION,
                repository_id=SHOP.id,
                full_name=SHOP.full_name,
                named=named,
                now=self.now,
            )

    def ask(self, environment: Environment, sha: str = "a" * 40, /, **more: object) -> Release:
        """A release that was asked for and waits for a worker."""
        new = releases.NewRelease(
            environment=environment,
            kind=ReleaseKind.DEPLOY,
            sha=sha,
            ref="refs/heads/main",
            requested_by="writer",
            door="comment",
            ask=f"delivery-{self._tick()}",
            variables_version=0,
            configuration="{}",
            approvals_needed=0,
        )
        with self.world.database.write() as connection:
            return releases.ask(connection, replace(new, **more), self.now)  # type: ignore[arg-type]

    def move(self, release: Release, *states: DeployState, cause: Cause | None = None, seconds: float = 4.2) -> Release:
        """The release goes through these states."""
        for state in states:
            self._tick(seconds)
            with self.world.database.write() as connection:
                said = cause.sentence if cause is not None and state.terminal else WORDS.get(state, state.value)
                told = cause if state.terminal else None
                release = releases.advance(connection, release.id, state, said, self.now, cause=told)
        return release

    def serve(self, environment: Environment, sha: str = "a" * 40, /, **more: object) -> Release:
        """A release that was deployed and serves."""
        release = self.move(self.ask(environment, sha, **more), *WAY)
        with self.world.database.write() as connection:
            now = environments.by_id(connection, environment.id)
            assert now is not None
            environments.serve(connection, now, release.id, Upstream("tcp:127.0.0.1:1"), 9000, self.now)
        return release

    def await_approval(self, release: Release, needed: int = 1) -> Gate:
        """The release waits for somebody to approve it."""
        new = NewGate(INSTALLATION, SHOP.id, GateKind.DEPLOY, release.id, release.sha, release.requested_by, needed)
        with self.world.database.write() as connection:
            gate = gates.ensure(connection, new, self.now)
            releases.wait_for(connection, release.id, Waiting.APPROVAL, "Waiting for 1 approval", self.now)
        return gate

    def lock(self, environment: Environment, login: str, reason: str) -> None:
        """Somebody locks it, or waits in line."""
        with self.world.database.write() as connection:
            at = locks.times(connection, Intervals(), self.now)
            locks.take_for_person(connection, environment.id, login, reason, at)

    def hold(self, environment: Environment, why: str, by: str) -> None:
        """Automatic deploys wait."""
        with self.world.database.write() as connection:
            environments.hold(connection, environment, why, by, self.now)

    def log(self, release: Release, *lines: str) -> None:
        """Lines in its log."""
        with self.world.database.write() as connection:
            logs.append(connection, release.id, lines, self.now)

    def set(self, environment: Environment, kept: Variables, key: str, value: str, *, is_secret: bool = True) -> None:
        """A variable."""
        with self.world.database.write() as connection:
            now = environments.by_id(connection, environment.id)
            assert now is not None
            kept.set(connection, now, [NewVariable(key, Secret(value), is_secret)], "writer", self.now)

    def current(self, release: Release) -> Release:
        """The release as it is now."""
        with self.world.database.read() as connection:
            return releases.known_by(connection, release.id)

    def _tick(self, seconds: float = 2.0) -> int:
        self.now += seconds
        return round(self.now * 1000)
