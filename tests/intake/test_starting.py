"""Who gets a preview by itself (C6), from the delivery to the check run; and how little GitHub is asked for it."""

from typing import Any

import pytest

from engine.domain.build import BuildState
from engine.domain.permission import Role
from engine.reasons import Reason
from engine.store import lost_sandboxes
from engine.work.handler import Again
from tests.forge.payloads import FORK_ID, SHA_A, SHA_B, a_comment_event, a_pull_request_event, an_account
from tests.intake.counting import CountingForge
from tests.intake.world import World

BOT = an_account("dependabot[bot]", "Bot")


def rules(world: World, text: str, ref: str = "main") -> None:
    """The slipway.yml of a branch or commit."""
    world.repository.files[ref] = {"slipway.yml": f"preview: {text}\n".encode()}


def labels(*names: str) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


def told(world: World, action: str = "opened", sha: str = SHA_A, sender: str = "writer", **changes: Any) -> str:
    """A delivery of what GitHub has; the note of what became of it."""
    world.at_github(sha=sha, **changes)
    event = a_pull_request_event(action, sha=sha, **changes)
    event["sender"] = BOT if sender == BOT["login"] else an_account(sender)
    return world.take_in("pull_request", event).note


def built(world: World) -> list[str]:
    """Commits that were built, newest first."""
    return [build.sha for build in world.builds()]


def held_back(world: World, reason: Reason, sha: str = SHA_A) -> bool:
    """True when the commit has one neutral check run with this reason, and no build."""
    check = world.check_shows(sha)
    shown = check.conclusion == "neutral" and f"`{reason}`" in check.summary
    return shown and world.skipped(sha).reason is reason and sha not in built(world)


def test_drafts_are_built_unless_the_default_branch_says_otherwise(world: World) -> None:
    told(world, draft=True)
    assert built(world) == [SHA_A]
    rules(world, "{drafts: false}")
    told(world, "synchronize", SHA_B, draft=True)
    assert held_back(world, Reason.DRAFT, SHA_B)
    told(world, "ready_for_review", SHA_B)
    assert built(world) == [SHA_B, SHA_A]


def test_the_head_cannot_admit_itself(world: World) -> None:
    rules(world, "{drafts: false, labels: {require: [preview]}}")
    rules(world, "{drafts: true, bots: true, labels: {require: []}}", ref=SHA_A)
    told(world, draft=True)
    assert held_back(world, Reason.DRAFT)


def test_a_bots_pull_request_waits_for_a_person(world: World) -> None:
    told(world, sender="dependabot[bot]", user=BOT)
    assert held_back(world, Reason.BOT_AUTHOR)
    world.take_in("issue_comment", a_comment_event("/preview"))
    assert [build.requested_by for build in world.builds()] == ["writer"]


@pytest.mark.parametrize("bots", ["true", "[dependabot]", "['Dependabot[bot]']"])
def test_an_admitted_bot_is_built_for_without_a_role(world: World, bots: str) -> None:
    rules(world, f"{{bots: {bots}}}")
    told(world, sender="dependabot[bot]", user=BOT)
    assert [build.requested_by for build in world.builds()] == ["dependabot[bot]"]


def test_an_admitted_bots_fork_is_a_fork(world: World) -> None:
    rules(world, "{bots: true}")
    told(world, sender="dependabot[bot]", user=BOT, head={"ref": "x", "sha": SHA_A, "repo": {"id": FORK_ID}})
    assert held_back(world, Reason.FORK_NEEDS_APPROVAL)


def test_the_required_label_starts_it_and_taking_it_away_ends_it(world: World) -> None:
    rules(world, "{labels: {require: [preview]}}")
    told(world)
    assert held_back(world, Reason.LABEL_MISSING)
    told(world, "labeled", labels=labels("bug", "Preview"))
    assert built(world) == [SHA_A]
    world.build_goes_well()
    told(world, "unlabeled", labels=labels("bug"))
    assert world.preview().life == "removed"
    assert "the pull request's labels ended it" in world.comment_shows()
    told(world, "synchronize", SHA_B, labels=labels("bug"))
    assert held_back(world, Reason.LABEL_MISSING, SHA_B)
    told(world, "labeled", SHA_B, labels=labels("preview"))
    assert (world.preview().life, world.builds()[0].sha) == ("open", SHA_B)


