"""What a pull request is compared with: the head of its base branch, looked at once."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from engine.domain.inspection import Inspection
from engine.errors import Denied, Gone, StageFailed
from engine.forge.commits import Commits
from engine.forge.port import CloneCredentials
from engine.readiness.looking import facts_of, look
from engine.readiness.target import InspectionTarget
from engine.readiness.whole_tree import whole
from engine.scan.stored import StoredScans
from engine.source.mirrors import GitMirrors, Wanted
from engine.store import inspections
from engine.store.database import Database
from engine.store.inspections import BaseSeen
from engine.work.handler import Running

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Bases:
    """Looks at the commits that others are compared with: their files and a scan, nothing is run."""

    database: Database
    commits: Commits
    source: GitMirrors
    scans: StoredScans
    #: Seconds after which what was seen of a commit that only serves as a base is seen anew (`intervals.scan_age`).
    age: float
    #: Unix seconds.
    clock: Callable[[], float] = field(default=time.time)

    def base_of(self, target: InspectionTarget, credentials: CloneCredentials, running: Running) -> str:
        """The commit to compare with, whose inspection is stored; empty: there is none. Raises Unreachable, LeaseLost.

        A base that can't be read keeps nobody from looking at the head: then all of it counts as added.
        """
        if not target.base_branch:
            return ""
        try:
            found = self.commits.resolve(target.repository.ref, f"refs/heads/{target.base_branch}")
            if found is None or found.sha == target.inspection.sha:
                return ""
            if not self._is_known(target, found.sha):
                self._look(target, found.sha, credentials, running)
        except (StageFailed, Denied, Gone) as error:
            log.warning("inspection.no_base", inspection=target.inspection.id, error=str(error))
            return ""
        return found.sha

    def _is_known(self, target: InspectionTarget, sha: str) -> bool:
        with self.database.read() as connection:
            known = inspections.of_commit(connection, target.repository.id, 0, sha)
        return known is not None and bool(known.inspected) and not self._is_old(known)

    def _is_old(self, known: Inspection) -> bool:
        """What is told of is looked at anew when somebody asks, not on the way."""
        return not known.reported and self.clock() - (known.finished_at or 0.0) >= self.age

    def _look(self, target: InspectionTarget, sha: str, credentials: CloneCredentials, running: Running) -> None:
        wanted = Wanted(target.repository.id, sha, (f"refs/heads/{target.base_branch}",))
        snapshot = self.source.snapshot(wanted, credentials)
        scan = self.scans.scan_of(target.repository.ref, sha, lambda: snapshot)
        running.check()
        inspected = look(sha, facts_of(whole(snapshot), scan=scan))
        seen = BaseSeen(target.repository.installation_id, target.repository.id, sha, inspected.json())
        running.note(lambda connection: inspections.keep_base(connection, seen, self.clock()))
