"""The words that every report shares for releases, and for who may open what stands before them."""

from engine.domain.environment import Environment
from engine.domain.gate import Gate
from engine.domain.release import DEPLOY_LABELS, DeployState, Release
from engine.project.environments import rules_of
from engine.reports.escape import code
from engine.reports.release_view import ReleaseView

SIGNS: dict[DeployState, str] = {
    DeployState.PENDING: "⏳",
    DeployState.SECURITY_SCANNING: "🔨",
    DeployState.BUILDING: "🔨",
    DeployState.DEPLOYING: "🚀",
    DeployState.DEPLOYED: "✅",
    DeployState.SECURITY_FAILED: "❌",
    DeployState.FAILED: "❌",
    DeployState.ROLLING_BACK: "↩️",
    DeployState.ROLLED_BACK: "↩️",
    DeployState.CANCELLED: "⏹️",
}


def deploy_status(view: ReleaseView) -> str:
    """Where a release stands, with what took its place."""
    if view.down:
        return "❌ Down"
    said = f"{SIGNS[view.release.state]} {DEPLOY_LABELS[view.release.state]}"
    if view.release.state is DeployState.DEPLOYED and view.successor is not None:
        return f"{said}, then replaced by `{view.successor.name}`"
    return said


def asker(release: Release) -> str:
    """Who wanted it, as Markdown."""
    return f"{code(release.requested_by)} (push)" if release.automatic else code(release.requested_by)


def openers(gate: Gate, environment: Environment | None) -> str:
    """Who can open a gate, as the beginning of a sentence."""
    deployers = rules_of(environment).deployers if environment is not None else ()
    others = [code(each) for each in deployers if each.lower() != gate.asked_by.lower()]
    if others:
        return f"One of {', '.join(others)} can open it"
    if deployers:
        return "Nobody can open it yet, since `deployers` names only who asked"
    return f"Anybody but {code(gate.asked_by)} with write permission can open it"


def votes_of(gate: Gate, *, approving: bool) -> str:
    """Who voted so, as Markdown; empty: nobody."""
    return ", ".join(code(vote.login) for vote in gate.votes if vote.approves is approving)


def approvals(count: int) -> str:
    """So many approvals."""
    return "1 approval" if count == 1 else f"{count} approvals"
