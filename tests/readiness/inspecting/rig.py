"""A rig that inspects: the pipeline's, with scans that are stored already and trials that are quick."""

import json
from dataclasses import dataclass, field

from sqlalchemy import text

from engine.domain.inspection import Inspection
from engine.domain.job import JobKind
from engine.forge.commits_memory import MemoryCommits
from engine.pipeline.build import BuildHandler
from engine.readiness.base import Bases
from engine.readiness.handler import InspectHandler
from engine.readiness.inspected import Inspected
from engine.readiness.trial.trials import Trials
from engine.sandboxes.memory import MemoryProcess, MemorySandboxes
from engine.scan.result import PartName, PartState, ScanPart, ScanResult
from engine.scan.scanner import Scanner
from engine.scan.stored import StoredScans, scan_json
from engine.shell.real import RealShell
from engine.source.mirrors import GitMirrors
from engine.store import inspections, scans
from engine.store.inspections import Wanted
from engine.store.scans import StoredScan
from engine.work.handler import Handler
from engine.work.runner import Runner
from tests.pipeline.rig import Rig

CLEAN = ScanResult(tuple(ScanPart(name, PartState.CLEAN) for name in PartName))


@dataclass
class InspectRig(Rig):
    """Repository 7 of installation 1, pull request 12, and its inspections."""

    commits: MemoryCommits = field(default_factory=MemoryCommits)
    #: Seconds between SIGTERM and SIGKILL of a trial.
    grace: float = 0.2

    def use(self, build_handler: BuildHandler) -> None:
        """Inspections are made too."""
        super().use(build_handler)
        mirrors = GitMirrors(RealShell(), self.folder / "mirrors", extra_protocols=("file",))
        stored = StoredScans(self.database, Scanner("http://127.0.0.1:9", self.folder / "scan"), 3600)
        trials = Trials(self.database, self.sandboxes, self.settings, grace=self.grace)
        bases = Bases(self.database, self.commits, mirrors, stored, 3600, self.time)
        self.inspect_handler = InspectHandler(self.database, self.forge, mirrors, stored, bases, trials, self.time)
        handlers: dict[JobKind, Handler] = {
            JobKind.BUILD: build_handler,
            JobKind.REMOVE: self.remove_handler,
            JobKind.CANCEL: self.cancel_handler,
            JobKind.REVIVE: self.revive_handler,
            JobKind.INSPECT: self.inspect_handler,
        }
        self.runner = Runner(self.store, handlers, self.settings.intervals, "test", heartbeat=self.heartbeat)

    def push(self, files: dict[str, str]) -> str:
        """A commit of the pull request that was scanned already."""
        sha = super().push(files)
        with self.database.write() as connection:
            scans.keep(connection, StoredScan(7, sha, 1, scan_json(CLEAN), conclusive=True, made_at=self.time()))
        return sha

    def want(self, sha: str, number: int = 12, asked_by: str = "octo") -> Inspection:
        """Asks for an inspection, as intake does."""
        with self.database.write() as connection:
            return inspections.ask(connection, Wanted(1, 7, number, sha, asked_by), self.time())

    def inspected(self, sha: str, number: int = 12) -> Inspected:
        """Asks, runs every job; what was seen."""
        self.want(sha, number)
        self.run()
        return self.seen(sha, number)

    def inspection(self, sha: str, number: int = 12) -> Inspection:
        """The inspection as it is."""
        with self.database.read() as connection:
            found = inspections.of_commit(connection, 7, number, sha)
        assert found is not None
        return found

    def seen(self, sha: str, number: int = 12) -> Inspected:
        """What was seen of a commit."""
        return Inspected.from_json(self.inspection(sha, number).inspected)

    def unseen(self, sha: str) -> dict[str, str]:
        """The rules that couldn't be looked at, and why."""
        return {each.rule: each.why for each in self.seen(sha).unseen}

    def found(self, sha: str) -> dict[str, str]:
        """The rules that are broken, and what was said last of each."""
        return {each.rule: each.message for each in self.seen(sha).findings}

    def living_jobs(self) -> list[tuple[str, str]]:
        """Kind and state of the jobs that aren't over."""
        with self.database.read() as connection:
            found = text("SELECT kind, state FROM jobs WHERE state IN ('pending', 'running') ORDER BY created_at")
            return [(str(row[0]), str(row[1])) for row in connection.execute(found)]

    def forget_jobs(self) -> None:
        """The database lost its jobs."""
        with self.database.write() as connection:
            connection.execute(text("DELETE FROM jobs"))

    def edit(self, inspection_id: str, **columns: object) -> None:
        """Changes a row by hand."""
        says = ", ".join(f"{name} = :{name}" for name in columns)
        with self.database.write() as connection:
            connection.execute(
                text(f"UPDATE inspections SET {says} WHERE id = :id"),
                columns | {"id": inspection_id},
            )

    def slipway_file(self, content: str) -> None:
        """What the default branch's slipway.yml says."""
        self.forge.repositories[7].files["main"] = {"slipway.yml": content.encode()}


def processes_of_trials(sandboxes: MemorySandboxes) -> list[MemoryProcess]:
    """What runs of trials in every sandbox."""
    running = [process for sandbox in sandboxes.living.values() for process in sandbox.running()]
    return [each for each in running if "SLIPWAY_TRIAL" in each.call.command.environment]


def waivers_of(inspection: Inspection) -> list[str]:
    """The rules that are waived."""
    return [each["rule"] for each in json.loads(inspection.waivers)]
