"""What an approval or a rejection of a fork's commit leads to (requirement B14)."""

from engine.commands.table import Verb
from engine.domain.gate import Gate, GateState
from engine.planner.asked import Asked
from engine.planner.decision import Answer, DecideGate, Decision, Refuse, Skip, StartBuild
from engine.planner.head import bound_head, refuse
from engine.planner.known import Known
from engine.reasons import Reason
from engine.reports.escape import code
from engine.reports.words import short


def plan_fork_gate(asked: Asked, known: Known) -> Decision:
    """Pure. The gate is the head's alone, and whoever opened the pull request doesn't open it."""
    head = bound_head(asked, known)
    if isinstance(head, Refuse):
        return head
    gate = known.fork_gate
    if gate is None or gate.sha != head or gate.state is GateState.VOID:
        return refuse(Reason.NOTHING_TO_APPROVE, "Nothing here waits for an approval.")
    commit = f"Commit {code(short(head))} of this fork"
    if gate.state is GateState.REJECTED:
        return refuse(Reason.REJECTED, f"{commit} was rejected by {code(_last(gate))}.")
    if asked.verb is Verb.REJECT:
        return _reject(gate, commit, known)
    if gate.state is GateState.APPROVED:
        return Answer(f"{commit} was approved by {code(_last(gate))} already. Comment `/preview` to build it.")
    if known.login.lower() == gate.asked_by.lower():
        said = f"{code(known.login)} opened this pull request, and nobody approves their own."
        return refuse(Reason.OWN_APPROVAL, said)
    return _approve(gate, commit, known)


def _approve(gate: Gate, commit: str, known: Known) -> Decision:
    only = "That holds for this very commit: the next push has to be approved again. It gets no variables."
    said = f"{commit} is approved by {code(known.login)}. {only}"
    held = _held(gate.sha, known)
    if held is not None:
        return DecideGate(gate.id, True, f"{said} Comment `/preview` to build it.", held=held)
    start = StartBuild(gate.sha, known.project.access, known.login)
    return DecideGate(gate.id, True, said, start)


def _held(sha: str, known: Known) -> Skip | None:
    """What keeps an approved commit from being built at once; labels, drafts and paths don't: a person wants it."""
    if known.project.problems:
        return Skip(sha, Reason.BAD_CONFIGURATION, "\n".join(known.project.problems))
    return Skip(sha, Reason.START_ON_COMMAND) if known.project.start != "auto" else None


def _reject(gate: Gate, commit: str, known: Known) -> Decision:
    if gate.state is GateState.APPROVED:
        said = f"{commit} was approved by {code(_last(gate))} already. Comment `/preview stop` to end what runs."
        return Refuse(Reason.NOTHING_TO_APPROVE, said)
    return DecideGate(gate.id, False, f"{commit} is rejected by {code(known.login)}: nothing of it runs.")


def _last(gate: Gate) -> str:
    return gate.votes[-1].login if gate.votes else "somebody"
