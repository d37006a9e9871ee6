"""Commit statuses."""

from collections.abc import Sequence
from dataclasses import dataclass

from playground.accounts import Account
from playground.faults.effects import record
from playground.hub import Hub
from playground.refusals import Invalid
from playground.repositories import Repository

STATES = ("error", "failure", "pending", "success")
MOST_PER_CONTEXT = 1000


@dataclass(frozen=True)
class Status:
    """What somebody says of a commit under one heading, the context."""

    id: int
    repository_id: int
    sha: str
    state: str
    context: str
    description: str | None
    target_url: str | None
    creator_id: int
    created_at: str


@dataclass(frozen=True)
class Verdict:
    """A status before it is stored."""

    state: str
    context: str
    description: str | None
    target_url: str | None


def store_status(hub: Hub, repository: Repository, sha: str, creator: Account, verdict: Verdict) -> Status:
    """Adds a status; GitHub takes a thousand for each commit and context."""
    with hub.database.writing():
        sql = "SELECT count(*) FROM statuses WHERE repository_id = ? AND sha = ? AND context = ?"
        if hub.database.scalar(sql, repository.id, sha, verdict.context) >= MOST_PER_CONTEXT:
            message = "This SHA and context has reached the maximum number of statuses."
            raise Invalid("Validation Failed", [{"resource": "Status", "code": "custom", "message": message}])
        now = hub.now()
        status_id = hub.database.insert(
            "statuses",
            repository_id=repository.id,
            sha=sha,
            state=verdict.state,
            context=verdict.context,
            description=verdict.description,
            target_url=verdict.target_url,
            creator_id=creator.id,
            created_at=now,
        )
        said = {"state": verdict.state, "context": verdict.context}
        record(hub, "status_created", repository, id=status_id, sha=sha, actor=creator.login, **said)
    return hub.database.all(Status, "SELECT * FROM statuses WHERE id = ?", status_id)[0]


def statuses_on(hub: Hub, repository: Repository, sha: str) -> list[Status]:
    """Every status of a commit, newest first."""
    sql = "SELECT * FROM statuses WHERE repository_id = ? AND sha = ? ORDER BY id DESC"
    return hub.database.all(Status, sql, repository.id, sha)


def latest_by_context(statuses: Sequence[Status]) -> list[Status]:
    """Of statuses listed newest first, the one that counts for each context."""
    newest: dict[str, Status] = {}
    for status in statuses:
        newest.setdefault(status.context.lower(), status)
    return list(newest.values())


def combined_state(latest: Sequence[Status]) -> str:
    """One word for all contexts together."""
    states = {status.state for status in latest}
    if states & {"error", "failure"}:
        return "failure"
    return "success" if states == {"success"} else "pending"
