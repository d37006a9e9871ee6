"""A gate: what a person must open before something goes on, bound to one commit."""

from dataclasses import dataclass
from enum import StrEnum


class GateKind(StrEnum):
    """What stands behind a gate."""

    #: A release; the subject is its id.
    DEPLOY = "deploy"
    #: Anything of a fork's pull request; the subject is `fork:<repository id>:<number>`.
    FORK = "fork"


class GateState(StrEnum):
    """Where a gate stands. Only `waiting` may change, but an approved one can still become void."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    #: A push came: what was to be approved, or was, is no longer what would run.
    VOID = "void"


@dataclass(frozen=True)
class Vote:
    """What one person decided. Times are Unix seconds."""

    login: str
    approves: bool
    at: float


@dataclass(frozen=True)
class Gate:
    """A gate, as stored, with the votes that count."""

    id: str
    installation_id: int
    repository_id: int
    kind: GateKind
    subject: str
    sha: str
    state: GateState
    #: Who may not approve it: whoever asked for what is behind it.
    asked_by: str
    needed: int
    votes: tuple[Vote, ...]
    created_at: float
    decided_at: float | None

    @property
    def missing(self) -> int:
        """Approvals that are still needed."""
        return max(0, self.needed - sum(vote.approves for vote in self.votes))


def fork_subject(repository_id: int, number: int) -> str:
    """The subject of the gate before a fork's pull request."""
    return f"fork:{repository_id}:{number}"
