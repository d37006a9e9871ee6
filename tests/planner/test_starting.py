"""Who may have a preview by itself, and when (C6): tables of values."""

from dataclasses import replace
from typing import Any

import pytest

from engine.domain.build import BuildState
from engine.domain.permission import Role
from engine.forge.port import Change
from engine.planner.decision import Decision, Nothing, RemovePreview, Skip, StartBuild
from engine.planner.known import Known, Project
from engine.planner.plan import plan
from engine.planner.skip_mark import asks_to_skip
from engine.project.start_rules import StartRules
from engine.reasons import Reason
from tests.forge.payloads import SHA_A, SHA_B, a_pull_request_event, an_account
from tests.planner.values import BUILD, FORK, PREVIEW, REMOVED, START, STOPPED, at_github, event, known, pushed, written

NO_DRAFTS = Project(rules=StartRules(drafts=False))
REQUIRED = Project(rules=StartRules(require=("preview", "demo")))
PREVENTED = Project(rules=StartRules(prevent=("no-preview",)))
WEB_ONLY = Project(paths=("web/**",))
BOT = an_account("dependabot[bot]", "Bot")
OLDER = replace(BUILD, sha=SHA_B)


def labels(*names: str) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


def changed(action: str, world: Known, sender: str = "writer", **changes: Any) -> Decision:
    """The pull request has these changes in the delivery and at the forge."""
    world = replace(world, current=at_github(**changes))
    payload = a_pull_request_event(action, **changes)
    payload["sender"] = an_account(sender, "Bot" if sender.endswith("[bot]") else "User")
    return plan(event("pull_request", payload), world)


@pytest.mark.parametrize(
    ("project", "change", "pull_request", "reason"),
    [
        (NO_DRAFTS, None, {"draft": True}, Reason.DRAFT),
        (REQUIRED, None, {}, Reason.LABEL_MISSING),
        (REQUIRED, None, {"labels": labels("bug")}, Reason.LABEL_MISSING),
        (PREVENTED, None, {"labels": labels("No-Preview")}, Reason.LABEL_PREVENTS),
        (WEB_ONLY, Change("x", ("api/a.py",)), {}, Reason.PATHS_UNTOUCHED),
        (WEB_ONLY, Change("x", ()), {}, Reason.PATHS_UNTOUCHED),
        (Project(), Change("Fix it\n\n[skip preview]", None), {}, Reason.SKIP_REQUESTED),
        (Project(), None, {"title": "Docs [Skip CI]"}, Reason.SKIP_REQUESTED),
    ],
)
@pytest.mark.parametrize("action", ["opened", "synchronize", "ready_for_review", "reopened"])
def test_a_rule_holds_the_head_back(
    project: Project, change: Change | None, pull_request: dict[str, Any], reason: Reason, action: str
) -> None:
    assert changed(action, known(project=project, change=change), **pull_request) == Skip(SHA_A, reason)


@pytest.mark.parametrize(
    ("project", "change", "pull_request"),
    [
        (Project(), None, {"draft": True}),
        (NO_DRAFTS, None, {}),
        (REQUIRED, None, {"labels": labels("bug", "PREVIEW")}),
        (PREVENTED, None, {"labels": labels("preview")}),
        (WEB_ONLY, Change("x", ("README.md", "web/a.js")), {}),
        (WEB_ONLY, Change("x", None), {}),
        (Project(), Change("skip preview", None), {"title": "No [skip] preview"}),
    ],
)
def test_what_no_rule_holds_back_is_built(
    project: Project, change: Change | None, pull_request: dict[str, Any]
) -> None:
    assert changed("synchronize", known(project=project, change=change), **pull_request) == START


@pytest.mark.parametrize(
    ("project", "pull_request"),
    [(NO_DRAFTS, {"draft": True}), (REQUIRED, {}), (WEB_ONLY, {}), (Project(start="on_command"), {})],
)
def test_once_a_person_asked_for_the_preview_rules_about_starting_stop_no_push(
    project: Project, pull_request: dict[str, Any]
) -> None:
    world = known(preview=PREVIEW, newest=OLDER, asked_for=True, project=project, change=Change("x", ()))
    assert changed("synchronize", world, **pull_request) == START


@pytest.mark.parametrize(
    ("pull_request", "message", "reason"),
    [
        ({"labels": labels("no-preview")}, "x", Reason.LABEL_PREVENTS),
        ({"title": "[skip preview] x"}, "x", Reason.SKIP_REQUESTED),
        ({}, "[preview skip]", Reason.SKIP_REQUESTED),
    ],
)
def test_what_somebody_says_about_this_commit_holds_also_while_a_preview_is_there(
    pull_request: dict[str, Any], message: str, reason: Reason
) -> None:
    world = known(preview=PREVIEW, newest=OLDER, asked_for=True, project=PREVENTED, change=Change(message, None))
    assert changed("synchronize", world, **pull_request) == Skip(SHA_A, reason)


@pytest.mark.parametrize("project", [NO_DRAFTS, REQUIRED, PREVENTED, WEB_ONLY, Project()])
def test_preview_by_a_person_overrides_every_rule(project: Project) -> None:
    current = at_github(draft=True, title="[skip preview]", labels=labels("no-preview"), user=BOT)
    assert written("/preview", known(project=project, current=current)) == START


