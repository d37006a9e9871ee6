"""What the words of GitHub's checks and statuses mean for a deploy.

Source: https://docs.github.com/en/rest/checks/runs and …/rest/commits/statuses. A word that is not known here is a no.
"""

from collections.abc import Iterable

from engine.forge.commit_models import CheckRun, Status
from engine.forge.commits import CheckState

#: Of a completed check run. GitHub itself counts neutral and skipped as passed where a check is required.
CONCLUSIONS = {
    "success": CheckState.GREEN,
    "neutral": CheckState.GREEN,
    "skipped": CheckState.GREEN,
    "failure": CheckState.FAILED,
    "cancelled": CheckState.FAILED,
    "timed_out": CheckState.FAILED,
    "startup_failure": CheckState.FAILED,
    # Somebody has to press something before it goes on.
    "action_required": CheckState.PENDING,
}
#: Of a check run that isn't completed.
UNDER_WAY = frozenset({"queued", "in_progress", "waiting", "requested", "pending"})
STATUSES = {
    "success": CheckState.GREEN,
    "pending": CheckState.PENDING,
    "failure": CheckState.FAILED,
    "error": CheckState.FAILED,
}


def newest_runs(runs: Iterable[CheckRun]) -> list[CheckRun]:
    """The newest check run of each name of each App: a rerun wins over what it repeats. GitHub's ids rise."""
    newest: dict[tuple[int, str], CheckRun] = {}
    for run in sorted(runs, key=lambda each: each.id):
        newest[run.app_id, run.name] = run
    return list(newest.values())


def state_of_run(run: CheckRun) -> CheckState:
    """What a check run says."""
    if run.status == "completed":
        return CONCLUSIONS.get(run.conclusion or "", CheckState.UNKNOWN)
    return CheckState.PENDING if run.status in UNDER_WAY else CheckState.UNKNOWN


def state_of_status(status: Status) -> CheckState:
    """What a commit status says."""
    return STATUSES.get(status.state, CheckState.UNKNOWN)
