"""A project that is deployed: what reports tell of, made by the store as the rooms that deploy make it."""

import itertools
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from engine.domain.environment import Environment
from engine.domain.event import Repository
from engine.domain.gate import Gate, GateKind, Vote, fork_subject
from engine.domain.release import DeployState, Release, ReleaseKind
from engine.errors import Cause
from engine.project.environments import Rules
from engine.sandboxes.port import Upstream
from engine.store import environments, gates, meta, releases, repositories
from engine.store.database import Database
from engine.store.environments import Named
from engine.store.gates import NewGate
from engine.store.releases import NewRelease

NOON = 1_795_230_240.0
SHOP = Repository(7, "acme/shop", "main", private=True, clone_url="https://example.com/acme/shop.git")
SHA_A, SHA_B, SHA_C = "a" * 40, "b" * 40, "c" * 40
BROKE = Cause("It exited with 1: @ada/team Closes #1 </details> (app.py:3)", "Mend it | and push.", "exited")
WAY = (DeployState.SECURITY_SCANNING, DeployState.BUILDING, DeployState.DEPLOYING)


class Project:
    """One repository with its environments; time goes by one second a step."""

    def __init__(self, database: Database, repository: Repository = SHOP, installation_id: int = 1) -> None:
        self.database = database
        self.repository = repository
        self.installation_id = installation_id
        self._seconds = itertools.count()
        self._asks = itertools.count(1)
        with database.write() as connection:
            meta.make_instance(connection)
            repositories.record(connection, installation_id, repository, self.now())

    def now(self) -> float:
        """The next second."""
        return NOON + next(self._seconds)

    def environment(self, name: str = "production", **rules: Any) -> Environment:
        """An environment that slipway.yml names with these rules, as it is now."""
        named = Named(name, "local", "public", Rules(name, **rules).json())
        with self.database.write() as connection:
            return environments.ensure(
                connection,
                installation_id=self.installation_id,
                repository_id=self.repository.id,
                full_name=self.repository.full_name,
                named=named,
                now=self.now(),
            )

    def release(self, environment: str = "production", **changes: Any) -> Release:
        """A deploy of main that ada asked for, pending."""
        new = NewRelease(
            environment=self.known(environment),
            kind=ReleaseKind.DEPLOY,
            sha=SHA_A,
            ref="refs/heads/main",
            requested_by="ada",
            door="comment",
            ask=f"gh:{next(self._asks)}",
            variables_version=0,
            configuration="{}",
            approvals_needed=0,
        )
        with self.database.write() as connection:
            return releases.ask(connection, replace(new, **changes), self.now())

    def pushed(self, environment: str = "production", **changes: Any) -> Release:
        """The same, by a push."""
        return self.release(environment, ask="", automatic=True, door="push", **changes)

    def known(self, environment: str) -> Environment:
        """An environment as it is now, made when it isn't there."""
        with self.database.read() as connection:
            found = environments.by_name(connection, self.repository.id, environment)
        return found or self.environment(environment)

    def move(self, release: Release, *states: DeployState, cause: Cause | None = None, message: str = "x") -> Release:
        """The release goes through these states."""
        for state in states:
            with self.database.write() as connection:
                release = releases.advance(connection, release.id, state, message, self.now(), cause=cause)
        return release

    def deploy(self, release: Release) -> Release:
        """It goes all the way and serves."""
        way = (DeployState.ROLLING_BACK,) if release.kind is ReleaseKind.ROLLBACK else WAY
        self.move(release, *way)
        self.serve(release)
        return self.move(release, DeployState.DEPLOYED)

    def serve(self, release: Release) -> None:
        """The pointer moves."""
        with self.database.write() as connection:
            environment = environments.by_id(connection, release.environment_id)
            assert environment is not None
            upstream = Upstream("tcp:127.0.0.1:3000")
            assert environments.serve(connection, environment, release.id, upstream, 3000, self.now())

    def die(self, environment: str, why: str) -> None:
        """What serves died so often that it stays down."""
        known = self.known(environment)
        with self.database.write() as connection:
            environments.record_death(connection, known, why, 0.0)
            environments.fall_silent(connection, known, "down", self.now())
            releases.say(connection, known.release_id, why)

    def end(self, environment: str) -> None:
        """Nothing of it serves any more."""
        with self.database.write() as connection:
            environments.serve_nothing(connection, self.known(environment), "", "removed", self.now())

    def fail(self, release: Release, cause: Cause = BROKE) -> Release:
        """It breaks before the switch."""
        return self.move(self.move(release, *WAY), DeployState.FAILED, cause=cause)

    def roll_back(self, release: Release, to: Release) -> Release:
        """A rollback leaves `release`."""
        back = self.deploy(self.release(kind=ReleaseKind.ROLLBACK, source_id=to.id, artifact=to.id, sha=to.sha))
        self.move(release, DeployState.ROLLED_BACK)
        return back

    def gate(self, release: Release, needed: int = 1) -> Gate:
        """A gate before it."""
        return self._gate(GateKind.DEPLOY, release.id, release.sha, "ada", needed)

    def fork_gate(self, number: int, sha: str) -> Gate:
        """A gate before a fork's commit."""
        return self._gate(GateKind.FORK, fork_subject(self.repository.id, number), sha, "stranger", 1)

    def vote(self, gate: Gate, login: str, *, approves: bool = True) -> Gate:
        """Somebody decides."""
        with self.database.write() as connection:
            return gates.vote(connection, self._fresh(connection, gate), Vote(login, approves, self.now()))

    def void(self, gate: Gate) -> Gate:
        """A push came."""
        with self.database.write() as connection:
            return gates.make_void(connection, self._fresh(connection, gate), self.now())

    def _fresh(self, connection: Connection, gate: Gate) -> Gate:
        found = gates.by_id(connection, gate.id)
        assert found is not None
        return found

    def _gate(self, kind: GateKind, subject: str, sha: str, asked_by: str, needed: int) -> Gate:
        new = NewGate(self.installation_id, self.repository.id, kind, subject, sha, asked_by, needed)
        with self.database.write() as connection:
            return gates.ensure(connection, new, self.now())
