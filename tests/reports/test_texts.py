"""Reports as people read them, from one pull request's life: golden renderings of views."""

from dataclasses import replace

import pytest

from engine.commands.buttons import BUTTONS
from engine.domain.build import Build, BuildState
from engine.domain.preview import Preview, PreviewState, preview_state
from engine.reasons import Reason
from engine.reports.actions import DESCRIPTION_LIMIT, LABEL_LIMIT, Action
from engine.reports.check_buttons import RESTART, RETRY, START, STARTABLE, STOP
from engine.reports.check_text import SKIPPED, CheckRun, check_run_of
from engine.reports.comment_text import sticky_comment_of
from engine.reports.escape import CHECK_LIMIT, COMMENT_LIMIT
from engine.reports.links import Links
from engine.reports.location import Location
from engine.reports.reaction_text import REACTIONS, reactions_of
from engine.reports.view import Answer, BuildView, CommitView, PullRequestView, Stage
from engine.settings import read_settings
from engine.store.asks import Ask
from engine.store.pull_requests import StoredPullRequest
from engine.store.repositories import StoredRepository
from engine.store.skips import Skipped

LINKS = Links(read_settings({"DATA_DIR": "/nowhere"}))
SHOP = StoredRepository(7, 1, "acme/shop", "main", True, "https://github.example/acme/shop.git", True)
SHA_A, SHA_B = "a" * 40, "b" * 40
#: 2026-11-21 03:04 UTC.
NOON = 1_795_230_240.0
PREVIEW = Preview("pv_1", 1, 7, 1, "pr-1--shop-abc", "open", 1, "", "bld_1", "bld_1", "private")
READY = Build("bld_1", "pv_1", 7, 1, SHA_A, "", "writer", BuildState.READY, "", "", "", NOON, NOON, NOON + 12, "")
FAILED = replace(
    READY,
    id="bld_2",
    number=2,
    sha=SHA_B,
    state=BuildState.FAILED,
    cause="The application exited with 1 before it listened on $PORT: RuntimeError: the flux is missing (app.py:3)",
    fix="Mend the error and push; the log has all that it said.",
)
STAGES = (
    Stage("queued", "Waiting for a worker", 0.4),
    Stage("starting", "Starting", 0.1),
    Stage("source", "Fetching", 0.2),
    Stage("dependencies", "Installing", 9.0),
    Stage("launching", "Launching", 2.3),
)
ASK = Ask("d1", 1, 7, 1, 99, "reader", "/preview", "refused", "not_permitted", "No.", "", SHA_A, NOON)


def built(build: Build, *log: str) -> BuildView:
    end = Stage(build.state, "", None)
    return BuildView(build, (*STAGES, end), log, build.finished_at or NOON)


def commit(outcome: BuildView | Skipped, sha: str = SHA_A) -> CheckRun:
    return check_run_of(CommitView("inst", SHOP, sha, outcome, PREVIEW), LINKS)


def a_view(newest: BuildView | None = None, **changes: object) -> PullRequestView:
    preview = PREVIEW if newest else None
    state = preview_state("open", newest.build.state) if newest else PreviewState.WAITING
    view = PullRequestView("inst", SHOP, 1, None, preview, state, newest, None, None, (), NOON)
    return replace(view, **changes)  # type: ignore[arg-type]  # named fields of the view


def comment(newest: BuildView | None = None, **changes: object) -> str:
    found = sticky_comment_of(a_view(newest, **changes), LINKS)
    assert found is not None
    return found.body


def test_a_ready_preview_in_the_comment() -> None:
    assert comment(built(READY), serving=READY) == (
        "<!-- slipway:inst:7:1 -->\n\n"
        "| Name | Status | Preview | Commit | Updated (UTC) |\n"
        "|---|---|---|---|---|\n"
        "| `shop` | ✅ Ready | [Open](http://pr-1--shop-abc.localhost:8081/) | `aaaaaaa` | 2026-11-21 03:04 |\n\n"
        "[Job page with the log](http://localhost:8080/jobs/bld_1) of `build_v0_1`"
    )


def test_a_failed_push_in_the_comment_keeps_the_last_good_link() -> None:
    body = comment(built(FAILED), serving=READY)
    assert "| ❌ Failed | [Open](http://pr-1--shop-abc.localhost:8081/), serves `aaaaaaa` | `bbbbbbb` |" in body
    assert (
        "**Cause:** The application exited with 1 before it listened on \\$PORT: "
        "RuntimeError: the flux is missing (app.py:3)." in body
    )
    assert "**Fix:** Mend the error and push; the log has all that it said." in body


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (BuildState.QUEUED, "🔨 Waiting for a worker"),
        (BuildState.DEPENDENCIES, "🔨 Installing dependencies"),
        (BuildState.CANCELLED, "⏹️ Cancelled"),
    ],
)
def test_the_status_names_the_stage(state: BuildState, words: str) -> None:
    assert f"| {words} |" in comment(built(replace(READY, state=state)))


