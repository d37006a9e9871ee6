"""The check run of a gate: asks to be approved, follows what it opened, and says when it is void."""

import pytest

from engine.commands.buttons import BUTTONS
from engine.domain.event import Person, PullRequest
from engine.domain.gate import Gate
from engine.domain.release import DeployState, Waiting
from engine.reports.actions import DESCRIPTION_LIMIT, LABEL_LIMIT, Action
from engine.reports.check_text import CheckRun
from engine.reports.deploy_render import RendersGates
from engine.reports.gate_text import APPROVE, REJECT
from engine.reports.links import Links
from engine.reports.port import Subject
from engine.settings import read_settings
from engine.store import branches, meta, pull_requests
from engine.store.branches import Branch
from tests.reports.project import BROKE, SHA_A, SHA_B, WAY, Project

LINKS = Links(read_settings({"DATA_DIR": "/nowhere"}))
ENDS = [
    (DeployState.DEPLOYED, "success"),
    (DeployState.FAILED, "failure"),
    (DeployState.CANCELLED, "cancelled"),
]


def shown(project: Project, gate: Gate) -> CheckRun:
    """The check run of a gate as it should be now."""
    with project.database.read() as connection:
        found = RendersGates(LINKS).render(connection, Subject(f"gate:7:{gate.id}", 1, 7))
    assert found is not None
    return found


def buttons(run: CheckRun) -> list[str]:
    """What can be pressed."""
    return [action.identifier for action in run.actions]


def test_a_gate_asks_for_an_action_and_offers_two_buttons(project: Project) -> None:
    gate = project.gate(project.release(approvals_needed=1, waiting=Waiting.APPROVAL))
    run = shown(project, gate)
    assert (run.conclusion, buttons(run), run.sha) == ("action_required", ["approve", "reject"], SHA_A)
    assert (run.name, run.title) == ("Slipway deploy: production", "v1 of production needs 1 approval")
    with project.database.read() as connection:
        assert run.external_id == f"slipway:{meta.instance(connection)}:gate:{gate.id}"


def test_a_gate_says_who_can_open_it_and_how(project: Project) -> None:
    summary = shown(project, project.gate(project.release())).summary
    assert "**Needs 1 approval.** Anybody but `ada` with write permission can open it: press Approve above" in summary
    assert "comment `/approve`" in summary


def test_a_gate_of_named_deployers_names_them_but_never_the_asker(project: Project) -> None:
    project.environment("production", deployers=("Ada", "grace", "linus"))
    summary = shown(project, project.gate(project.release())).summary
    assert "One of `grace`, `linus` can open it" in summary


def test_a_gate_that_only_the_asker_could_open_says_that_nobody_can(project: Project) -> None:
    project.environment("production", deployers=("ada",))
    summary = shown(project, project.gate(project.release())).summary
    assert "Nobody can open it yet, since `deployers` names only who asked" in summary


def test_of_two_approvals_the_first_is_told_and_the_second_asked_for(project: Project) -> None:
    gate = project.vote(project.gate(project.release(), needed=2), "grace")
    run = shown(project, gate)
    assert (run.conclusion, run.title) == ("action_required", "v1 of production needs 1 more approval")
    assert "Approved by `grace`." in run.summary


def test_an_approved_gate_is_in_progress_until_the_release_ends(project: Project) -> None:
    release = project.release()
    gate = project.vote(project.gate(release), "grace")
    assert (shown(project, gate).conclusion, shown(project, gate).title) == (None, "v1 of production: Waiting")
    project.move(release, *WAY)
    assert (shown(project, gate).conclusion, shown(project, gate).completed_at) == (None, "")
    assert shown(project, gate).title == "v1 of production: Deploying"
    assert buttons(shown(project, gate)) == []


@pytest.mark.parametrize(("end", "conclusion"), ENDS)
def test_then_it_is_concluded_as_the_release_ended(project: Project, end: DeployState, conclusion: str) -> None:
    release = project.release()
    gate = project.vote(project.gate(release), "grace")
    project.move(project.move(release, *WAY), end, cause=BROKE if end is DeployState.FAILED else None)
    assert shown(project, gate).conclusion == conclusion


