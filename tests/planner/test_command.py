"""Commands and buttons about builds lead to decisions."""

from dataclasses import replace

import pytest

from engine.commands.buttons import BUTTONS
from engine.commands.table import Verb
from engine.domain.build import Build, BuildState
from engine.domain.permission import Role
from engine.forge.memory import MemoryForge, MemoryRepository
from engine.forge.port import RepositoryRef
from engine.planner.decision import Answer, CancelBuild, Decision, FollowBuild, Refuse, StopPreview
from engine.planner.known import Known, LogEnd
from engine.planner.permission import may_build
from engine.reasons import REMEDY, Reason
from tests.forge.payloads import SHA_A, SHA_B
from tests.planner.values import (
    BROKEN,
    BUILD,
    FORK,
    PREVIEW,
    REMOVED,
    START,
    STOPPED,
    at_github,
    known,
    pressed,
    written,
)

SHOP = RepositoryRef(1, 7, "acme/shop")
RUNNING = replace(BUILD, state=BuildState.BUILD)
QUEUED = replace(BUILD, state=BuildState.QUEUED)
FAILED = replace(BUILD, state=BuildState.FAILED)
CANCELLED = replace(BUILD, state=BuildState.CANCELLED)
SUPERSEDED = replace(BUILD, state=BuildState.SUPERSEDED)
ENDING = replace(RUNNING, stop_wanted="cancelled")


def reason_of(decision: Decision) -> Reason:
    assert isinstance(decision, Refuse)
    assert REMEDY[decision.reason] in decision.sentence
    return decision.reason


@pytest.mark.parametrize("build", [RUNNING, QUEUED])
def test_cancel_ends_the_build_that_was_seen(build: object) -> None:
    assert written("/cancel", known(preview=PREVIEW, newest=build, seen=build)) == CancelBuild("bld_1")


@pytest.mark.parametrize("why", ["cancelled", "superseded"])
def test_cancel_of_what_is_ending_already_follows_it(why: str) -> None:
    seen = replace(RUNNING, stop_wanted=why)
    assert written("/cancel", known(preview=PREVIEW, newest=seen, seen=seen)) == FollowBuild("bld_1")


@pytest.mark.parametrize("build", [BUILD, FAILED, CANCELLED, SUPERSEDED])
def test_cancel_of_what_is_over_names_its_state_and_version(build: Build) -> None:
    decision = written("/cancel", known(preview=PREVIEW, newest=build, seen=build))
    assert reason_of(decision) is Reason.ALREADY_FINISHED
    assert isinstance(decision, Refuse)
    assert f"`build_v0_1` of commit `aaaaaaa` is over: {build.state.value}" in decision.sentence


def test_cancel_never_touches_a_build_that_nobody_could_know_of() -> None:
    newer = replace(RUNNING, id="bld_2", number=2)
    assert reason_of(written("/cancel", known(preview=PREVIEW, newest=newer, seen=FAILED))) is Reason.ALREADY_FINISHED
    assert reason_of(written("/cancel", known(preview=PREVIEW, newest=newer))) is Reason.NOTHING_TO_CANCEL


@pytest.mark.parametrize(
    ("world", "expected"),
    [
        (known(preview=PREVIEW, newest=FAILED), START),
        (known(preview=PREVIEW, newest=CANCELLED), START),
        (known(preview=PREVIEW, newest=SUPERSEDED), START),
        (known(preview=STOPPED, newest=CANCELLED), START),
        (known(preview=PREVIEW, newest=ENDING), START),
        (known(preview=PREVIEW, newest=RUNNING), FollowBuild("bld_1")),
        (known(preview=PREVIEW, newest=QUEUED), FollowBuild("bld_1")),
    ],
)
def test_retry_builds_again_or_follows_what_is_under_way(world: Known, expected: Decision) -> None:
    assert written("/retry", world) == pressed("retry", world) == expected


@pytest.mark.parametrize(
    ("world", "words"),
    [
        (known(preview=PREVIEW, newest=BUILD), "went well"),
        (known(), "was not built"),
        (known(preview=PREVIEW, newest=replace(FAILED, sha=SHA_B)), "`aaaaaaa` was not built"),
    ],
)
def test_retry_of_what_did_not_fail_points_to_restart(world: Known, words: str) -> None:
    decision = written("/retry", world)
    assert reason_of(decision) is Reason.NOTHING_TO_RETRY
    assert isinstance(decision, Refuse)
    assert words in decision.sentence
    assert "`/preview restart`" in decision.sentence


@pytest.mark.parametrize("build", [BUILD, FAILED, CANCELLED, RUNNING, None])
@pytest.mark.parametrize("preview", [PREVIEW, STOPPED, REMOVED])
def test_restart_builds_the_head_whatever_its_state(build: object, preview: object) -> None:
    assert written("/preview restart", known(preview=preview, newest=build)) == START