def test_a_removed_preview_in_the_comment() -> None:
    body = comment(built(READY), preview=replace(PREVIEW, life="removed"), state=PreviewState.REMOVED, serving=READY)
    assert "🧹 Preview removed" in body
    assert "[Open]" not in body
    assert "Preview removed: the pull request is closed." in body


def test_a_stopped_preview_in_the_comment_says_how_to_start_it() -> None:
    body = comment(built(READY), state=PreviewState.STOPPED)
    assert "Comment `/preview` to start it again." in body


def test_the_last_answers_are_folded_away() -> None:
    body = comment(answers=(Answer(ASK, None), Answer(replace(ASK, login="writer", state="done"), READY)))
    assert "| `shop` | No build yet | – | – |" in body
    assert (
        "<details><summary>Last answers</summary>\n\n"
        "**`/preview`** by `reader`, 2026-11-21 03:04 UTC:\n\nNo.\n\n"
        "**`/preview`** by `writer`, 2026-11-21 03:04 UTC:\n\n" in body
    )
    assert body.endswith("\n\n</details>")


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (READY, "Commit `aaaaaaa` is ready: [open the preview](http://pr-1--shop-abc.localhost:8081/)."),
        (replace(READY, id="bld_0"), "it doesn't answer any more"),
        (replace(READY, state=BuildState.SOURCE), "Commit `aaaaaaa` is being built: follow it on the [job page]"),
        (FAILED, "Commit `bbbbbbb` failed: The application exited with 1"),
        (replace(READY, state=BuildState.SUPERSEDED), "A newer commit took the place of `aaaaaaa`"),
        (replace(READY, state=BuildState.CANCELLED), "was cancelled"),
    ],
)
def test_an_answer_goes_as_its_build_goes(build: Build, words: str) -> None:
    assert words in comment(built(READY), answers=(Answer(ASK, build),))


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (replace(READY, state=BuildState.BUILD), "is being cancelled. This answer says when nothing of it is left"),
        (
            replace(READY, state=BuildState.CANCELLED, status_message="Cancelled by writer"),
            "`build_v0_1` of commit `aaaaaaa` is cancelled, and nothing of it is left "
            "([job page](http://localhost:8080/jobs/bld_1)). Cancelled by writer.",
        ),
        (replace(READY, state=BuildState.SUPERSEDED), "ended, since a newer commit took its place"),
        (READY, "was over before it could be cancelled: ready"),
        (FAILED, "was over before it could be cancelled: failed"),
    ],
)
def test_the_answer_to_cancel_goes_as_the_end_goes(build: Build, words: str) -> None:
    cancel = replace(ASK, command="/cancel", state="working")
    assert words in comment(built(READY), answers=(Answer(cancel, build),))


def test_an_end_that_is_not_proven_is_not_said_to_be() -> None:
    cancelled = replace(READY, state=BuildState.CANCELLED, status_message="Cancelled by writer; it isn't proven yet")
    cancel = Answer(replace(ASK, command="/cancel", state="done"), cancelled, proven=False)
    body = comment(built(cancelled), answers=(cancel,))
    assert "nothing of it is left" not in body
    assert "is cancelled ([job page]" in body
    assert "Cancelled by writer; it isn't proven yet." in body


def test_a_preview_that_its_labels_ended_says_so() -> None:
    known = StoredPullRequest(7, 1, "x", "writer", SHA_A, "x", "main", fork=False, draft=False, open=True,
                              head_received_at=NOON)  # fmt: skip
    gone = replace(PREVIEW, life="removed")
    body = comment(built(READY), preview=gone, state=PreviewState.REMOVED, pull_request=known)
    assert "the pull request's labels ended it. Comment `/preview`" in body


def test_a_commit_that_was_not_built_is_told_in_the_comment() -> None:
    skipped = Skipped(7, SHA_B, 1, 1, Reason.BAD_CONFIGURATION, "slipway.yml: a: bad\nslipway.yml: b: bad", NOON)
    body = comment(built(READY), skipped=skipped)
    assert "Commit `bbbbbbb`: `slipway.yml` has problems." in body
    assert body.count("\n- slipway.yml: ") == 2


def test_nothing_is_said_while_nobody_asked_and_nothing_was_built() -> None:
    assert sticky_comment_of(a_view(), LINKS) is None


def test_the_check_of_a_ready_build() -> None:
    run = commit(built(READY, "up"))
    assert (run.conclusion, run.title, run.details_url) == (
        "success",
        "Ready in 12 s",
        "http://localhost:8080/jobs/bld_1",
    )
    assert run.external_id == f"slipway:inst:7:{SHA_A}"
    assert run.summary == (
        "`build_v0_1` of commit `aaaaaaa`: **Ready**\n\n"
        "[Open the preview](http://pr-1--shop-abc.localhost:8081/)\n\n"
        "| stage | took |\n|---|---|\n"
        "| Waiting for a worker | 0.4 s |\n| Starting a sandbox | 0.1 s |\n| Fetching the source | 0.2 s |\n"
        "| Installing dependencies | 9.0 s |\n| Launching | 2.3 s |\n\n"
        "[Job page with the whole log](http://localhost:8080/jobs/bld_1)"
    )
    assert run.text == "The last 1 lines of the log:\n\n```text\nup\n```"


