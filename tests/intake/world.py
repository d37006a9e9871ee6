"""A bot with SQL and a forge in memory: deliveries go in, rows and reports come out."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from engine.compose import reporters_of
from engine.domain.build import Build, BuildState
from engine.domain.job import Job, JobKind, JobState
from engine.domain.permission import Role
from engine.domain.preview import Preview
from engine.forge.clients import GitHubClients
from engine.forge.commits import Commits
from engine.forge.commits_github import GitHubCommits
from engine.forge.commits_memory import MemoryCommits
from engine.forge.github import GitHubForge
from engine.forge.memory import MemoryForge, MemoryRepository
from engine.forge.payload_models import PullRequest
from engine.forge.payload_values import pull_request_of
from engine.forge.port import Forge
from engine.intake import deliveries
from engine.intake.deliveries import StoredDelivery
from engine.intake.handler import IntakeHandler
from engine.reports.check_text import CheckRun
from engine.reports.comment_text import StickyComment
from engine.reports.deploy_render import RendersCommitComments, RendersDeployments, RendersDrifts, RendersGates
from engine.reports.links import Links
from engine.reports.memory import MemoryReporter
from engine.reports.port import Reporter
from engine.reports.render import RendersChecks, RendersComments, RendersReactions
from engine.reports.sender import Sender
from engine.reports.subjects import CHECK, COMMENT, COMMIT, DEPLOYMENT, DRIFT, GATE, REACTION
from engine.sandboxes.port import Upstream
from engine.settings import Settings, read_settings
from engine.store import asks, builds, inbox, logs, meta, previews, routes, schema, skips
from engine.store.asks import Ask
from engine.store.clock import ManualClock
from engine.store.database import Database
from engine.store.port import Delivery, Effects
from engine.store.skips import Skipped
from engine.variables.variables import variables_of
from engine.work.handler import Again, Done
from tests.databases import furnish
from tests.forge.payloads import INSTALLATION_ID, REPOSITORY_ID, SHA_A, SHA_C, a_pull_request, a_repository, in_bytes
from tests.intake.presses import APP_ID

PEM = "-----BEGIN RSA PRIVATE KEY-----\\nMA==\\n-----END RSA PRIVATE KEY-----"
GITHUB = {
    "GITHUB_APP_ID": str(APP_ID),
    "GITHUB_CLIENT_ID": "Iv1.1",
    "GITHUB_CLIENT_SECRET": "s" * 40,
    "GITHUB_PRIVATE_KEY": PEM,
    "GITHUB_WEBHOOK_SECRET": "a webhook secret of a test",
    "SLIPWAY_RELEASE_DRAIN_SECONDS": "0.01",
}
STAGES = (BuildState.STARTING, BuildState.SOURCE, BuildState.LAUNCHING, BuildState.READY)


class OurJob:
    """The lease side of a job that nobody else wants."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def check(self) -> None:
        """Nobody wants it to end."""

    def stop_wanted(self) -> str:
        """Nobody wants it to end."""
        return ""

    def note(self, effects: Effects) -> None:
        """Writes while the job goes on."""
        with self.database.write() as connection:
            effects(connection)


