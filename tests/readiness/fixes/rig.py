"""A repository, a database, a runner and a forge that can be written to: all that a fix needs, with nobody mocked."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import text

from engine.domain.event import Person, PullRequest, Repository
from engine.domain.inspection import Fix
from engine.domain.job import JobKind
from engine.domain.permission import Role
from engine.forge.memory import MemoryForge, MemoryRepository
from engine.forge.writing import Writing
from engine.forge.writing_memory import MemoryBranches, MemoryWriting
from engine.readiness.fix_handler import FixHandler
from engine.sandboxes.memory import MemorySandboxes
from engine.settings import read_settings
from engine.shell.real import RealShell
from engine.source.mirrors import GitMirrors
from engine.store import fixes, repositories
from engine.store.database import Database
from engine.store.sql import SqlStore
from engine.wakeups.memory import MemoryWakeups
from engine.work.runner import Runner
from tests.pipeline.acting import Actor
from tests.source.repositories import a_repository, commit

NOW = 1_700_000_000.0
APP = {
    "GITHUB_APP_ID": "1",
    "GITHUB_CLIENT_ID": "Iv1.x",
    "GITHUB_CLIENT_SECRET": "c" * 20,
    "GITHUB_PRIVATE_KEY": "-----BEGIN RSA PRIVATE KEY-----\\nMA==\\n-----END RSA PRIVATE KEY-----",
    "GITHUB_WEBHOOK_SECRET": "w" * 20,
}
FLASK = {"app.py": "from flask import Flask\napp = Flask(__name__)\n", "requirements.txt": "flask\ngunicorn\n"}


@dataclass
class Rig:
    """Repository 7 of installation 1, pull request 12 from the branch `topic`."""

    folder: Path
    database: Database
    forge: MemoryForge = field(default_factory=MemoryForge)

    def __post_init__(self) -> None:
        self.settings = read_settings(APP | {"DATA_DIR": str(self.folder)})
        self.origin = self.folder / "origin"
        self.held = MemoryRepository("acme/shop", clone_url=f"file://{self.origin}", roles={"octo": Role.WRITE})
        self.forge.repositories[7] = self.held
        self.writing = MemoryWriting(self.forge)
        self.sandboxes = MemorySandboxes(Actor(), self.folder)
        self.store = SqlStore(self.database, self.settings.intervals, wakeups=MemoryWakeups())
        self.head = self.push(FLASK)

    @property
    def branches(self) -> MemoryBranches:
        return self.writing.of(7)

    def push(self, files: dict[str, str]) -> str:
        """A commit of somebody's on the branch; its id."""
        exists = (self.origin / ".git").exists()
        sha = commit(self.origin, files) if exists else a_repository(self.origin, files)
        somebody = Person(1, "octo")
        known = self.held.pull_requests.get(12)
        made = PullRequest(12, "Topic", sha, "topic", 7, "main", somebody, draft=False, open=True, merged=False)
        self.held.pull_requests[12] = replace(known, head_sha=sha) if known else made
        self.writing.push(7, "topic", sha, {name: text.encode() for name, text in files.items()}, "change")
        with self.database.write() as connection:
            found = Repository(7, "acme/shop", "main", False, self.held.clone_url)
            repositories.record(connection, 1, found, NOW)
        return sha

    def change(self, **says: object) -> None:
        """The pull request is different from now on."""
        self.held.pull_requests[12] = replace(self.held.pull_requests[12], **says)  # type: ignore[arg-type]

    def ask(self, name: str = "procfile", **says: object) -> Fix:
        """Somebody asks for a fix of the head."""
        known = {"login": "octo", "account": 1, "delivery": "d-1", "sha": self.head}
        new = fixes.NewFix(**{"installation_id": 1, "repository_id": 7, "number": 12, "name": name, **known, **says})  # type: ignore[arg-type]
        with self.database.write() as connection:
            return fixes.ask(connection, new, NOW)

    def run(self, writing: Writing | None = None) -> Fix:
        """Runs every job, also those that were put off; how the fix stands."""
        source = GitMirrors(RealShell(), self.folder / "mirrors", extra_protocols=("file",))
        handler = FixHandler(
            self.database, self.forge, writing or self.writing, source, self.sandboxes, self.settings, lambda: NOW
        )
        runner = Runner(self.store, {JobKind.FIX: handler}, self.settings.intervals, "test")
        try:
            while runner.run_one(["work"]):
                with self.database.write() as connection:
                    connection.execute(text("UPDATE jobs SET due_at = 0 WHERE state = 'pending'"))
        finally:
            runner.close()
        return self.fix()

    def fix(self) -> Fix:
        """The newest fix."""
        with self.database.read() as connection:
            return fixes.newest(connection, 7, 12, 1)[0]

    def ours(self) -> list[str]:
        """The commits of fixes on the branch."""
        commits = self.branches.commits["topic"]
        return [sha for sha in commits if "Slipway-Fix" in self.held.messages[sha]]
