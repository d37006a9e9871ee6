"""A repository in which commands are tried, and what may have happened in it before."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.deploy.asks import NewVariable
from engine.domain.build import BuildState
from engine.domain.event import Repository
from engine.domain.release import DeployState, Release
from engine.forge.memory import MemoryRepository
from engine.sandboxes.port import Upstream
from engine.settings import Secret
from engine.store import asks, builds, environments, logs, previews, releases, routes
from engine.store.asks import Ask
from engine.store.database import Database
from engine.store.inspections import Wanted
from engine.variables.variables import Variables
from tests.forge.payloads import a_comment_event, in_bytes
from tests.intake.looking import looked

MAIN, HEAD = "c" * 40, "a" * 40
TWO = "environments: {staging: {checks: none}, production: {checks: none}}"
ORDER = "environments: {staging: {checks: none}, production: {checks: none, after: staging}}"
APPROVED = "environments: {staging: {checks: none}, production: {checks: none, approvals: 1}}"
UPSTREAM = Upstream("tcp:127.0.0.1:1")


@dataclass
class Shop:
    """One repository."""

    database: Database
    held: MemoryRepository
    told: Repository
    #: (source, event, body) → the key of the delivery, which was worked on.
    deliver: Callable[[str, str, bytes], str]
    variables: Variables

    def __post_init__(self) -> None:
        self.configure(TWO)

    def configure(self, text: str) -> None:
        """`slipway.yml`, everywhere."""
        for place in ("main", MAIN, HEAD):
            self.held.files[place] = {"slipway.yml": text.encode()}

    def comment(self, body: str, login: str = "other") -> Ask:
        """Somebody comments on the pull request; the ask."""
        event = a_comment_event(body, login)
        event["repository"] |= {"id": self.told.id, "full_name": self.told.full_name}
        event["installation"] = {"id": self.held.installation_id}
        key = self.deliver("gh", "issue_comment", in_bytes(event))
        with self.database.read() as connection:
            found = asks.by_delivery(connection, key.removeprefix("gh:"))
        assert found is not None, key
        return found

    def building(self) -> None:
        """A build of the pull request is under way."""
        self.comment("/preview")
        self._advance(BuildState.STARTING)

    def ready(self) -> None:
        """The pull request's preview answers."""
        self.comment("/preview")
        self._advance(BuildState.STARTING, BuildState.LAUNCHING, BuildState.READY)

    def failed(self) -> None:
        """The build of the pull request has failed."""
        self.comment("/preview")
        self._advance(BuildState.STARTING, BuildState.FAILED)

    def inspected(self) -> None:
        """The head was looked at, and a Procfile can be written for it."""
        wanted = Wanted(self.held.installation_id, self.told.id, 1, HEAD)
        with self.database.write() as connection:
            looked(connection, "procfile", wanted=wanted)

    def closed(self) -> None:
        """The pull request is closed."""
        self.held.pull_requests[1] = replace(self.held.pull_requests[1], open=False)

    def waiting(self) -> None:
        """Another's deploy to production waits for an approval."""
        self.configure(APPROVED)
        self.comment("/deploy production main")

    def own(self) -> None:
        """The asker's own deploy waits."""
        self.configure(APPROVED)
        self.comment("/deploy production main", "writer")

    def deployed(self) -> None:
        """`main` serves in production."""
        self._serves(self.comment("/deploy production main"))

    def deployed_twice(self) -> None:
        """The pull request's head serves there, and before it `main` did."""
        self.deployed()
        self._serves(self.comment("/deploy production"))

    def on_its_way(self) -> None:
        """A deploy to production is under way."""
        self.comment("/deploy production main")

    def at_staging(self) -> None:
        """`main` serves in staging, which comes before production."""
        self.configure(ORDER)
        self._serves(self.comment("/deploy staging main"))

    def locked(self) -> None:
        """Another holds production."""
        self.comment("/lock production a sale")

    def held_by_asker(self) -> None:
        """The asker holds production."""
        self.comment("/lock production a sale", "writer")

    def valued(self) -> None:
        """Production has a variable, KEY."""
        self.deployed()
        with self.database.write() as connection:
            environment = environments.by_name(connection, self.told.id, "production")
            assert environment is not None
            value = NewVariable("KEY", Secret("a value"), is_secret=False)
            self.variables.set(connection, environment, [value], "other", 1000.0)

    def _advance(self, *states: BuildState) -> None:
        with self.database.write() as connection:
            preview = previews.by_pull_request(connection, self.told.id, 1)
            build = builds.newest(connection, preview) if preview is not None else None
            assert preview is not None
            assert build is not None
            for after, state in enumerate(states, 1):
                builds.advance(connection, build.id, state, state.value, build.created_at + after)
            logs.append(connection, build.id, ["a line"], build.created_at)
            if states[-1] is BuildState.READY:
                routes.serve(connection, preview, build.id, UPSTREAM, build.created_at + 9)

    def _serves(self, ask: Ask) -> Release:
        way = (DeployState.SECURITY_SCANNING, DeployState.BUILDING, DeployState.DEPLOYING, DeployState.DEPLOYED)
        with self.database.write() as connection:
            for after, state in enumerate(way, 1):
                releases.advance(connection, ask.release_id, state, state.value, ask.created_at + after)
            release = releases.known_by(connection, ask.release_id)
            environment = environments.by_id(connection, release.environment_id)
            assert environment is not None
            assert environments.serve(connection, environment, release.id, UPSTREAM, 3001, ask.created_at + 9)
        return release