class World:
    """The bot's back room around one repository with its people."""

    def __init__(
        self,
        folder: Path,
        clients: GitHubClients | None = None,
        *,
        opened: Callable[[str], Database] = Database,
    ) -> None:
        """Everything in memory but SQL, which is `opened`, or, with `clients`, at a GitHub."""
        self.database = opened(f"sqlite:///{folder.absolute()}/slipway.sqlite3")
        furnish(self.database)
        with self.database.read() as connection:
            self.instance = meta.instance(connection)
        own = {"GITHUB_APP_ID": clients.app.app_id} if clients is not None else {}
        self.settings: Settings = read_settings({"DATA_DIR": str(folder)} | GITHUB | own)
        self.forge = MemoryForge()
        self.repository = MemoryRepository(str(a_repository()["full_name"]))
        self.repository.roles |= {"admin": Role.ADMIN, "writer": Role.WRITE, "reader": Role.READ}
        self.forge.repositories[REPOSITORY_ID] = self.repository
        forge: Forge = self.forge if clients is None else GitHubForge(clients)
        self.commits = MemoryCommits()
        self.history = self.commits.history(REPOSITORY_ID)
        self.history.add(SHA_C, branch="main")
        self.at: Commits = self.commits if clients is None else GitHubCommits(clients)
        self.handler = self.handler_with(forge)
        links = Links(self.settings)
        self.checks = MemoryReporter(RendersChecks(links))
        self.comments = MemoryReporter(RendersComments(links))
        self.reactions = MemoryReporter(RendersReactions())
        self.clock = ManualClock()
        self.gates = MemoryReporter(RendersGates(links))
        reporters: dict[str, Reporter] = {CHECK: self.checks, COMMENT: self.comments, REACTION: self.reactions}
        reporters |= {
            GATE: self.gates,
            DRIFT: MemoryReporter(RendersDrifts(links)),
            DEPLOYMENT: MemoryReporter(RendersDeployments(links)),
            COMMIT: MemoryReporter(RendersCommitComments(links)),
        }
        if clients is not None:
            reporters = reporters_of(clients, links)
        self.sender = Sender(self.database, reporters, self.clock, self.settings.intervals, self.clock.stopwatch)
        self._numbers = itertools.count(1)

    def handler_with(self, forge: Forge, commits: Commits | None = None) -> IntakeHandler:
        """The intake that asks `forge`, and `commits` where they are others than usual."""
        return IntakeHandler(self.database, forge, commits or self.at, variables_of(self.settings), self.settings)

    def at_github(self, number: int = 1, sha: str = SHA_A, **changes: Any) -> None:
        """What the forge answers about a pull request from now on."""
        told = PullRequest.model_validate(a_pull_request(number, sha, **changes))
        self.repository.pull_requests[number] = pull_request_of(told)

    def receive(self, name: str, payload: object) -> str:
        """A delivery is stored at the door; its key."""
        return self.receive_bytes(f"gh:{next(self._numbers)}", name, in_bytes(payload))

    def receive_bytes(self, key: str, name: str, body: bytes) -> str:
        """The same, of a body as it came."""
        with self.database.write() as connection:
            inbox.take(connection, [Delivery(key, "github", name, body, INSTALLATION_ID)])
        return key

    def run(self, key: str, attempts: int = 1) -> Done | Again:
        """The intake job of a delivery, with its last transaction."""
        outcome = self.handler.run(self.job(key, attempts), OurJob(self.database))
        if isinstance(outcome, Done):
            self.finish(outcome)
        return outcome

    def begin(self, key: str) -> Done:
        """The intake job of a delivery up to its last transaction, which `finish` does."""
        outcome = self.handler.run(self.job(key), OurJob(self.database))
        assert isinstance(outcome, Done)
        return outcome

    def finish(self, outcome: Done) -> None:
        """The transaction that ends a job."""
        with self.database.write() as connection:
            if outcome.effects is not None:
                outcome.effects(connection)

    def take_in(self, name: str, payload: object) -> StoredDelivery:
        """Receives and runs, a second time if that is asked for; the delivery afterwards."""
        key = self.receive(name, payload)
        outcome = self.run(key)
        if isinstance(outcome, Again):
            outcome = self.run(key, attempts=2)
        assert isinstance(outcome, Done), outcome
        assert outcome.state is JobState.DONE, outcome
        return self.delivery(key)

    def bury(self, key: str, error: str = "GitHub is away") -> None:
        """The job of a delivery is dead."""
        with self.database.write() as connection:
            self.handler.bury(self.job(key), error)(connection)

    def job(self, key: str, attempts: int = 1) -> Job:
        """The intake job of a delivery, claimed."""
        return Job(f"job_{key}", JobKind.INTAKE, INSTALLATION_ID, key, "", fence=1, attempts=attempts)

    def delivery(self, key: str) -> StoredDelivery:
        """The inbox's row."""
        with self.database.read() as connection:
            found = deliveries.read(connection, key)
        assert found is not None
        return found

    def ask(self, key: str) -> Ask:
        """The ask of a delivery."""
        with self.database.read() as connection:
            found = asks.by_delivery(connection, key.removeprefix("gh:"))
        assert found is not None
        return found

    def find_preview(self, number: int = 1) -> Preview | None:
        """The preview of a pull request, if it has one."""
        with self.database.read() as connection:
            return previews.by_pull_request(connection, REPOSITORY_ID, number)

    def preview(self, number: int = 1) -> Preview:
        """The preview of a pull request that has one."""
        found = self.find_preview(number)
        assert found is not None
        return found

    def builds(self, number: int = 1) -> list[Build]:
        """Every build of a pull request, newest first."""
        preview = self.find_preview(number)
        with self.database.read() as connection:
            return builds.of_preview(connection, preview.id) if preview else []

    def skipped(self, sha: str = SHA_A) -> Skipped:
        """Why a commit was not built that wasn't."""
        with self.database.read() as connection:
            found = skips.of_commit(connection, REPOSITORY_ID, sha)
        assert found is not None
        return found

    def stop_preview(self, number: int = 1) -> None:
        """What `/preview stop` does."""
        with self.database.write() as connection:
            previews.end(connection, self.preview(number), "stopped", 2000.0)

    def any_preview(self) -> Preview:
        """The only preview there is."""
        with self.database.read() as connection:
            (preview_id,) = connection.execute(select(schema.previews.c.id)).scalars().all()
            found = previews.by_id(connection, preview_id)
        assert found is not None
        return found

    def build_goes_well(self, preview: Preview | None = None) -> None:
        """The newest build of a preview (the first pull request's) becomes ready and answers on the link."""
        preview = preview or self.preview()
        with self.database.write() as connection:
            build = builds.newest(connection, preview)
            assert build is not None, "there is a build to go well"
            for after, state in enumerate(STAGES, 1):
                builds.advance(connection, build.id, state, state.value, build.created_at + after)
            routes.serve(connection, preview, build.id, Upstream("unix:/x"), build.created_at + 9)

    def build_fails(self, cause: str, fix: str = "", number: int = 1) -> None:
        """The newest build of a pull request fails."""
        build = self.builds(number)[0]
        with self.database.write() as connection:
            builds.advance(connection, build.id, BuildState.LAUNCHING, "Launching", build.created_at + 1)
            builds.advance(
                connection, build.id, BuildState.FAILED, "Failed", build.created_at + 2, cause=cause, fix=fix
            )

    def build_runs(self, number: int = 1) -> Build:
        """A worker has begun with the newest build of a pull request."""
        build = self.builds(number)[0]
        with self.database.write() as connection:
            builds.advance(connection, build.id, BuildState.DEPENDENCIES, "Installing", build.created_at + 1)
        return self.builds(number)[0]

    def build_ends(self, build: Build, state: BuildState, message: str) -> None:
        """Its worker, or whoever proves its end, says that it is over."""
        with self.database.write() as connection:
            builds.advance(connection, build.id, state, message, build.created_at + 2)

    def jobs(self, kind: JobKind) -> list[str]:
        """The subjects of the jobs of a kind that wait."""
        with self.database.read() as connection:
            mine = select(schema.jobs.c.subject).where(schema.jobs.c.kind == kind, schema.jobs.c.state == "pending")
            return list(connection.execute(mine).scalars())

    def write_log(self, build: Build, *lines: str) -> None:
        """Lines of a build's log."""
        with self.database.write() as connection:
            logs.append(connection, build.id, lines, build.created_at)

    def comment_shows(self) -> str:
        """The one comment, once everything due was mirrored."""
        self.send()
        (shown,) = self.comments.shown.values()
        assert isinstance(shown, StickyComment)
        return shown.body

    def check_shows(self, sha: str = SHA_A) -> CheckRun:
        """The check run of a commit, once everything due was mirrored."""
        self.send()
        shown = self.checks.shown[f"check:{REPOSITORY_ID}:{sha}"]
        assert isinstance(shown, CheckRun)
        return shown

    def send(self) -> int:
        """What is due is mirrored; how many subjects."""
        return self.sender.send_due()

    def close(self) -> None:
        """Closes SQL."""
        self.database.close()
