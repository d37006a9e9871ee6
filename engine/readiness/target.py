"""What an inspection job is about, read in one go."""

from dataclasses import dataclass

from sqlalchemy import Connection

from engine.domain.gate import fork_subject
from engine.domain.inspection import Inspection
from engine.source.mirrors import Wanted
from engine.store import inspections, pull_requests, repositories
from engine.store.pull_requests import StoredPullRequest
from engine.store.repositories import StoredRepository


@dataclass(frozen=True)
class InspectionTarget:
    """An inspection, and where its commit is found."""

    inspection: Inspection
    repository: StoredRepository
    #: None: the commit by itself.
    pull_request: StoredPullRequest | None

    @property
    def fork(self) -> str:
        """The subject of the gate before a fork's pull request; empty: a branch of the repository itself."""
        if self.pull_request is None or not self.pull_request.fork:
            return ""
        return fork_subject(self.repository.id, self.pull_request.number)

    @property
    def wanted(self) -> Wanted:
        """The commit, and the refs that had it lately."""
        if self.pull_request is None:
            refs: tuple[str, ...] = (f"refs/heads/{self.repository.default_branch}",)
        else:
            refs = (f"refs/pull/{self.pull_request.number}/head",)
            if not self.pull_request.fork:
                refs += (f"refs/heads/{self.pull_request.head_ref}",)
        return Wanted(self.repository.id, self.inspection.sha, refs)

    @property
    def base_branch(self) -> str:
        """The branch whose head it is compared with; empty: with nothing."""
        return self.pull_request.base_ref if self.pull_request is not None else ""


def read_target(connection: Connection, inspection_id: str) -> InspectionTarget | None:
    """None when the inspection, its repository or its pull request is no longer known."""
    inspection = inspections.by_id(connection, inspection_id)
    repository = repositories.by_id(connection, inspection.repository_id) if inspection else None
    if inspection is None or repository is None:
        return None
    pull_request = pull_requests.by_number(connection, repository.id, inspection.number) if inspection.number else None
    if inspection.number and pull_request is None:
        return None
    return InspectionTarget(inspection, repository, pull_request)
