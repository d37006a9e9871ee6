"""What `/readiness` and `/fix` lead to."""

from dataclasses import replace

import pytest

from engine.commands.table import FIXES, Verb
from engine.domain.gate import Gate, GateKind, GateState
from engine.domain.permission import Role
from engine.planner.asked import Asked
from engine.planner.command import plan_asked
from engine.planner.decision import Decision, InspectCommit, MakeFix, Refuse
from engine.planner.known import Known
from engine.readiness.fixes.table import NAMES
from engine.reasons import REMEDY, Reason
from tests.forge.payloads import REPOSITORY_ID, SHA_A, SHA_B, SHA_C
from tests.planner.values import BROKEN, FORK, at_github, known, pressed, written

GATE = Gate("gate_1", 1, REPOSITORY_ID, GateKind.FORK, "fork:1", SHA_A, GateState.REJECTED, "outsider", 1, (), 1.0, 2.0)
OFFERED = ("procfile", "gitignore")
FIX_BUTTON = "fix:procfile"


def refusal_of(decision: Decision) -> Refuse:
    assert isinstance(decision, Refuse), decision
    assert REMEDY[decision.reason] in decision.sentence
    return decision


def of_branch(world: Known, sha: str = "", *, button: bool = False) -> Decision:
    """`/readiness` where no pull request is named."""
    return plan_asked(Asked(Verb.READINESS, sha, placed=False, button=button), world)


def test_the_fixes_that_can_be_named_are_those_that_there_are() -> None:
    assert FIXES == NAMES


def test_reading_is_enough_to_have_the_head_looked_at() -> None:
    assert written("/readiness", known(role=Role.READ)) == InspectCommit(SHA_A)
    assert refusal_of(written("/readiness", known(role=Role.NONE))).reason is Reason.NOT_PERMITTED


def test_who_may_only_read_is_told_of_a_look_of_moments_ago() -> None:
    world = known(role=Role.READ, just_looked_at=SHA_A)
    assert written("/readiness", world) == InspectCommit(SHA_A, anew=False)
    assert written("/readiness", replace(world, role=Role.WRITE)) == InspectCommit(SHA_A)
    assert written("/readiness", replace(world, just_looked_at=SHA_B)) == InspectCommit(SHA_A)
    branch = known(role=Role.READ, branch_head=SHA_C, just_looked_at=SHA_C)
    assert of_branch(branch) == InspectCommit(SHA_C, anew=False)


@pytest.mark.parametrize(
    "changes",
    [
        {"current": at_github(head=FORK)},
        {"current": at_github(head=FORK), "fork_gate": GATE},
        {"current": at_github(draft=True)},
        {"project": BROKEN},
        {"skipped": Reason.BOT_AUTHOR},
    ],
)
def test_what_is_not_built_is_looked_at_all_the_same(changes: dict[str, object]) -> None:
    assert written("/readiness", known(role=Role.READ, **changes)) == InspectCommit(SHA_A)


@pytest.mark.parametrize("text", ["/readiness", "/fix procfile"])
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"current": at_github(state="closed")}, Reason.PULL_REQUEST_CLOSED),
        ({"newest_sha": SHA_B}, Reason.HEAD_MOVED),
        ({"current": at_github(sha=SHA_B)}, Reason.HEAD_MOVED),
    ],
)
def test_both_are_about_the_head_that_was_there_when_it_was_written(
    text: str, changes: dict[str, object], reason: Reason
) -> None:
    found = refusal_of(written(text, known(offers=OFFERED, **changes)))
    assert found.reason is reason
    if reason is Reason.HEAD_MOVED:
        assert "`aaaaaaa`" in found.sentence
        assert "`bbbbbbb`" in found.sentence


@pytest.mark.parametrize(
    ("text", "offers", "reason"),
    [
        ("/fix procfile", None, Reason.NOT_INSPECTED),
        ("/fix procfile", (), Reason.NOTHING_TO_FIX),
        ("/fix lock-file", OFFERED, Reason.NOTHING_TO_FIX),
        ("/fix kitchen", OFFERED, Reason.NO_SUCH_FIX),
    ],
)
def test_only_what_the_report_offers_is_written(text: str, offers: tuple[str, ...] | None, reason: Reason) -> None:
    assert refusal_of(written(text, known(offers=offers))).reason is reason


def test_a_refused_fix_names_the_ones_that_there_are_or_the_commit() -> None:
    assert "`procfile`, `gitignore`" in refusal_of(written("/fix kitchen", known())).sentence
    assert "`aaaaaaa`" in refusal_of(written("/fix procfile", known())).sentence


@pytest.mark.parametrize("head", [None, FORK])
def test_a_fix_needs_write_permission_here_of_forks_too(head: dict[str, object] | None) -> None:
    current = at_github() if head is None else at_github(head=head)
    assert written("/fix gitignore", known(offers=OFFERED, current=current)) == MakeFix("gitignore", SHA_A)
    found = refusal_of(written("/fix gitignore", known(offers=OFFERED, current=current, role=Role.READ)))
    assert found.reason is Reason.NOT_PERMITTED


def test_a_button_is_its_fix_on_its_commit() -> None:
    world = known(offers=OFFERED)
    assert pressed(FIX_BUTTON, world) == MakeFix("procfile", SHA_A)
    assert refusal_of(pressed(FIX_BUTTON, world, SHA_B)).reason is Reason.STALE_BUTTON
    assert refusal_of(pressed("fix:lock-file", world)).reason is Reason.NOTHING_TO_FIX


def test_a_name_that_no_button_has_is_refused() -> None:
    asked = Asked(Verb.FIX, SHA_A, ("kitchen",), button=True)
    assert refusal_of(plan_asked(asked, known(offers=("kitchen",)))).reason is Reason.NO_SUCH_FIX


def test_without_a_pull_request_the_default_branchs_head_is_looked_at() -> None:
    world = known(role=Role.READ, branch_head=SHA_C)
    assert of_branch(world) == InspectCommit(SHA_C)
    assert of_branch(world, SHA_C, button=True) == InspectCommit(SHA_C)
    assert refusal_of(of_branch(replace(world, branch_head=""))).reason is Reason.NO_SUCH_REF


def test_a_push_to_the_default_branch_in_between_refuses_and_names_both() -> None:
    found = refusal_of(of_branch(known(role=Role.READ, branch_head=SHA_B, branch_then=SHA_C)))
    assert found.reason is Reason.HEAD_MOVED
    assert "`ccccccc`" in found.sentence
    assert "`bbbbbbb`" in found.sentence
    stale = of_branch(known(role=Role.READ, branch_head=SHA_B), SHA_C, button=True)
    assert refusal_of(stale).reason is Reason.STALE_BUTTON