@pytest.mark.parametrize("button", ["restart", "rerun"])
def test_a_button_that_is_pressed_twice_builds_once(button: str) -> None:
    assert pressed(button, known(preview=PREVIEW, newest=BUILD)) == START
    assert pressed(button, known(preview=PREVIEW, newest=RUNNING)) == FollowBuild("bld_1")


def test_the_other_buttons_are_their_commands() -> None:
    world = known(preview=PREVIEW, newest=BUILD)
    assert isinstance(pressed("stop_preview", world), StopPreview)
    assert pressed("start", replace(world, preview=STOPPED)) == START
    assert pressed("cancel", replace(world, seen=RUNNING)) == CancelBuild("bld_1")


MOVED = [known(current=at_github(SHA_B)), known(newest_sha=SHA_B), known(bound_sha=SHA_B)]


@pytest.mark.parametrize("text", ["/preview", "/preview restart", "/retry"])
@pytest.mark.parametrize("world", MOVED)
def test_d2_a_command_of_another_head_is_refused_with_both_commits(text: str, world: Known) -> None:
    decision = written(text, replace(world, preview=PREVIEW, newest=FAILED))
    assert reason_of(decision) is Reason.HEAD_MOVED
    assert isinstance(decision, Refuse)
    assert f"`{SHA_A[:7]}`" in decision.sentence
    assert f"`{SHA_B[:7]}`" in decision.sentence


@pytest.mark.parametrize("button", ["rerun", "retry", "restart", "start", "stop_preview"])
def test_d5_a_button_dies_when_there_is_a_newer_commit(button: str) -> None:
    newest = replace(FAILED, id="bld_2", sha=SHA_B)
    world = known(current=at_github(SHA_B), newest_sha=SHA_B, preview=PREVIEW, newest=newest)
    assert reason_of(pressed(button, world)) is Reason.STALE_BUTTON


@pytest.mark.parametrize("text", ["/preview", "/preview restart", "/retry"])
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"role": Role.TRIAGE}, Reason.NOT_PERMITTED),
        ({"current": at_github(state="closed")}, Reason.PULL_REQUEST_CLOSED),
        ({"current": at_github(head=FORK)}, Reason.FORK_NEEDS_APPROVAL),
        ({"project": BROKEN}, Reason.BAD_CONFIGURATION),
    ],
)
def test_what_builds_is_refused_where_nothing_may_be_built(
    text: str, changes: dict[str, object], reason: Reason
) -> None:
    assert reason_of(written(text, known(preview=PREVIEW, newest=FAILED, **changes))) is reason


@pytest.mark.parametrize("button", [button for button, verb in BUTTONS.items() if verb is not Verb.READINESS])
def test_a_button_needs_the_permission_of_its_command(button: str) -> None:
    world = known(role=Role.READ, preview=PREVIEW, newest=FAILED, seen=RUNNING)
    assert reason_of(pressed(button, world)) is Reason.NOT_PERMITTED


def test_logs_show_the_end_in_a_fence_that_nothing_breaks() -> None:
    lines = ("```", "\x1b[31m@writer\x1b[0m Closes #1", "</details>")
    decision = written("/logs build", known(role=Role.READ, log=LogEnd(BUILD, lines, 1204)))
    assert isinstance(decision, Answer)
    assert "`build_v0_1` of commit `aaaaaaa`, stage `build`." in decision.markdown
    assert "Only the last 3 of 1204 lines are shown." in decision.markdown
    assert decision.markdown.endswith("````text\n```\n@writer Closes #1\n</details>\n````")


def test_a_whole_log_is_not_called_cut() -> None:
    decision = written("/logs", known(role=Role.READ, log=LogEnd(BUILD, ("one",), 1)))
    assert isinstance(decision, Answer)
    assert "Only the last" not in decision.markdown


def test_three_long_logs_fit_into_one_comment() -> None:
    decision = written("/logs", known(log=LogEnd(BUILD, ("x" * 5000,) * 60, 60)))
    assert isinstance(decision, Answer)
    assert 3 * len(decision.markdown) < 60_000
    assert "the beginning is left out" in decision.markdown


@pytest.mark.parametrize("log", [None, LogEnd(BUILD, (), 0)])
def test_logs_without_a_log_are_refused(log: LogEnd | None) -> None:
    assert reason_of(written("/logs checks", known(role=Role.READ, log=log))) is Reason.NO_LOG


def test_an_apps_account_is_not_asked_for_a_role_when_its_job_runs() -> None:
    forge = MemoryForge()
    forge.repositories[SHOP.id] = MemoryRepository(SHOP.full_name)
    assert may_build(forge, SHOP, "dependabot[bot]") is None
    assert may_build(forge, SHOP, "dependabot") is not None
