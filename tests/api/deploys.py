"""A project with environments for the API's tests: its history, its slipway.yml, and releases on their way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from engine.access import tokens
from engine.access.tokens import Scope
from engine.domain.environment import Environment
from engine.domain.permission import Role
from engine.domain.release import DeployState, Release
from engine.errors import Cause
from engine.sandboxes.port import Upstream
from engine.store import environments, logs, releases, repositories
from tests.access.world import SHOP
from tests.signin.client import Web

A, B, C = "a" * 40, "b" * 40, "c" * 40
BOTH = (Scope.READ, Scope.WRITE)
TWO = b"""
environments:
  staging: {}
  production:
    approvals: 1
    after: staging
"""
ONE = b"""
environments:
  production:
    checks: none
"""
WAY = (DeployState.SECURITY_SCANNING, DeployState.BUILDING, DeployState.DEPLOYING, DeployState.DEPLOYED)


@dataclass
class Deploys:
    """The project, and calls about it."""

    web: Web

    def __post_init__(self) -> None:
        world = self.web.world
        world.roles |= {"other": Role.WRITE}
        history = world.commits.history(SHOP.id)
        history.add(A, branch="main", title="First")
        self.write(ONE)

    def write(self, file: bytes) -> None:
        """slipway.yml, on the default branch and at every commit."""
        held = self.web.world.forge.repositories[SHOP.id]
        for place in ("main", A, B, C):
            held.files[place] = {"slipway.yml": file}

    def push(self, sha: str, *parents: str) -> None:
        """`main` moves on."""
        self.web.world.commits.history(SHOP.id).add(sha, *parents, branch="main", title=f"Commit {sha[:1]}")

    def key(self, login: str, *scopes: Scope, seconds: float = 600) -> dict[str, str]:
        """The header of somebody's token."""
        with self.web.world.database.write() as connection:
            token = tokens.mint(connection, login, scopes or BOTH, seconds, self.web.clock())
        return {"Authorization": f"Bearer {token}"}

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        by: str = "writer",
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """One call by somebody."""
        more: dict[str, Any] = {} if body is None else {"json": body}
        return self.web.client.request(method, path, headers=self.key(by) | dict(headers or {}), **more)

    def ask(self, *, by: str = "writer", key: str = "", **more: object) -> httpx.Response:
        """`POST /api/deployments`."""
        body = {"repository": "acme/shop"} | more
        return self.call("POST", "/api/deployments", body, by=by, headers={"Idempotency-Key": key} if key else None)

    def advance(self, release_id: str, *states: DeployState) -> None:
        """What the deploy job does."""
        with self.web.world.database.write() as connection:
            for state in states:
                releases.advance(connection, release_id, state, f"It is {state}", self.web.clock())

    def fail(self, release_id: str) -> None:
        """Its application never listened."""
        cause = Cause("Nothing listened.", "Listen on $PORT.", "nothing_listening")
        with self.web.world.database.write() as connection:
            releases.advance(connection, release_id, DeployState.FAILED, "It failed", self.web.clock(), cause=cause)

    def uncover(self) -> None:
        """The GitHub App no longer covers the repository."""
        with self.web.world.database.write() as connection:
            repositories.remove(connection, SHOP.id, "taken away", self.web.clock())

    def serve(self, release_id: str) -> None:
        """Brings a release to its end: it serves."""
        self.web.clock.at += 60
        self.finish(release_id, *WAY)

    def finish(self, release_id: str, *states: DeployState) -> None:
        """Brings a release through the last states, and visitors to it."""
        self.advance(release_id, *states)
        with self.web.world.database.write() as connection:
            release = releases.known_by(connection, release_id)
            environment = environments.by_id(connection, release.environment_id)
            assert environment is not None
            upstream = Upstream("tcp:127.0.0.1:1")
            assert environments.serve(connection, environment, release_id, upstream, 3001, self.web.clock())

    def served(self, sha: str = A, environment: str = "production", env_vars: Sequence[object] = ()) -> str:
        """A commit of `main` that was asked for and serves; its deployment's id."""
        self.push(sha, *([A] if sha != A else []))
        answer = self.ask(ref=sha, environment=environment, env_vars=env_vars)
        assert answer.status_code == 201, answer.text
        release_id = str(answer.json()["id"])
        self.serve(release_id)
        return release_id

    def environment(self, name: str = "production") -> Environment:
        """As it is stored."""
        with self.web.world.database.read() as connection:
            found = environments.by_name(connection, SHOP.id, name)
        assert found is not None
        return found

    def releases(self) -> list[Release]:
        """All of them, newest first."""
        with self.web.world.database.read() as connection:
            return releases.of_repository(connection, SHOP.id, count=100)

    def log(self, release_id: str, *lines: str) -> None:
        """What its job says."""
        with self.web.world.database.write() as connection:
            logs.append(connection, release_id, lines, self.web.clock())


def code_of(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal, which always has a message."""
    error = answer.json()["error"]
    assert {"code", "message", "fix"} <= error.keys()
    assert error["message"]
    return answer.status_code, error["code"]
