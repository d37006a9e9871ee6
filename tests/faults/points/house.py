"""Intake, deploy and build jobs over SQL, with a GitHub in memory and a git that notes which commit it is to get."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine.deploy.recheck import why_not
from engine.domain.environment import Environment
from engine.domain.job import Job, JobKind
from engine.domain.permission import Role
from engine.domain.release import Release
from engine.errors import Superseded, Unreachable
from engine.pipeline.build import BuildHandler
from engine.rollout.handler import DeployHandler, Tools
from engine.sandboxes.memory import MemorySandboxes
from engine.shell.port import Output
from engine.source.mirrors import GitMirrors
from engine.store import releases
from engine.store.asks import Ask
from engine.store.deploy_schema import gates as gate_rows
from engine.store.deploy_schema import releases as release_rows
from engine.targets.memory import MemoryTarget
from engine.variables.variables import variables_of
from engine.work.handler import Handler
from tests.faults.points.landing import Landing, Passing, PassingDatabase
from tests.forge.payloads import (
    FORK_ID,
    INSTALLATION_ID,
    SHA_A,
    SHA_B,
    SHA_C,
    a_comment_event,
    a_pull_request_event,
    a_push_event,
    an_account,
)
from tests.intake.world import OurJob, World
from tests.pipeline.acting import Actor

COMMIT = re.compile(r"\b([0-9a-f]{40})\b")


class Fetching:
    """The Shell port: notes which commits git is asked for, and has none of them."""

    def __init__(self) -> None:
        self.commits: set[str] = set()

    def run(
        self,
        argv: Sequence[str],
        *,
        folder: Path,
        environment: Mapping[str, str],
        timeout: float,
        limit: int = 1 << 30,
        stdin: bytes = b"",
    ) -> Output:
        """What an empty remote answers."""
        if "fetch" in argv:
            self.commits |= set(COMMIT.findall(" ".join(argv)))
        return Output(0 if "init" in argv else 128, b"", b"fatal: couldn't find remote ref")


class House:
    """One repository whose pull request is at SHA_A; main is at SHA_C. What lands, lands at one point of the way."""

    def __init__(self, folder: Path, at: int, slipway_yml: str, *, fork: bool = False) -> None:
        self.fork = fork
        self.landing = Landing(at)
        self.world = World(folder, opened=self._opened)
        self.world.repository.files["main"] = {"slipway.yml": slipway_yml.encode()}
        for sha, parent in ((SHA_A, SHA_C), (SHA_B, SHA_A)):
            self.world.history.add(sha, parent)
            self.world.repository.files[sha] = {"slipway.yml": slipway_yml.encode()}
        self.push(SHA_A)
        self.git = Fetching()
        self.sandboxes = MemorySandboxes(Actor(), folder)
        forge: Any = Passing(self.world.forge, self.landing)
        commits: Any = Passing(self.world.commits, self.landing)
        self.world.handler = self.world.handler_with(forge, commits)
        source = GitMirrors(self.git, folder / "mirrors")
        self.handlers: dict[JobKind, Handler] = {
            JobKind.BUILD: BuildHandler(self.world.database, forge, source, self.sandboxes, self.world.settings),
            JobKind.DEPLOY: DeployHandler(self._tools(forge, commits, source)),
        }

    def push(self, sha: str) -> None:
        """The pull request's branch is at `sha`, and both webhooks say so."""
        before = self.move(sha)
        plain = self.world.handler_with(self.world.forge)
        handler, self.world.handler = getattr(self.world, "handler", plain), plain
        if not self.fork:
            self.world.take_in("push", a_push_event("refs/heads/cart", before, sha))
        self.world.take_in("pull_request", a_pull_request_event("synchronize", "outsider", **self._pull_request(sha)))
        self.world.handler = handler

    def move(self, sha: str) -> str:
        """The branch is at `sha` at GitHub, and nobody says so; where it was."""
        before = self.world.history.refs.get("refs/heads/cart", "0" * 40)
        if not self.fork:
            self.world.history.refs["refs/heads/cart"] = sha
        self.world.at_github(sha=sha, **{k: v for k, v in self._pull_request(sha).items() if k != "sha"})
        return before

    def know_main(self) -> None:
        """A push told us where the default branch is."""
        handler, self.world.handler = self.world.handler, self.world.handler_with(self.world.forge)
        self.world.take_in("push", a_push_event("refs/heads/main", "0" * 40, SHA_C))
        self.world.handler = handler

    def gate_states(self) -> dict[str, str]:
        """Every gate's state, by its commit."""
        with self.world.database.read() as connection:
            return {row.sha: row.state for row in connection.execute(select(gate_rows))}

    def move_main(self, *, told: bool) -> None:
        """The default branch is at SHA_B; `told`: the webhook says so."""
        self.world.history.refs["refs/heads/main"] = SHA_B
        if told:
            handler, self.world.handler = self.world.handler, self.world.handler_with(self.world.forge)
            self.world.take_in("push", a_push_event("refs/heads/main", SHA_C, SHA_B))
            self.world.handler = handler

    def revoke(self) -> None:
        """Whoever asked may no longer write."""
        self.world.repository.roles["writer"] = Role.READ

    def say(self, body: str, sender: str = "writer") -> Ask:
        """A command, from its delivery to the end of its intake job; there are points on both sides of it too."""
        key = self.world.receive("issue_comment", a_comment_event(body, sender))
        self.landing.phase = body.split(maxsplit=1)[0]
        if not self.landing.passed:
            # What lands before the first comment was received was there to be seen.
            self.landing.begin()
        self.landing.point()
        done = self.world.begin(key)
        self.landing.point()
        self.world.finish(done)
        self.landing.point()
        return self.world.ask(key)

    def run(self, kind: JobKind) -> None:
        """The jobs of a kind, each up to the fetch and the refusal that it ends with."""
        self.landing.phase = "job"
        for subject in self.world.jobs(kind):
            self.landing.point()
            job = Job(f"job_{subject}", kind, INSTALLATION_ID, subject, "", fence=1, attempts=1)
            try:
                done = self.handlers[kind].run(job, OurJob(self.world.database))
            except (Superseded, Unreachable):
                continue
            effects = getattr(done, "effects", None)
            if effects is not None:
                with self.world.database.write() as connection:
                    effects(connection)

    def releases(self) -> list[Release]:
        """Every release."""
        with self.world.database.read() as connection:
            return [releases.known_by(connection, each) for each in connection.scalars(select(release_rows.c.id))]

    def close(self) -> None:
        """Ends what runs here."""
        for sandbox_id in list(self.sandboxes.living):
            self.sandboxes.kill(sandbox_id)
        self.world.close()

    def _opened(self, url: str) -> PassingDatabase:
        database = PassingDatabase(url)
        database.landing = self.landing
        return database

    def _pull_request(self, sha: str) -> dict[str, Any]:
        if not self.fork:
            return {"sha": sha}
        return {"sha": sha, "head": {"ref": "x", "sha": sha, "repo": {"id": FORK_ID}}, "user": an_account("outsider")}

    def _tools(self, forge: Any, commits: Any, source: GitMirrors) -> Tools:
        database, settings = self.world.database, self.world.settings
        return Tools(
            database=database,
            forge=forge,
            source=source,
            targets={"local": MemoryTarget(lambda files: "")},
            variables=variables_of(settings),
            settings=settings,
            proof=_never,
            recheck=lambda release: why_not(database, forge, commits, release),
        )


def _never(environment: Environment, release_id: str, path: str, check: Callable[[], None]) -> None:
    raise AssertionError("nothing is ever served here: git has no commit")