def test_a_label_that_github_does_not_know_of_yet_is_asked_about_once_more(world: World) -> None:
    rules(world, "{labels: {require: [preview]}}")
    told(world)
    key = world.receive("pull_request", a_pull_request_event("labeled", labels=labels("preview")))
    assert isinstance(world.run(key), Again)
    world.at_github(labels=labels("preview"))
    assert not isinstance(world.run(key, attempts=2), Again)
    assert built(world) == [SHA_A]


def test_a_preview_that_somebody_asked_for_outlives_its_label(world: World) -> None:
    rules(world, "{labels: {require: [preview]}}")
    told(world)
    world.take_in("issue_comment", a_comment_event("/preview"))
    told(world, "unlabeled")
    told(world, "synchronize", SHA_B)
    assert world.preview().life == "open"
    assert built(world) == [SHA_B, SHA_A]


def test_having_asked_counts_until_the_preview_ends(world: World) -> None:
    rules(world, "{labels: {require: [preview]}}")
    told(world)
    world.take_in("issue_comment", a_comment_event("/preview"))
    told(world, "closed", state="closed")
    told(world, "reopened")
    told(world, "synchronize", SHA_B)
    assert held_back(world, Reason.LABEL_MISSING, SHA_B)


def test_the_preventing_label_ends_it_and_holds_new_commits_back(world: World) -> None:
    rules(world, "{labels: {prevent: [no-preview]}}")
    told(world)
    told(world, "labeled", labels=labels("no-preview"))
    assert world.preview().life == "removed"
    assert world.builds()[0].state is BuildState.CANCELLED
    told(world, "synchronize", SHA_B, labels=labels("no-preview"))
    assert held_back(world, Reason.LABEL_PREVENTS, SHA_B)
    told(world, "unlabeled", SHA_B)
    assert world.builds()[0].sha == SHA_B


def test_a_stopped_preview_is_not_started_by_a_label(world: World) -> None:
    rules(world, "{labels: {require: [preview]}}")
    told(world, labels=labels("preview"))
    world.stop_preview()
    told(world, "synchronize", SHA_B, labels=labels("preview"))
    told(world, "labeled", SHA_B, labels=labels("preview", "bug"))
    assert held_back(world, Reason.PREVIEW_STOPPED, SHA_B)


@pytest.mark.parametrize("title", ["[skip preview] Docs", "Docs [Skip CI]"])
def test_a_title_asks_for_no_preview_until_it_is_changed(world: World, title: str) -> None:
    told(world, title=title)
    assert held_back(world, Reason.SKIP_REQUESTED)
    told(world, "edited", title="Docs")
    assert built(world) == [SHA_A]


def test_a_commits_message_asks_for_no_preview_of_that_commit(world: World) -> None:
    told(world)
    world.repository.messages[SHA_B] = "Mend a word\n\n[preview skip]"
    told(world, "synchronize", SHA_B)
    assert held_back(world, Reason.SKIP_REQUESTED, SHA_B)


def test_path_filters_of_the_head_decide_by_what_the_pull_request_changes(world: World) -> None:
    for sha in (SHA_A, SHA_B):
        rules(world, "{paths: [web/**]}", ref=sha)
    world.repository.changed[1] = ("api/app.py",)
    told(world)
    assert held_back(world, Reason.PATHS_UNTOUCHED)
    world.repository.changed[1] = ("api/app.py", "web/index.html")
    told(world, "synchronize", SHA_B)
    assert built(world) == [SHA_B]


def test_more_paths_than_are_read_touch_everything(world: World) -> None:
    rules(world, "{paths: [web/**]}", ref=SHA_A)
    world.repository.changed[1] = None
    told(world)
    assert built(world) == [SHA_A]


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("{drafts: false}", {"draft": True}),
        ("{labels: {require: [preview]}}", {}),
        ("{labels: {prevent: [stay]}}", {"labels": labels("stay")}),
        ("{}", {"title": "[skip preview]"}),
        ("{}", {"user": BOT}),
    ],
)
def test_preview_by_a_person_overrides_each_of_them(world: World, rule: str, changes: dict[str, Any]) -> None:
    rules(world, rule)
    told(world, sender="dependabot[bot]" if "user" in changes else "writer", **changes)
    assert built(world) == []
    world.take_in("issue_comment", a_comment_event("/preview"))
    assert built(world) == [SHA_A]


