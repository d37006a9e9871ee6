"""A release: a numbered, stored bundle on its way into an environment, or in it (requirement P1)."""

from dataclasses import dataclass
from enum import StrEnum


class DeployState(StrEnum):
    """Where a release stands."""

    PENDING = "PENDING"
    SECURITY_SCANNING = "SECURITY_SCANNING"
    BUILDING = "BUILDING"
    DEPLOYING = "DEPLOYING"
    DEPLOYED = "DEPLOYED"
    SECURITY_FAILED = "SECURITY_FAILED"
    FAILED = "FAILED"
    ROLLING_BACK = "ROLLING_BACK"
    ROLLED_BACK = "ROLLED_BACK"
    CANCELLED = "CANCELLED"

    @property
    def terminal(self) -> bool:
        """True once no job works on the release any more."""
        return self in TERMINAL


TERMINAL = frozenset(
    {
        DeployState.DEPLOYED,
        DeployState.SECURITY_FAILED,
        DeployState.FAILED,
        DeployState.ROLLED_BACK,
        DeployState.CANCELLED,
    }
)

#: The words every surface shows for a state; total over the states (a test says so).
DEPLOY_LABELS: dict[DeployState, str] = {
    DeployState.PENDING: "Waiting",
    DeployState.SECURITY_SCANNING: "Security Scanning",
    DeployState.BUILDING: "Building",
    DeployState.DEPLOYING: "Deploying",
    DeployState.DEPLOYED: "Deployed",
    DeployState.SECURITY_FAILED: "Security scan failed",
    DeployState.FAILED: "Failed",
    DeployState.ROLLING_BACK: "Rolling back",
    DeployState.ROLLED_BACK: "Rolled back",
    DeployState.CANCELLED: "Cancelled",
}

_FOLLOWERS: dict[DeployState, frozenset[DeployState]] = {
    # A release that was asked for may end before anything runs; one made of a stored bundle builds nothing.
    DeployState.PENDING: frozenset(
        {
            DeployState.SECURITY_SCANNING,
            DeployState.ROLLING_BACK,
            DeployState.FAILED,
            DeployState.CANCELLED,
        }
    ),
    DeployState.SECURITY_SCANNING: frozenset(
        {
            DeployState.BUILDING,
            DeployState.DEPLOYING,
            DeployState.SECURITY_FAILED,
            DeployState.FAILED,
            DeployState.CANCELLED,
        }
    ),
    DeployState.BUILDING: frozenset({DeployState.DEPLOYING, DeployState.FAILED, DeployState.CANCELLED}),
    # One that took traffic, or tried to, is taken back before it is over.
    DeployState.DEPLOYING: frozenset(
        {DeployState.DEPLOYED, DeployState.ROLLING_BACK, DeployState.FAILED, DeployState.CANCELLED}
    ),
    # A release made by `/rollback` is ROLLING_BACK until it serves.
    DeployState.ROLLING_BACK: frozenset(
        {DeployState.ROLLED_BACK, DeployState.DEPLOYED, DeployState.FAILED, DeployState.CANCELLED}
    ),
    # It served, and a later rollback left it.
    DeployState.DEPLOYED: frozenset({DeployState.ROLLED_BACK}),
}


def may_follow(before: DeployState, after: DeployState) -> bool:
    """True when a release in `before` may become `after`."""
    return after in _FOLLOWERS.get(before, frozenset())


def deploy_state(text: str) -> DeployState:
    """The state of that name, in any case. Raises ValueError for an unknown one: it is never taken for PENDING."""
    return DeployState(text.strip().upper())


class ReleaseKind(StrEnum):
    """How a release came to be."""

    DEPLOY = "deploy"
    #: Made of an older release's stored bundle.
    ROLLBACK = "rollback"
    #: The commit that another environment serves.
    PROMOTION = "promotion"


class Waiting(StrEnum):
    """What a pending release waits for; several at once are told as the first that is open."""

    NOTHING = ""
    APPROVAL = "approval"
    CHECKS = "checks"
    WINDOW = "window"
    ORDER = "order"
    LOCK = "lock"
    #: Its job waits for a worker, or for the deploy before it.
    TURN = "turn"


@dataclass(frozen=True)
class Release:
    """A release, as stored. Its bundle (artifact, variables, configuration) never changes once it was deployed."""

    #: Public id, `dep_…`, made when it was asked for; the same from end to end.
    id: str
    environment_id: str
    installation_id: int
    repository_id: int
    #: 1, 2, … within the environment.
    number: int
    kind: ReleaseKind
    #: Full commit id: this very commit is deployed, or nothing.
    sha: str
    #: Where the commit was found, such as `refs/heads/main` or `refs/pull/7/head`; empty: named by its id.
    ref: str
    #: The stored bundle: the id of the release that built it (its own at first); an image digest at other targets.
    artifact: str
    #: The version of the environment's variables that it runs with; 0: none were ever set.
    variables_version: int
    #: JSON of what runs (engine.project.environments.RunConfig), read at `sha`.
    configuration: str
    #: The release that it goes back to, or that it was promoted from; empty: neither.
    source_id: str
    state: DeployState
    waiting: Waiting
    #: One sentence about where it stands, for people.
    status_message: str
    cause_code: str
    cause: str
    fix: str
    #: The delivery or request that asked for it; empty for what happens by itself.
    ask: str
    requested_by: str
    #: comment | button | page | api | cli | slack | push
    door: str
    #: The pull request that it was asked for on; 0: none.
    number_of_pull_request: int
    #: True when a push started it.
    automatic: bool
    #: How many people other than the asker must approve this sha; 0: none.
    approvals_needed: int
    #: `cancelled` when its end is wanted; else empty.
    stop_wanted: str
    #: Unix seconds.
    created_at: float
    started_at: float | None
    finished_at: float | None

    @property
    def name(self) -> str:
        """What people call it: `v12`."""
        return f"v{self.number}"