@pytest.mark.parametrize(
    ("bots", "action", "sender", "expected"),
    [
        (False, "opened", "dependabot[bot]", Skip(SHA_A, Reason.BOT_AUTHOR)),
        (False, "synchronize", "dependabot[bot]", Skip(SHA_A, Reason.BOT_AUTHOR)),
        (False, "reopened", "writer", Skip(SHA_A, Reason.BOT_AUTHOR)),
        (("renovate",), "opened", "dependabot[bot]", Skip(SHA_A, Reason.BOT_AUTHOR)),
        (True, "opened", "dependabot[bot]", StartBuild(SHA_A, "private", "dependabot[bot]")),
        (("dependabot",), "synchronize", "dependabot[bot]", StartBuild(SHA_A, "private", "dependabot[bot]")),
    ],
)
def test_a_bots_pull_request_is_built_where_the_default_branch_admits_it(
    bots: bool | tuple[str, ...], action: str, sender: str, expected: Decision
) -> None:
    world = known(role=Role.NONE, login="dependabot[bot]", project=Project(rules=StartRules(bots=bots)))
    assert changed(action, world, sender, user=BOT) == expected


def test_what_a_person_pushes_to_a_bots_pull_request_is_that_persons() -> None:
    assert changed("synchronize", known(), "writer", user=BOT) == START
    assert changed("synchronize", known(role=Role.READ), "reader", user=BOT) == Skip(SHA_A, Reason.NOT_PERMITTED)


@pytest.mark.parametrize("action", ["labeled", "unlabeled", "edited", "converted_to_draft"])
@pytest.mark.parametrize("skipped", [Reason.LABEL_MISSING, Reason.SKIP_REQUESTED, Reason.DRAFT])
def test_a_head_that_was_held_back_is_built_once_nothing_does(action: str, skipped: Reason) -> None:
    assert changed(action, known(skipped=skipped)) == START


@pytest.mark.parametrize("action", ["labeled", "unlabeled", "edited", "converted_to_draft"])
def test_e11_what_is_still_held_back_is_not_told_twice(action: str) -> None:
    world = known(skipped=Reason.LABEL_MISSING, project=REQUIRED)
    assert isinstance(changed(action, world), Nothing)


def test_a_head_that_is_held_back_for_another_reason_now_says_so() -> None:
    world = known(skipped=Reason.LABEL_MISSING, project=PREVENTED)
    assert changed("labeled", world, labels=labels("no-preview")) == Skip(SHA_A, Reason.LABEL_PREVENTS)


@pytest.mark.parametrize("action", ["labeled", "unlabeled", "edited", "converted_to_draft"])
@pytest.mark.parametrize(
    ("world", "changes"),
    [
        (known(), {}),
        (known(preview=PREVIEW, newest=BUILD), {}),
        (known(skipped=Reason.DRAFT), {"state": "closed"}),
        (known(skipped=Reason.FORK_NEEDS_APPROVAL), {"head": FORK}),
        (known(skipped=Reason.DRAFT, newest_sha=SHA_B), {}),
        (known(skipped=Reason.PREVIEW_STOPPED, preview=STOPPED), {}),
    ],
)
def test_changes_that_concern_no_decision_do_nothing(action: str, world: Known, changes: dict[str, Any]) -> None:
    assert isinstance(changed(action, world, **changes), Nothing)


def test_the_required_label_starts_a_pull_request_that_was_never_decided() -> None:
    assert changed("labeled", known(project=REQUIRED), labels=labels("demo")) == START
    assert changed("labeled", known(project=REQUIRED, preview=REMOVED), labels=labels("demo")) == START


@pytest.mark.parametrize(
    ("project", "names"), [(REQUIRED, ()), (REQUIRED, ("bug",)), (PREVENTED, ("no-preview", "bug"))]
)
@pytest.mark.parametrize("action", ["labeled", "unlabeled"])
def test_labels_end_a_preview_that_nobody_asked_for(project: Project, names: tuple[str, ...], action: str) -> None:
    world = known(preview=PREVIEW, newest=BUILD, project=project)
    assert changed(action, world, labels=labels(*names)) == RemovePreview()
    assert isinstance(changed(action, replace(world, asked_for=True), labels=labels(*names)), Nothing)


@pytest.mark.parametrize("state", list(BuildState))
def test_e11_a_draft_keeps_what_there_is(state: BuildState) -> None:
    world = known(preview=PREVIEW, newest=replace(BUILD, state=state), project=NO_DRAFTS)
    assert isinstance(changed("converted_to_draft", world, draft=True), Nothing)


def test_e11_a_new_base_branch_makes_no_new_build() -> None:
    base = {"ref": "release", "sha": SHA_B, "repo": None}
    assert isinstance(changed("edited", known(preview=PREVIEW, newest=BUILD), base=base), Nothing)


@pytest.mark.parametrize("action", ["enqueued", "dequeued", "auto_merge_enabled"])
def test_e11_a_merge_queue_changes_nothing_until_it_has_merged(action: str) -> None:
    assert isinstance(pushed(known(preview=PREVIEW, newest=BUILD), action), Nothing)


def test_e11_merged_by_a_queue_is_closed() -> None:
    world = known(preview=PREVIEW, newest=BUILD)
    queue = "github-merge-queue[bot]"
    assert changed("closed", world, queue, state="closed", merged=True) == RemovePreview()


@pytest.mark.parametrize("text", ["[skip preview]", "x [Preview Skip] y", "a\n\n[skip ci]", "[ci skip]", "[no ci]"])
def test_skip_words(text: str) -> None:
    assert asks_to_skip(text)


@pytest.mark.parametrize("text", ["", "skip preview", "[skip]", "[skip  preview]", "(skip ci)", "[skip actions]"])
def test_other_words_skip_nothing(text: str) -> None:
    assert not asks_to_skip(text)
