"""Events and what is known lead to decisions. Tables of values, no I/O."""

from dataclasses import replace

import pytest

from engine.domain.build import BuildState
from engine.domain.permission import Role
from engine.errors import Refusal
from engine.forge.memory import MemoryForge, MemoryRepository
from engine.forge.port import RepositoryRef
from engine.planner.decision import (
    Answer,
    Decision,
    FollowBuild,
    Nothing,
    Refuse,
    RemovePreview,
    Skip,
    StartBuild,
    StopPreview,
)
from engine.planner.known import Known, Project
from engine.planner.permission import may_build
from engine.planner.plan import plan
from engine.reasons import REMEDY, Reason
from tests.forge.payloads import REPOSITORY_ID, SHA_A, SHA_B, a_push_event
from tests.planner.values import (
    BROKEN,
    BUILD,
    FORK,
    ON_COMMAND,
    PREVIEW,
    REMOVED,
    START,
    STOPPED,
    at_github,
    event,
    known,
    pushed,
    written,
)


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        (known(), START),
        (known(role=Role.ADMIN), START),
        (known(preview=PREVIEW), START),
        (known(preview=REMOVED), START),
        (known(preview=REMOVED, newest=BUILD), START),
        (known(preview=PREVIEW, newest=replace(BUILD, sha=SHA_B)), START),
        (known(preview=PREVIEW, project=ON_COMMAND), START),
        (known(project=Project(access="public")), StartBuild(SHA_A, "public", "writer")),
        (known(project=ON_COMMAND), Skip(SHA_A, Reason.START_ON_COMMAND)),
        (known(project=ON_COMMAND, preview=REMOVED), Skip(SHA_A, Reason.START_ON_COMMAND)),
        (known(preview=STOPPED), Skip(SHA_A, Reason.PREVIEW_STOPPED)),
        (known(role=Role.TRIAGE), Skip(SHA_A, Reason.NOT_PERMITTED)),
        (known(role=Role.NONE), Skip(SHA_A, Reason.NOT_PERMITTED)),
        (known(project=BROKEN), Skip(SHA_A, Reason.BAD_CONFIGURATION, "\n".join(BROKEN.problems))),
        (known(current=at_github(SHA_B)), Skip(SHA_A, Reason.SUPERSEDED)),
        (known(newest_sha=SHA_B), Skip(SHA_A, Reason.SUPERSEDED)),
    ],
)
@pytest.mark.parametrize("action", ["opened", "reopened", "synchronize", "ready_for_review"])
def test_a_head_is_built_or_skipped(world: Known, expected: Decision, action: str) -> None:
    assert pushed(world, action) == expected


@pytest.mark.parametrize("role", [Role.NONE, Role.ADMIN])
@pytest.mark.parametrize("project", [Project(), ON_COMMAND, BROKEN])
def test_a_forks_head_is_skipped_whoever_pushed_and_whatever_it_says(role: Role, project: Project) -> None:
    assert pushed(known(role=role, project=project), head=FORK) == Skip(SHA_A, Reason.FORK_NEEDS_APPROVAL)


@pytest.mark.parametrize("state", list(BuildState))
def test_a_commit_that_is_the_newest_build_already_is_not_built_by_itself_again(state: BuildState) -> None:
    assert isinstance(pushed(known(preview=PREVIEW, newest=replace(BUILD, state=state))), Nothing)


def test_a_pull_request_that_was_closed_meanwhile_is_not_built() -> None:
    assert isinstance(pushed(known(current=at_github(state="closed"))), Nothing)


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        (known(current=at_github(state="closed"), preview=PREVIEW), RemovePreview()),
        (known(current=None, preview=PREVIEW), RemovePreview()),
        (known(current=None, preview=STOPPED), RemovePreview()),
    ],
)
def test_a_close_removes_the_preview(world: Known, expected: Decision) -> None:
    assert pushed(world, "closed", state="closed") == expected


@pytest.mark.parametrize("world", [known(preview=PREVIEW), known(current=None), known(current=None, preview=REMOVED)])
def test_a_close_without_a_preview_or_that_is_over_does_nothing(world: Known) -> None:
    assert isinstance(pushed(world, "closed", state="closed"), Nothing)


@pytest.mark.parametrize("action", ["edited", "labeled", "converted_to_draft", "locked", "enqueued", "brand_new"])
def test_other_actions_do_nothing(action: str) -> None:
    assert isinstance(pushed(known(), action), Nothing)


