"""Approvals: by somebody else than whoever asked, who may deploy there, of the very commit that waits."""

from engine.deploy.asks import DeployAsk
from engine.deploy.outcome import Obstacle
from engine.deploy.rules import people
from engine.deploy.words import commit, obstacle, release_name, standing, who
from engine.domain.gate import Gate, GateState
from engine.domain.permission import Role
from engine.domain.release import DeployState, Release
from engine.project.environments import Rules
from engine.reasons import Reason
from engine.store.branches import pull_ref


def opens(
    ask: DeployAsk, role: Role, gate: Gate, release: Release, rules: Rules, *, approves: bool
) -> tuple[Obstacle, ...]:
    """What keeps whoever asks from deciding about this gate. Pure."""
    decided = is_undecided(gate, release)
    if decided is not None:
        return (decided,)
    told = (
        people.permitted(ask.login, role),
        people.deployer(rules, ask.login),
        is_of_its_commit(ask, gate, release),
        is_anothers(ask, gate) if approves else None,
    )
    return tuple(each for each in told if each is not None)


def is_undecided(gate: Gate, release: Release) -> Obstacle | None:
    """The gate waits still, and so does what is behind it."""
    if release.state is not DeployState.PENDING and gate.state is GateState.WAITING:
        return obstacle(Reason.ALREADY_FINISHED, f"It is over: {standing(release)}.", "Nothing waits for a word.")
    match gate.state:
        case GateState.WAITING:
            return None
        case GateState.APPROVED:
            return obstacle(Reason.NOTHING_TO_APPROVE, f"{release_name(release)} is approved already.")
        case GateState.REJECTED:
            return obstacle(Reason.REJECTED, f"{release_name(release)} was rejected.")
        case GateState.VOID:
            return obstacle(Reason.REF_MOVED, f"{release_name(release)} can't be approved any more: a push came.")


def is_of_its_commit(ask: DeployAsk, gate: Gate, release: Release) -> Obstacle | None:
    """What was seen when it was approved is what waits."""
    if ask.sha not in ("", gate.sha):
        said = f"This button belongs to commit {commit(ask.sha)}; what waits is commit {commit(gate.sha)}."
        return obstacle(Reason.STALE_BUTTON, said)
    # A comment was written when the pull request was at some commit; an id says itself which one is meant.
    if release.ref == pull_ref(ask.number) and not ask.release and ask.head not in ("", gate.sha):
        said = f"This was written about commit {commit(ask.head)}; what waits is commit {commit(gate.sha)}."
        return obstacle(Reason.HEAD_MOVED, said)
    return None


def is_anothers(ask: DeployAsk, gate: Gate) -> Obstacle | None:
    """Nobody approves what they asked for themselves, however they write their login."""
    if ask.login.lower() != gate.asked_by.lower():
        return None
    return obstacle(Reason.OWN_APPROVAL, f"{who(ask.login)} asked for it, and nobody approves their own deploy.")
