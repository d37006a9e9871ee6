"""Approvals of forks' commits lead to decisions (requirement B14)."""

from dataclasses import replace
from typing import Any

import pytest

from engine.domain.gate import Gate, GateKind, GateState, Vote, fork_subject
from engine.domain.permission import Role
from engine.planner.decision import Answer, DecideGate, Decision, Refuse, StartBuild
from engine.planner.known import Known, Project
from engine.reasons import Reason
from tests.forge.payloads import REPOSITORY_ID, SHA_A, SHA_B
from tests.planner.values import BROKEN, FORK, ON_COMMAND, START, at_github, known, pressed, written

WAITING = Gate(
    "gate_1", 1, REPOSITORY_ID, GateKind.FORK, fork_subject(REPOSITORY_ID, 1), SHA_A, GateState.WAITING, "outsider",
    needed=1, votes=(), created_at=1, decided_at=None,
)  # fmt: skip
APPROVED = replace(WAITING, state=GateState.APPROVED, votes=(Vote("grace", True, 2),))
REJECTED = replace(WAITING, state=GateState.REJECTED, votes=(Vote("grace", False, 2),))
VOID = replace(APPROVED, state=GateState.VOID)


def of_fork(gate: Gate | None = WAITING, **changes: Any) -> Known:
    """What is known of a fork's pull request at SHA_A."""
    return known(**({"current": at_github(head=FORK), "fork_gate": gate} | changes))


def reason_of(decision: Decision) -> Reason:
    """Why it is refused."""
    assert isinstance(decision, Refuse), decision
    return decision.reason


def test_an_approval_opens_the_gate_and_builds_the_commit() -> None:
    decision = written("/approve", of_fork())
    assert isinstance(decision, DecideGate)
    assert (decision.gate_id, decision.approves, decision.start) == ("gate_1", True, START)


@pytest.mark.parametrize(
    ("project", "reason"), [(ON_COMMAND, Reason.START_ON_COMMAND), (BROKEN, Reason.BAD_CONFIGURATION)]
)
def test_where_nothing_may_be_built_by_itself_it_only_opens(project: Project, reason: Reason) -> None:
    decision = written("/approve", of_fork(project=project))
    assert isinstance(decision, DecideGate)
    assert decision.start is None
    assert decision.held is not None
    assert decision.held.reason is reason


def test_a_rejection_starts_nothing() -> None:
    decision = written("/reject no thanks", of_fork())
    assert isinstance(decision, DecideGate)
    assert (decision.approves, decision.start, decision.held) == (False, None, None)


@pytest.mark.parametrize("author", ["writer", "Writer", "WRITER"])
def test_the_author_doesnt_approve(author: str) -> None:
    assert reason_of(written("/approve", of_fork(replace(WAITING, asked_by=author)))) is Reason.OWN_APPROVAL


@pytest.mark.parametrize("role", [Role.NONE, Role.READ, Role.TRIAGE])
@pytest.mark.parametrize("command", ["/approve", "/reject"])
def test_it_takes_write(role: Role, command: str) -> None:
    assert reason_of(written(command, of_fork(role=role))) is Reason.NOT_PERMITTED


@pytest.mark.parametrize("gate", [None, VOID, replace(WAITING, sha=SHA_B)])
def test_a_gate_of_another_commit_is_nobodys(gate: Gate | None) -> None:
    assert reason_of(written("/approve", of_fork(gate))) is Reason.NOTHING_TO_APPROVE


@pytest.mark.parametrize(
    "changes", [{"newest_sha": SHA_B}, {"current": at_github(sha=SHA_B, head=FORK | {"sha": SHA_B})}]
)
def test_a_newer_head_refuses_and_names_both(changes: dict[str, Any]) -> None:
    for decision, reason in (
        (written("/approve", of_fork(**changes)), Reason.HEAD_MOVED),
        (pressed("approve", of_fork(**changes)), Reason.STALE_BUTTON),
    ):
        assert reason_of(decision) is reason
        assert isinstance(decision, Refuse)
        assert SHA_A[:7] in decision.sentence
        assert SHA_B[:7] in decision.sentence


def test_a_closed_pull_request_is_not_approved() -> None:
    closed = at_github(head=FORK, state="closed")
    assert reason_of(written("/approve", of_fork(current=closed))) is Reason.PULL_REQUEST_CLOSED


def test_what_was_decided_is_told() -> None:
    assert isinstance(written("/approve", of_fork(APPROVED)), Answer)
    assert reason_of(written("/reject", of_fork(APPROVED))) is Reason.NOTHING_TO_APPROVE
    assert reason_of(written("/approve", of_fork(REJECTED))) is Reason.REJECTED


@pytest.mark.parametrize("command", ["/preview", "/preview restart"])
def test_a_preview_follows_the_gate(command: str) -> None:
    assert reason_of(written(command, of_fork())) is Reason.FORK_NEEDS_APPROVAL
    assert reason_of(written(command, of_fork(VOID))) is Reason.FORK_NEEDS_APPROVAL
    assert reason_of(written(command, of_fork(REJECTED))) is Reason.REJECTED
    assert isinstance(written(command, of_fork(APPROVED)), StartBuild)


def test_an_approval_of_another_commit_builds_nothing() -> None:
    assert reason_of(written("/preview", of_fork(replace(APPROVED, sha=SHA_B)))) is Reason.FORK_NEEDS_APPROVAL