def test_a_push_of_a_branch_does_nothing_by_itself() -> None:
    assert isinstance(plan(event("push", a_push_event()), known()), Nothing)


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        (known(), START),
        (known(bound_sha="", newest_sha=""), START),
        (known(project=ON_COMMAND), START),
        (known(preview=STOPPED, newest=BUILD), START),
        (known(preview=REMOVED, newest=BUILD), START),
        (known(preview=PREVIEW, newest=replace(BUILD, sha=SHA_B)), START),
        (known(preview=PREVIEW, newest=replace(BUILD, state=BuildState.FAILED)), START),
        (known(preview=PREVIEW, newest=replace(BUILD, state=BuildState.CANCELLED)), START),
        (known(preview=replace(PREVIEW, serving_build_id=""), newest=BUILD), START),
        (known(preview=PREVIEW, newest=replace(BUILD, state=BuildState.BUILD, stop_wanted="cancelled")), START),
        (known(preview=PREVIEW, newest=BUILD), FollowBuild("bld_1")),
        (known(preview=PREVIEW, newest=replace(BUILD, state=BuildState.QUEUED)), FollowBuild("bld_1")),
        (known(preview=PREVIEW, newest=replace(BUILD, state=BuildState.LAUNCHING)), FollowBuild("bld_1")),
    ],
)
def test_preview_builds_or_answers_with_what_is_there(world: Known, expected: Decision) -> None:
    assert written("/preview", world) == expected


@pytest.mark.parametrize(
    ("text", "world", "reason"),
    [
        ("/preview", known(role=Role.TRIAGE), Reason.NOT_PERMITTED),
        ("/preview stop", known(role=Role.READ, preview=PREVIEW), Reason.NOT_PERMITTED),
        ("/status", known(role=Role.NONE), Reason.NOT_PERMITTED),
        ("/help", known(role=Role.NONE), Reason.NOT_PERMITTED),
        ("/previw", known(role=Role.NONE), Reason.NOT_PERMITTED),
        ("/previw", known(), Reason.UNKNOWN_COMMAND),
        ("/preview hard", known(), Reason.BAD_ARGUMENTS),
        ("/preview", known(current=at_github(state="closed")), Reason.PULL_REQUEST_CLOSED),
        ("/preview", known(current=at_github(head=FORK)), Reason.FORK_NEEDS_APPROVAL),
        ("/preview", known(role=Role.ADMIN, current=at_github(head=FORK | {"repo": None})), Reason.FORK_NEEDS_APPROVAL),
        ("/preview", known(current=at_github(SHA_B)), Reason.HEAD_MOVED),
        ("/preview", known(newest_sha=SHA_B), Reason.HEAD_MOVED),
        ("/preview", known(bound_sha=SHA_B), Reason.HEAD_MOVED),
        ("/preview", known(project=BROKEN), Reason.BAD_CONFIGURATION),
        ("/preview stop", known(), Reason.NO_PREVIEW),
        ("/preview stop", known(preview=STOPPED), Reason.NO_PREVIEW),
        ("/preview stop", known(preview=REMOVED), Reason.NO_PREVIEW),
    ],
)
def test_a_refusal_has_its_reason_and_what_changes_it(text: str, world: Known, reason: Reason) -> None:
    decision = written(text, world)
    assert isinstance(decision, Refuse)
    assert decision.reason is reason
    assert REMEDY[reason] in decision.sentence


def test_a_moved_head_is_refused_with_both_commits() -> None:
    decision = written("/preview", known(current=at_github(SHA_B)))
    assert isinstance(decision, Refuse)
    assert f"`{SHA_A[:7]}`" in decision.sentence
    assert f"`{SHA_B[:7]}`" in decision.sentence


def test_stop_stops() -> None:
    assert isinstance(written("/preview stop", known(preview=PREVIEW)), StopPreview)


@pytest.mark.parametrize(
    ("world", "words"),
    [
        (known(), "there is none yet"),
        (known(preview=REMOVED, newest=BUILD), "removed"),
        (known(preview=STOPPED, newest=BUILD), "stopped"),
        (known(preview=PREVIEW), "nothing was built yet"),
        (known(preview=PREVIEW, newest=BUILD), "`build_v0_1` of commit `aaaaaaa`: Ready."),
        (known(preview=PREVIEW, newest=replace(BUILD, id="bld_2", state=BuildState.BUILD)), "An older build answers"),
        (
            known(preview=PREVIEW, newest=replace(BUILD, state=BuildState.FAILED, cause="It broke.", fix="Mend it.")),
            "Failed. It broke. Mend it.",
        ),
    ],
)
def test_status_says_where_the_preview_stands(world: Known, words: str) -> None:
    decision = written("/status", replace(world, role=Role.READ))
    assert isinstance(decision, Answer)
    assert decision.markdown.startswith("Preview")
    assert words in decision.markdown


def test_text_that_is_no_command_does_nothing() -> None:
    assert isinstance(written("Nice!", known()), Nothing)


@pytest.mark.parametrize(
    ("role", "may"), [(Role.NONE, False), (Role.TRIAGE, False), (Role.WRITE, True), (Role.ADMIN, True)]
)
def test_permission_is_asked_again_when_the_job_runs(role: Role, may: bool) -> None:
    forge = MemoryForge()
    forge.repositories[REPOSITORY_ID] = MemoryRepository("acme/shop", roles={"somebody": role})
    refusal = may_build(forge, RepositoryRef(1, REPOSITORY_ID, "acme/shop"), "somebody")
    assert (refusal is None) is may
    if isinstance(refusal, Refusal):
        assert refusal.reason is Reason.NOT_PERMITTED
        assert "needs write permission" in str(refusal)