def test_the_check_of_a_failed_build_names_cause_fix_and_place() -> None:
    run = commit(built(FAILED, "Traceback", "RuntimeError: the flux is missing"), SHA_B)
    assert run.conclusion == "failure"
    assert run.title.startswith("Failed: The application exited with 1")
    assert "**Cause:**" in run.summary
    assert "**Fix:**" in run.summary
    assert run.location == Location("app.py", 3)
    assert "the flux is missing" in run.message


@pytest.mark.parametrize("state", [state for state in BuildState if not state.terminal])
def test_the_check_of_a_build_on_its_way_is_not_concluded(state: BuildState) -> None:
    run = commit(built(replace(READY, state=state, finished_at=None)))
    assert (run.conclusion, run.completed_at) == (None, "")
    assert "| … |" in run.summary


@pytest.mark.parametrize("state", [state for state in BuildState if state.terminal])
def test_the_check_of_every_build_that_is_over_is_concluded(state: BuildState) -> None:
    run = commit(built(replace(READY, state=state)))
    assert run.conclusion in ("success", "failure", "neutral", "cancelled")
    assert run.completed_at


@pytest.mark.parametrize("reason", list(SKIPPED))
def test_a_skipped_commits_check_is_terminal_and_names_its_reason(reason: Reason) -> None:
    run = commit(Skipped(7, SHA_A, 1, 1, reason, "slipway.yml: a: `x`", NOON))
    assert run.conclusion == ("failure" if reason is Reason.BAD_CONFIGURATION else "neutral")
    assert reason.value in run.title
    assert f"`{reason}`" in run.summary


def buttons(outcome: BuildView | Skipped, preview: Preview | None = PREVIEW) -> list[str]:
    run = check_run_of(CommitView("inst", SHOP, SHA_A, outcome, preview), LINKS)
    return [action.identifier for action in run.actions]


@pytest.mark.parametrize("life", ["open", "stopped", "removed"])
@pytest.mark.parametrize("state", BuildState)
def test_a_builds_check_offers_what_comes_next(state: BuildState, life: str) -> None:
    offered = buttons(built(replace(READY, state=state)), replace(PREVIEW, life=life))
    if life == "removed" or not state.terminal:
        assert offered == []
    elif state is BuildState.READY:
        assert offered == (["restart", "stop_preview"] if life == "open" else ["start"])
    else:
        assert offered == ["retry"]


def test_a_build_whose_place_was_taken_offers_nothing() -> None:
    assert buttons(built(replace(READY, id="bld_0", state=BuildState.SUPERSEDED))) == []


@pytest.mark.parametrize("reason", Reason)
def test_a_skipped_commit_offers_to_start_it_where_a_press_is_enough(reason: Reason) -> None:
    offered = buttons(Skipped(7, SHA_A, 1, 1, reason, "", NOON), None)
    assert offered == (["start"] if reason in STARTABLE else [])
    assert set(SKIPPED) >= STARTABLE


@pytest.mark.parametrize("action", [RETRY, RESTART, STOP, START])
def test_a_button_fits_githubs_limits_and_is_a_command(action: Action) -> None:
    assert len(action.label) <= LABEL_LIMIT
    assert len(action.description) <= DESCRIPTION_LIMIT
    assert action.identifier in BUTTONS


def test_hostile_logs_and_causes_stay_inside() -> None:
    hostile = replace(FAILED, cause="@writer Closes #1 </details> | x", fix="[a](http://evil.example)")
    run = commit(built(hostile, "```", "\x1b[31m@writer\x1b[0m", "x" * 100_000))
    body = comment(built(hostile), serving=READY)
    for shown in (run.summary, body):
        assert "@writer" not in shown
        assert "Closes #1" not in shown
        assert "http://evil" not in shown
    assert run.text.endswith("\n````")
    assert len(run.text) <= CHECK_LIMIT


def test_a_comment_is_never_longer_than_github_takes() -> None:
    ask = replace(ASK, answer="word " * 20_000)
    assert len(comment(answers=(Answer(ask, None),) * 3)) <= COMMENT_LIMIT


@pytest.mark.parametrize(
    ("state", "last"),
    [("received", "eyes"), ("working", "eyes"), ("done", "rocket"), ("refused", "-1"), ("failed", "-1")],
)
def test_reactions_begin_with_the_eyes(state: str, last: str) -> None:
    shown = reactions_of(replace(ASK, state=state), SHOP)
    assert shown.contents[0] == "eyes"
    assert shown.contents[-1] == last
    assert len(REACTIONS) == 5
