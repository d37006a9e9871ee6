"""The check run of a gate: it asks to be approved, then follows what is behind it. Pure: a view in, a value out."""

from typing import assert_never

from engine.domain.gate import GateState
from engine.domain.release import DEPLOY_LABELS, DeployState
from engine.reports.actions import Action
from engine.reports.check_text import TITLE_LIMIT, CheckRun
from engine.reports.deploy_words import approvals, asker, openers, votes_of
from engine.reports.escape import CHECK_LIMIT, code, cut, link, plain, sentence
from engine.reports.gate_view import GateView
from engine.reports.links import Links
from engine.reports.release_view import ReleaseView
from engine.reports.words import iso, short

APPROVE = Action("Approve", "Let this very commit go on", "approve")
REJECT = Action("Reject", "Don't let it go on", "reject")

#: How a release's end is concluded once its gate was opened. What served and was left later was approved well.
CONCLUSIONS: dict[DeployState, str] = {
    DeployState.DEPLOYED: "success",
    DeployState.ROLLED_BACK: "failure",
    DeployState.FAILED: "failure",
    DeployState.SECURITY_FAILED: "failure",
    DeployState.CANCELLED: "cancelled",
}
NOTHING_RUNS = (
    "Nothing of a fork runs before somebody with write permission has looked at the very commit and approved it. "
    "The approval is for this commit alone, a push makes it void, and no secret is ever given to a fork."
)


def gate_check_of(view: GateView, links: Links) -> CheckRun:
    """The check run that shows the gate."""
    conclusion = _conclusion(view)
    summary = _of_fork(view) if view.release is None else _of_release(view, view.release, links)
    return CheckRun(
        repository=view.repository,
        sha=view.gate.sha,
        external_id=f"slipway:{view.instance}:gate:{view.gate.id}",
        conclusion=conclusion,
        title=plain(_title(view), TITLE_LIMIT),
        summary=cut(summary, CHECK_LIMIT),
        text="",
        details_url=links.release(view.release.release.id) if view.release else "",
        started_at=iso(view.gate.created_at),
        completed_at=iso(_moment(view)) if conclusion else "",
        location=None,
        message="",
        actions=(APPROVE, REJECT) if conclusion == "action_required" else (),
        name=f"Slipway deploy: {view.release.environment.name}" if view.release else "Slipway fork",
    )


def _conclusion(view: GateView) -> str | None:
    """None while what was approved goes on."""
    match view.gate.state:
        case GateState.WAITING:
            over = view.release is not None and view.release.release.state.terminal
            return "cancelled" if over else "action_required"
        case GateState.REJECTED:
            return "failure"
        case GateState.VOID:
            return "neutral" if view.release is None else "cancelled"
        case GateState.APPROVED:
            return "success" if view.release is None else _end_of(view.release)
        case _:
            assert_never(view.gate.state)


def _end_of(view: ReleaseView) -> str | None:
    return "success" if view.served else CONCLUSIONS.get(view.release.state)


def _moment(view: GateView) -> float:
    decided = view.gate.decided_at or view.gate.created_at
    return max(decided, view.release.updated_at) if view.release else decided


def _title(view: GateView) -> str:
    gate = view.gate
    behind = f"commit {short(gate.sha)}"
    if view.release is not None:
        behind = f"{view.release.release.name} of {view.release.environment.name}"
    match gate.state:
        case GateState.WAITING if _conclusion(view) == "cancelled":
            return f"{behind}: no approval is needed any more"
        case GateState.WAITING:
            return f"Approve this commit of a fork: {short(gate.sha)}" if view.release is None else _needs(view, behind)
        case GateState.REJECTED:
            return f"Rejected: {behind}"
        case GateState.VOID:
            return f"Void: {short(gate.sha)} moved to {short(view.moved_to)}" if view.moved_to else f"Void: {behind}"
        case GateState.APPROVED if view.release is None:
            return f"Approved: {behind} may run"
        case GateState.APPROVED:
            return f"{behind}: {DEPLOY_LABELS[view.release.release.state]}"
        case _:
            assert_never(gate.state)


def _needs(view: GateView, behind: str) -> str:
    more = " more" if view.gate.votes else ""
    return f"{behind} needs {approvals(view.gate.missing).replace(' ', f'{more} ', 1)}"


def _of_release(view: GateView, behind: ReleaseView, links: Links) -> str:
    release = behind.release
    named = link(f"`{release.name}`", links.release(release.id))
    lines = [f"{named} of `{behind.environment.name}`: commit {code(view.gate.sha)}, asked for by {asker(release)}."]
    lines += [*_votes(view), *_outlook(view, openers(view.gate, behind.environment))]
    if view.gate.state is GateState.APPROVED:
        lines.append(f"**{DEPLOY_LABELS[release.state]}:** {sentence(release.cause or release.status_message)}")
    if view.gate.state is GateState.APPROVED and behind.serves:
        lines.append(link("Open it", links.environment(behind.environment.label)))
    return "\n\n".join(lines)


def _of_fork(view: GateView) -> str:
    lines = [f"Commit {code(view.gate.sha)} of a fork, by {code(view.gate.asked_by)}. {NOTHING_RUNS}"]
    return "\n\n".join([*lines, *_votes(view), *_outlook(view, openers(view.gate, None))])


def _votes(view: GateView) -> list[str]:
    approved, rejected = votes_of(view.gate, approving=True), votes_of(view.gate, approving=False)
    said = [f"Approved by {approved}."] if approved else []
    return [*said, *([f"Rejected by {rejected}."] if rejected else [])]


def _outlook(view: GateView, who: str) -> list[str]:
    """Who can open it, or why nobody can any more."""
    gate = view.gate
    if gate.state is GateState.VOID:
        moved = f"from {code(gate.sha)} to {code(view.moved_to)}" if view.moved_to else f"on from {code(gate.sha)}"
        return [f"**Void:** a push moved it {moved}. What was to be approved is no longer what would run."]
    if _conclusion(view) != "action_required":
        return []
    how = "press Approve above, or comment `/approve`. It is bound to this commit; a push makes it void."
    return [f"**Needs {approvals(gate.missing)}.** {who}: {how}"]
