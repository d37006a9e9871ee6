"""/cancel, /retry, /preview restart and /logs, from the comment to what people see."""

import pytest

from engine.domain.build import BuildState
from engine.domain.job import JobKind
from engine.pipeline.ending import proven, stopped
from engine.pipeline.job_narrator import JobNarrator
from engine.reasons import Reason
from engine.reports.reaction_text import Reactions
from engine.store.asks import Ask
from engine.store.log_writer import LogWriter
from engine.work.handler import Again
from tests.forge.payloads import REPOSITORY_ID, SHA_A, SHA_B, a_comment_event, a_pull_request_event
from tests.intake.world import OurJob, World


def write(world: World, body: str, sender: str = "writer", comment_id: int = 77) -> Ask:
    """A comment, taken in; the ask afterwards."""
    key = world.receive("issue_comment", a_comment_event(body, sender, comment_id))
    assert not isinstance(world.run(key), Again)
    return world.ask(key)


def push(world: World, sha: str = SHA_A, action: str = "synchronize") -> None:
    """A push that was received and taken in."""
    world.at_github(sha=sha)
    world.take_in("pull_request", a_pull_request_event(action, sha=sha))


def reactions(world: World, comment_id: int = 77) -> tuple[str, ...]:
    """What is on a command's comment, once everything due was mirrored."""
    world.send()
    shown = world.reactions.shown[f"reaction:{REPOSITORY_ID}:{comment_id}"]
    assert isinstance(shown, Reactions)
    return shown.contents


def test_cancel_of_a_build_that_waits_ends_it_at_once(world: World) -> None:
    push(world)
    ask = write(world, "/cancel")
    (build,) = world.builds()
    assert (build.state, ask.state) == (BuildState.CANCELLED, "done")
    assert reactions(world) == ("eyes", "rocket")
    assert "`build_v0_1` of commit `aaaaaaa` is cancelled" in world.comment_shows()
    assert world.check_shows().conclusion == "cancelled"


def test_cancel_of_a_build_that_runs_is_done_when_it_ended_and_says_when_that_is_proven(world: World) -> None:
    push(world)
    build = world.build_runs()
    assert write(world, "/cancel").state == "working"
    assert reactions(world) == ("eyes",)
    assert "This answer says when nothing of it is left" in world.comment_shows()
    assert world.jobs(JobKind.CANCEL) == [build.id]
    with world.database.write() as connection:
        stopped(connection, build.id, "cancelled", build.created_at + 9, proven=False)
    assert reactions(world) == ("eyes", "rocket")
    assert "is cancelled ([job page]" in world.comment_shows()
    with world.database.write() as connection:
        proven(connection, world.builds()[0], build.created_at + 10)
    assert "is cancelled, and nothing of it is left ([job page]" in world.comment_shows()


def test_cancel_that_comes_too_late_says_so(world: World) -> None:
    push(world)
    world.build_runs()
    write(world, "/cancel")
    world.build_ends(world.builds()[0], BuildState.FAILED, "It failed")
    assert reactions(world) == ("eyes", "-1")
    assert "was over before it could be cancelled: failed" in world.comment_shows()


@pytest.mark.parametrize("state", ["ready", "failed", "cancelled", "superseded"])
def test_cancel_of_what_is_over_is_refused_with_state_and_version(world: World, state: str) -> None:
    push(world)
    if state == "ready":
        world.build_goes_well()
    else:
        world.build_ends(world.builds()[0], BuildState(state), "Over")
    ask = write(world, "/cancel")
    assert (ask.state, ask.reason) == ("refused", Reason.ALREADY_FINISHED)
    assert f"`build_v0_1` of commit `aaaaaaa` is over: {state}" in ask.answer
    assert world.builds()[0].state == state


def test_cancel_never_ends_a_build_that_was_asked_for_later(world: World) -> None:
    push(world)
    key = world.receive("issue_comment", a_comment_event("/cancel"))
    push(world, SHA_B)
    world.run(key)
    assert world.ask(key).reason == Reason.ALREADY_FINISHED
    assert "superseded" in world.ask(key).answer
    assert world.builds()[0].state is BuildState.QUEUED


def test_cancel_ends_a_build_whose_push_was_known_though_it_was_read_later(world: World) -> None:
    world.at_github()
    pushed = world.receive("pull_request", a_pull_request_event())
    key = world.receive("issue_comment", a_comment_event("/cancel"))
    world.run(pushed)
    world.run(key)
    assert world.builds()[0].state is BuildState.CANCELLED


def test_cancel_ends_what_a_command_before_it_began(world: World) -> None:
    world.at_github()
    asked = world.receive("issue_comment", a_comment_event("/preview", comment_id=1))
    key = world.receive("issue_comment", a_comment_event("/cancel", comment_id=2))
    world.run(asked)
    world.run(key)
    assert world.builds()[0].state is BuildState.CANCELLED
    assert world.ask(asked).state == "failed"
    assert world.ask(key).state == "done"


def test_two_cancels_both_hear_of_the_end(world: World) -> None:
    push(world)
    build = world.build_runs()
    write(world, "/cancel", comment_id=1)
    write(world, "/cancel", "admin", comment_id=2)
    world.build_ends(build, BuildState.CANCELLED, "Cancelled")
    assert reactions(world, 1) == reactions(world, 2) == ("eyes", "rocket")


def test_cancel_keeps_what_serves(world: World) -> None:
    push(world)
    world.build_goes_well()
    push(world, SHA_B)
    write(world, "/cancel")
    assert world.preview().serving_build_id == world.builds()[1].id
    assert "serves `aaaaaaa`" in world.comment_shows()


