"""An inspection: one look at whether a commit is ready to ship. A fix: what somebody lets Slipway write for it."""

from dataclasses import dataclass
from enum import StrEnum


class InspectionState(StrEnum):
    """Where it stands."""

    WAITING = "waiting"
    LOOKING = "looking"
    DONE = "done"
    #: It could not be looked at; `status_message` says why. A later try may.
    FAILED = "failed"

    @property
    def over(self) -> bool:
        """True when nothing more happens by itself."""
        return self in (InspectionState.DONE, InspectionState.FAILED)


@dataclass(frozen=True)
class Inspection:
    """A stored look at one commit."""

    id: str
    installation_id: int
    repository_id: int
    #: The pull request; 0: the commit by itself, such as the default branch's head.
    number: int
    sha: str
    #: What it is compared with; empty: nothing.
    base_sha: str
    state: InspectionState
    status_message: str
    #: JSON (engine.readiness.inspected); empty until it is done for the first time.
    inspected: str
    #: JSON (engine.readiness.waiver).
    waivers: str
    #: Empty: it came by itself.
    asked_by: str
    #: False: only somebody else's base; nothing tells of it.
    reported: bool
    #: Unix seconds.
    created_at: float
    finished_at: float | None
    #: When the report changes by itself, since a waiver ends.
    turns_at: float | None


class FixState(StrEnum):
    """Where a fix stands."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


class FixWay(StrEnum):
    """How a fix was made."""

    NONE = ""
    #: A commit on the pull request's branch.
    COMMIT = "commit"
    #: A suggested change in a review comment.
    SUGGESTION = "suggestion"
    #: A patch to apply, where neither may be written.
    PATCH = "patch"


@dataclass(frozen=True)
class Fix:
    """A fix that somebody asked for, bound to one head."""

    id: str
    installation_id: int
    repository_id: int
    number: int
    sha: str
    #: Which (engine.readiness.fixes).
    name: str
    #: Whoever asked, and the account's id at GitHub.
    login: str
    account: int
    delivery: str
    state: FixState
    way: FixWay
    commit_sha: str
    #: A reason code once refused.
    reason: str
    #: Markdown of ours: how it went.
    sentence: str
    #: Unix seconds.
    created_at: float
    finished_at: float | None
