"""What reports show of a gate, read from SQL at one moment. Pure reads."""

from dataclasses import dataclass

from sqlalchemy import Connection

from engine.domain.gate import Gate, GateKind
from engine.reports.release_view import ReleaseView, release_view
from engine.store import branches, gates, meta, pull_requests, repositories
from engine.store.repositories import StoredRepository


@dataclass(frozen=True)
class GateView:
    """All that there is to say about a gate."""

    #: This installation of Slipway.
    instance: str
    repository: StoredRepository
    gate: Gate
    #: The release behind it; None behind that of a fork.
    release: ReleaseView | None
    #: The fork's pull request; 0 for a release's.
    number: int
    #: Where a push has moved what was to be approved; empty: nowhere.
    moved_to: str


def gate_view(connection: Connection, repository_id: int, gate_id: str) -> GateView | None:
    """The gate as it stands; None when it isn't one of that repository's, or what is behind it is gone."""
    gate = gates.by_id(connection, gate_id)
    repository = repositories.by_id(connection, repository_id)
    if gate is None or repository is None or gate.repository_id != repository_id:
        return None
    instance = meta.instance(connection)
    if gate.kind is GateKind.FORK:
        number = int(gate.subject.rpartition(":")[2])
        known = pull_requests.by_number(connection, repository_id, number)
        head = known.head_sha if known else gate.sha
        return GateView(instance, repository, gate, None, number, _other(head, gate))
    release = release_view(connection, repository_id, gate.subject)
    if release is None:
        return None
    branch = branches.by_ref(connection, repository_id, release.release.ref)
    return GateView(instance, repository, gate, release, 0, _other(branch.sha if branch else gate.sha, gate))


def _other(sha: str, gate: Gate) -> str:
    return "" if sha == gate.sha else sha