def test_retry_builds_the_same_commit_again_and_opens_its_check_again(world: World) -> None:
    push(world)
    world.build_fails("it broke")
    assert world.check_shows().conclusion == "failure"
    ask = write(world, "/retry")
    newest, older = world.builds()
    assert (newest.sha, newest.version, older.state) == (SHA_A, "build_v0_2", BuildState.FAILED)
    assert (ask.state, ask.build_id) == ("working", newest.id)
    assert world.check_shows().conclusion is None
    assert len(world.checks.shown) == 1


def test_retry_after_a_cancel_builds_again(world: World) -> None:
    push(world)
    write(world, "/cancel", comment_id=1)
    write(world, "/retry", comment_id=2)
    assert [build.state for build in world.builds()] == [BuildState.QUEUED, BuildState.CANCELLED]


def test_retry_while_it_builds_follows_that_build(world: World) -> None:
    push(world)
    assert write(world, "/retry").build_id == world.builds()[0].id
    assert len(world.builds()) == 1


def test_retry_of_what_is_ready_points_to_restart(world: World) -> None:
    push(world)
    world.build_goes_well()
    ask = write(world, "/retry")
    assert ask.reason == Reason.NOTHING_TO_RETRY
    assert "`/preview restart`" in ask.answer


def test_restart_builds_what_is_ready_again_and_the_old_one_serves_on(world: World) -> None:
    push(world)
    world.build_goes_well()
    write(world, "/preview restart")
    newest, older = world.builds()
    assert (newest.sha, newest.state) == (SHA_A, BuildState.QUEUED)
    assert world.preview().serving_build_id == older.id
    assert world.check_shows().conclusion is None


def test_logs_show_the_end_of_the_newest_builds_log_to_a_reader(world: World) -> None:
    push(world)
    world.write_log(world.builds()[0], *(f"line {number}" for number in range(200)))
    ask = write(world, "/logs", "reader")
    assert ask.state == "done"
    assert "Only the last 60 of 200 lines are shown." in ask.answer
    assert "\nline 140\n" in ask.answer
    assert "line 139\n" not in ask.answer
    assert "line 199\n```" in world.comment_shows()


def test_logs_of_a_stage_show_that_stage_of_the_last_attempt(world: World) -> None:
    push(world)
    (build,) = world.builds()
    running = OurJob(world.database)
    for attempt in (1, 2):
        with LogWriter(world.database, build.id) as log:
            narrator = JobNarrator(build.id, running, log)
            narrator.enter(BuildState.DEPENDENCIES, "Installing")
            narrator.output(f"installed {attempt}\n".encode())
            narrator.enter(BuildState.BUILD, "Building")
            narrator.output(f"built {attempt}\n".encode())
    ask = write(world, "/logs dependencies", "reader")
    assert ask.command == "/logs dependencies"
    assert ask.answer.endswith("```text\ninstalled 2\n```")


def test_a_hostile_log_stays_in_its_fence_and_in_its_answer(world: World) -> None:
    push(world)
    world.write_log(world.builds()[0], "```", "</details>", "@everybody", "\x1b[31mred\x1b[0m")
    write(world, "/logs", "reader")
    assert "````text\n```\n</details>\n@everybody\nred\n````\n\n</details>" in world.comment_shows()


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("/cancel", Reason.NOTHING_TO_CANCEL),
        ("/retry", Reason.NOTHING_TO_RETRY),
        ("/logs", Reason.NO_LOG),
        ("/logs build", Reason.NO_LOG),
        ("/logs kitchen", Reason.NO_SUCH_STAGE),
    ],
)
def test_where_nothing_was_built_there_is_nothing_to_do_it_to(world: World, command: str, reason: Reason) -> None:
    world.at_github()
    ask = write(world, command)
    assert (ask.state, ask.reason) == ("refused", reason)
    assert world.builds() == []


@pytest.mark.parametrize("command", ["/cancel", "/retry", "/preview restart"])
@pytest.mark.parametrize("sender", ["reader", "stranger"])
def test_d3_who_may_not_write_changes_nothing(world: World, command: str, sender: str) -> None:
    push(world)
    assert write(world, command, sender).reason == Reason.NOT_PERMITTED
    assert [build.state for build in world.builds()] == [BuildState.QUEUED]


def test_logs_are_not_for_strangers(world: World) -> None:
    push(world)
    world.write_log(world.builds()[0], "a line of theirs")
    ask = write(world, "/logs", "stranger")
    assert ask.reason == Reason.NOT_PERMITTED
    assert "theirs" not in ask.answer


@pytest.mark.parametrize("command", ["/cancel", "/retry", "/preview restart", "/logs"])
@pytest.mark.parametrize("shape", ["> {}", "```\n{}\n```", "`{}`", "Please {}", "<!-- {} -->", "{}".center(70_000)])
def test_d3_quotes_code_and_the_middle_of_a_line_get_no_reply(world: World, command: str, shape: str) -> None:
    push(world)
    world.send()
    assert world.take_in("issue_comment", a_comment_event(shape.format(command))).state == "ignored"
    assert world.send() == 0


@pytest.mark.parametrize("tail", ["; rm -rf /", " $(id)", " --force", " && true", " main"])
def test_d3_a_command_with_more_behind_it_is_refused_and_runs_nothing(world: World, tail: str) -> None:
    push(world)
    assert write(world, f"/cancel{tail}").state == "refused"
    assert world.builds()[0].state is BuildState.QUEUED


def test_d3_a_command_in_a_title_or_by_a_bot_or_edited_in_runs_nothing(world: World) -> None:
    push(world)
    world.take_in("pull_request", a_pull_request_event("edited", title="/cancel"))
    world.take_in("issue_comment", a_comment_event("/cancel", "helper[bot]"))
    world.take_in("issue_comment", a_comment_event("/cancel", action="edited"))
    assert world.builds()[0].state is BuildState.QUEUED
