"""A build: one version of a pull request's application (requirements B1)."""

from dataclasses import dataclass
from enum import StrEnum


class BuildState(StrEnum):
    """Where a build stands. The last four are terminal."""

    QUEUED = "queued"
    STARTING = "starting"
    SOURCE = "source"
    DEPENDENCIES = "dependencies"
    BUILD = "build"
    CHECKS = "checks"
    LAUNCHING = "launching"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"

    @property
    def terminal(self) -> bool:
        """True once nothing more happens to the build."""
        return self in TERMINAL


TERMINAL = frozenset({BuildState.READY, BuildState.FAILED, BuildState.CANCELLED, BuildState.SUPERSEDED})

#: The words every surface shows for a state; total over the states (a test says so).
STAGE_LABELS: dict[BuildState, str] = {
    BuildState.QUEUED: "Waiting for a worker",
    BuildState.STARTING: "Starting a sandbox",
    BuildState.SOURCE: "Fetching the source",
    BuildState.DEPENDENCIES: "Installing dependencies",
    BuildState.BUILD: "Building",
    BuildState.CHECKS: "Running checks",
    BuildState.LAUNCHING: "Launching",
    BuildState.READY: "Ready",
    BuildState.FAILED: "Failed",
    BuildState.CANCELLED: "Cancelled",
    BuildState.SUPERSEDED: "Superseded",
}

#: The stages in their order; a build may skip forward (nothing to install) but never goes back.
STAGES: tuple[BuildState, ...] = (
    BuildState.QUEUED,
    BuildState.STARTING,
    BuildState.SOURCE,
    BuildState.DEPENDENCIES,
    BuildState.BUILD,
    BuildState.CHECKS,
    BuildState.LAUNCHING,
    BuildState.READY,
)


def may_follow(before: BuildState, after: BuildState) -> bool:
    """True when a build in `before` may become `after`: forward through the stages, or to an end."""
    if before.terminal:
        return False
    if after in (BuildState.FAILED, BuildState.CANCELLED, BuildState.SUPERSEDED):
        return True
    return STAGES.index(after) > STAGES.index(before)


@dataclass(frozen=True)
class Build:
    """One version of a preview's application, as stored."""

    #: Public id, `bld_…`, made when the build was asked for.
    id: str
    preview_id: str
    repository_id: int
    #: 1, 2, … within the preview.
    number: int
    #: Full commit id.
    sha: str
    #: The delivery of the command that asked for it; empty for what happens by itself.
    ask: str
    requested_by: str
    state: BuildState
    #: One sentence about where it stands, for people.
    status_message: str
    cause: str
    fix: str
    #: Unix seconds.
    created_at: float
    started_at: float | None
    finished_at: float | None
    #: Set when somebody wants it to end before it is done: `cancelled` or `superseded`.
    stop_wanted: str

    @property
    def version(self) -> str:
        """The name people see: `build_v0_1`, `build_v0_2`, …"""
        return version_name(self.number)


def version_name(number: int) -> str:
    """The version name of the `number`-th build of a preview."""
    return f"build_v0_{number}"
