"""The gates before forks' pull requests: one for each head, void as soon as it is the head no more (B14)."""

from sqlalchemy import Connection, delete, update

from engine.domain.gate import Gate, GateKind, GateState, fork_subject
from engine.store import builds, gates, previews, releases, repositories
from engine.store.deploy_schema import gates as gate_rows
from engine.store.deploy_schema import votes
from engine.store.gates import NewGate
from engine.store.pull_requests import StoredPullRequest


def follow_head(connection: Connection, pull_request: StoredPullRequest, now: float) -> None:
    """The gate of a fork's pull request is its newest head's: what was approved before is void, and what of it was
    still to be built ends. A closed pull request has none.
    """
    newest = gate_of(connection, pull_request.repository_id, pull_request.number)
    wanted = pull_request.head_sha if pull_request.fork and pull_request.open else ""
    if newest is not None and newest.sha != wanted and newest.state in (GateState.WAITING, GateState.APPROVED):
        gates.make_void(connection, newest, now)
        if wanted:
            _end_builds(connection, newest, pull_request, now)
    if wanted:
        _ensure(connection, pull_request, now)


def gate_of(connection: Connection, repository_id: int, number: int) -> Gate | None:
    """The newest gate of a pull request; None when it never came from a fork."""
    return gates.newest_of(connection, GateKind.FORK, fork_subject(repository_id, number))


def number_of(gate: Gate) -> int:
    """The pull request that a fork's gate stands before."""
    return int(gate.subject.rpartition(":")[2])


def _ensure(connection: Connection, pull_request: StoredPullRequest, now: float) -> None:
    repository = repositories.by_id(connection, pull_request.repository_id)
    if repository is None:
        return
    new = NewGate(
        installation_id=repository.installation_id,
        repository_id=repository.id,
        kind=GateKind.FORK,
        subject=fork_subject(repository.id, pull_request.number),
        sha=pull_request.head_sha,
        asked_by=pull_request.author,
        needed=1,
    )
    gate = gates.ensure(connection, new, now)
    if gate.state is GateState.VOID:
        _wait_anew(connection, gate, now)


def _wait_anew(connection: Connection, gate: Gate, now: float) -> None:
    """The branch was pushed back to a commit that it had before: whoever approved it then has to do so again."""
    connection.execute(delete(votes).where(votes.c.gate_id == gate.id))
    values = {"state": GateState.WAITING, "created_at": now, "decided_by": "", "decided_at": None}
    connection.execute(update(gate_rows).where(gate_rows.c.id == gate.id).values(**values))
    releases.mark_of_gate(connection, gate)


def _end_builds(connection: Connection, void: Gate, pull_request: StoredPullRequest, now: float) -> None:
    preview = previews.by_pull_request(connection, pull_request.repository_id, pull_request.number)
    if preview is not None:
        message = f"The approval of {void.sha[:7]} is void: {pull_request.head_sha[:7]} was pushed"
        builds.stop_unfinished(connection, preview.id, "superseded", message, now)