def test_what_was_deployed_well_stays_a_success_when_a_rollback_leaves_it(project: Project) -> None:
    first, second = project.deploy(project.release()), project.release(sha=SHA_B)
    gate = project.vote(project.gate(second), "grace")
    project.roll_back(project.deploy(second), first)
    assert shown(project, gate).conclusion == "success"


def test_a_rejected_gate_fails_and_names_who(project: Project) -> None:
    gate = project.vote(project.gate(project.release()), "grace", approves=False)
    run = shown(project, gate)
    assert (run.conclusion, run.title, buttons(run)) == ("failure", "Rejected: v1 of production", [])
    assert "Rejected by `grace`." in run.summary


def test_a_void_gate_names_both_commits(project: Project) -> None:
    release = project.release()
    gate = project.vote(project.gate(release), "grace")
    with project.database.write() as connection:
        moved = Branch(7, "refs/heads/main", SHA_B, SHA_A, "ada", project.now())
        branches.record(connection, moved)
    project.void(gate)
    project.move(release, DeployState.CANCELLED)
    run = shown(project, gate)
    assert (run.conclusion, run.title) == ("cancelled", "Void: aaaaaaa moved to bbbbbbb")
    assert f"from `{SHA_A}` to `{SHA_B}`" in run.summary
    assert buttons(run) == []


def test_a_gate_before_a_release_that_somebody_cancelled_asks_for_nothing(project: Project) -> None:
    release = project.release()
    gate = project.gate(release)
    project.move(release, DeployState.CANCELLED)
    assert (shown(project, gate).conclusion, buttons(shown(project, gate))) == ("cancelled", [])


def a_fork(project: Project, sha: str) -> None:
    """Pull request 12 of a fork has this head."""
    stranger = Person(9, "stranger")
    told = PullRequest(
        number=12,
        title="x",
        author=stranger,
        head_sha=sha,
        head_ref="x",
        head_repository_id=8,
        base_ref="main",
        draft=False,
        open=True,
        merged=False,
    )
    with project.database.write() as connection:
        pull_requests.record(connection, 7, told, project.now())


def test_a_forks_gate_asks_to_approve_this_very_commit(project: Project) -> None:
    a_fork(project, SHA_A)
    run = shown(project, project.fork_gate(12, SHA_A))
    assert (run.conclusion, run.name, run.title) == (
        "action_required",
        "Slipway fork",
        "Approve this commit of a fork: aaaaaaa",
    )
    assert "no secret is ever given to a fork" in run.summary
    assert "Anybody but `stranger` with write permission can open it" in run.summary


def test_an_approved_fork_may_run_and_the_next_push_makes_it_void(project: Project) -> None:
    a_fork(project, SHA_A)
    gate = project.vote(project.fork_gate(12, SHA_A), "grace")
    assert (shown(project, gate).conclusion, shown(project, gate).title) == (
        "success",
        "Approved: commit aaaaaaa may run",
    )
    a_fork(project, SHA_B)
    project.void(gate)
    assert (shown(project, gate).conclusion, shown(project, gate).title) == (
        "neutral",
        "Void: aaaaaaa moved to bbbbbbb",
    )
    assert f"from `{SHA_A}` to `{SHA_B}`" in shown(project, gate).summary


@pytest.mark.parametrize("action", [APPROVE, REJECT])
def test_a_button_fits_githubs_limits_and_is_a_command(action: Action) -> None:
    assert len(action.label) <= LABEL_LIMIT
    assert len(action.description) <= DESCRIPTION_LIMIT
    assert action.identifier in BUTTONS


def test_a_gate_of_another_repository_is_not_shown(project: Project) -> None:
    gate = project.gate(project.release())
    with project.database.read() as connection:
        assert RendersGates(LINKS).render(connection, Subject(f"gate:8:{gate.id}", 1, 8)) is None