def test_a_bad_file_on_the_default_branch_counts_as_none(world: World) -> None:
    world.repository.files["main"] = {"slipway.yml": b"preview: {drafts: perhaps}\n"}
    told(world, draft=True)
    assert built(world) == [SHA_A]


def test_e11_retargeting_builds_nothing_and_changes_no_rule(world: World) -> None:
    rules(world, "{labels: {require: [preview]}}")
    rules(world, "{}", ref="release")
    told(world)
    told(world, "edited", base={"ref": "release", "sha": SHA_B, "repo": None})
    assert held_back(world, Reason.LABEL_MISSING)


def test_e11_a_draft_keeps_what_serves_and_its_pushes_wait(world: World) -> None:
    rules(world, "{drafts: false}")
    told(world)
    world.build_goes_well()
    told(world, "converted_to_draft", draft=True)
    assert world.preview().serving_build_id == world.builds()[0].id
    told(world, "synchronize", SHA_B, draft=True)
    assert held_back(world, Reason.DRAFT, SHA_B)
    assert "[Open](" in world.comment_shows()


def test_e11_merged_by_a_queue_ends_the_preview(world: World) -> None:
    told(world)
    told(world, "enqueued")
    assert world.preview().life == "open"
    world.at_github(state="closed", merged=True)
    event = a_pull_request_event("closed", state="closed", merged=True)
    event["sender"] = an_account("github-merge-queue[bot]", "Bot")
    world.take_in("pull_request", event)
    assert world.preview().life == "removed"


def test_e9_the_labels_of_a_deleted_forks_pull_request_change_nothing(world: World) -> None:
    rules(world, "{labels: {require: [preview]}}")
    told(world, head={"ref": "x", "sha": SHA_A, "repo": None})
    told(world, "labeled", head={"ref": "x", "sha": SHA_A, "repo": None}, labels=labels("preview"))
    assert held_back(world, Reason.FORK_NEEDS_APPROVAL)


def asked_for(world: World, action: str, **changes: Any) -> list[str]:
    """What the forge is asked for one delivery."""
    counting = CountingForge(world.forge)
    world.handler = world.handler_with(counting)
    told(world, action, **changes)
    return counting.asked


USUAL = ["pull_request", "permission", "read_file", "read_file"]


def test_a_push_costs_one_call_more_for_its_message(world: World) -> None:
    assert asked_for(world, "opened") == [*USUAL, "change"]


def test_paths_are_asked_for_where_there_are_filters(world: World) -> None:
    rules(world, "{paths: [web/**]}", ref=SHA_A)
    assert asked_for(world, "opened") == [*USUAL, "change with paths"]


@pytest.mark.parametrize(
    ("rule", "changes"),
    [("{drafts: false}", {"draft": True}), ("{}", {"title": "[skip ci]"}), ("{labels: {require: [x]}}", {})],
)
def test_what_is_held_back_anyway_costs_no_further_call(world: World, rule: str, changes: dict[str, Any]) -> None:
    rules(world, rule)
    assert asked_for(world, "opened", **changes) == USUAL


@pytest.mark.parametrize("action", ["edited", "converted_to_draft", "assigned"])
def test_a_change_that_concerns_no_decision_costs_no_call(world: World, action: str) -> None:
    told(world)
    assert asked_for(world, action, title="Another") == []


def test_a_label_costs_two_calls_where_labels_decide_nothing(world: World) -> None:
    told(world)
    assert asked_for(world, "labeled", labels=labels("bug")) == ["read_file", "read_file"]


def test_a_bots_push_asks_for_no_role(world: World) -> None:
    world.repository.roles["dependabot[bot]"] = Role.WRITE
    assert asked_for(world, "opened", sender="dependabot[bot]", user=BOT) == ["pull_request", "read_file", "read_file"]


def test_a_preview_that_was_built_again_by_itself_is_not_a_persons_wish(world: World) -> None:
    told(world)
    world.build_goes_well()
    with world.database.write() as connection:
        lost_sandboxes.bring_back(connection, [], "lost:one", world.builds()[0].created_at + 20)
    assert len(built(world)) == 2
    rules(world, "{drafts: false}")
    told(world, "synchronize", SHA_B, draft=True)
    assert held_back(world, Reason.DRAFT, SHA_B)
