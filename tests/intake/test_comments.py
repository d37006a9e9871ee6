"""Comments become previews, answers and refusals; most are none of our business."""

import pytest

from engine.domain.build import BuildState
from engine.domain.permission import Role
from engine.errors import Denied, Unreachable
from engine.reasons import Reason
from engine.store.asks import Ask
from engine.work.handler import Again
from tests.forge.payloads import FORK_ID, SHA_A, SHA_B, a_comment_event, a_pull_request_event
from tests.intake.world import World


def write(world: World, body: str, sender: str = "writer") -> Ask:
    """A comment, taken in; the ask afterwards."""
    key = world.receive("issue_comment", a_comment_event(body, sender))
    assert not isinstance(world.run(key), Again)
    return world.ask(key)


def push(world: World, sha: str, action: str = "synchronize") -> None:
    """A push that was received and taken in."""
    world.at_github(sha=sha)
    world.take_in("pull_request", a_pull_request_event(action, sha=sha))


def test_preview_on_a_pull_request_that_predates_the_installation_builds_its_head(world: World) -> None:
    world.at_github()
    ask = write(world, "/preview")
    (build,) = world.builds()
    assert (build.sha, build.ask, build.requested_by) == (SHA_A, ask.delivery, "writer")
    assert (ask.state, ask.build_id, ask.command) == ("working", build.id, "/preview")


def test_the_ask_is_noted_before_the_forge_is_asked(world: World) -> None:
    world.forge.outage = Unreachable("GitHub is away")
    key = world.receive("issue_comment", a_comment_event("/preview"))
    with pytest.raises(Unreachable):
        world.run(key)
    assert world.ask(key).state == "received"
    assert world.send() == 1
    (reactions,) = world.reactions.shown.values()
    assert getattr(reactions, "contents", None) == ("eyes",)


@pytest.mark.parametrize("sender", ["reader", "stranger"])
def test_without_write_permission_it_is_refused(world: World, sender: str) -> None:
    world.at_github()
    ask = write(world, "/preview", sender)
    assert (ask.state, ask.reason) == ("refused", Reason.NOT_PERMITTED)
    assert "write permission" in ask.answer
    assert f"`{sender}`" in ask.answer
    assert world.builds() == []


def test_preview_while_it_builds_answers_with_that_build(world: World) -> None:
    push(world, SHA_A, "opened")
    (build,) = world.builds()
    assert write(world, "/preview").build_id == build.id
    assert len(world.builds()) == 1


def test_preview_on_what_is_ready_answers_with_the_link(world: World) -> None:
    push(world, SHA_A, "opened")
    world.build_goes_well()
    ask = write(world, "/preview")
    assert ask.state == "done"
    assert len(world.builds()) == 1


def test_preview_after_a_failure_builds_again(world: World) -> None:
    push(world, SHA_A, "opened")
    world.build_fails("it broke")
    write(world, "/preview")
    newest, older = world.builds()
    assert (newest.state, older.state) == (BuildState.QUEUED, BuildState.FAILED)


def test_a_push_after_preview_on_command_is_built(world: World) -> None:
    for sha in (SHA_A, SHA_B):
        world.repository.files[sha] = {"slipway.yml": b"preview:\n  start: on_command\n"}
    push(world, SHA_A, "opened")
    assert world.builds() == []
    write(world, "/preview")
    push(world, SHA_B)
    assert [build.sha for build in world.builds()] == [SHA_B, SHA_A]


def test_a_push_between_the_comment_and_its_reading_refuses_it_and_names_both(world: World) -> None:
    push(world, SHA_A, "opened")
    key = world.receive("issue_comment", a_comment_event("/preview"))
    push(world, SHA_B)
    world.run(key)
    ask = world.ask(key)
    assert ask.reason == Reason.HEAD_MOVED
    assert SHA_A[:7] in ask.answer
    assert SHA_B[:7] in ask.answer
    assert all(build.ask == "" for build in world.builds())


def test_a_push_that_lands_while_the_forge_is_asked_refuses_it_too(world: World) -> None:
    push(world, SHA_A, "opened")
    key = world.receive("issue_comment", a_comment_event("/preview"))
    begun = world.begin(key)
    push(world, SHA_B)
    world.finish(begun)
    assert world.ask(key).reason == Reason.HEAD_MOVED


def test_a_push_that_github_has_and_we_have_not_is_refused_once(world: World) -> None:
    push(world, SHA_A, "opened")
    world.at_github(sha=SHA_B)
    assert write(world, "/preview").reason == Reason.HEAD_MOVED
    write(world, "/preview")
    assert world.builds()[0].sha == SHA_B


def test_a_push_that_waits_to_be_read_counts_as_received(world: World) -> None:
    push(world, SHA_A, "opened")
    world.at_github(sha=SHA_B)
    world.receive("pull_request", a_pull_request_event("synchronize", sha=SHA_B))
    write(world, "/preview")
    assert world.builds()[0].sha == SHA_B


def test_preview_on_a_fork_is_refused_with_its_check(world: World) -> None:
    world.at_github(head={"ref": "x", "sha": SHA_A, "repo": {"id": FORK_ID}})
    ask = write(world, "/preview")
    assert ask.reason == world.skipped().reason == Reason.FORK_NEEDS_APPROVAL
    assert world.builds() == []


def test_preview_on_a_closed_pull_request_is_refused(world: World) -> None:
    world.at_github(state="closed")
    assert write(world, "/preview").reason == Reason.PULL_REQUEST_CLOSED


def test_preview_with_a_bad_slipway_yml_is_refused_with_every_problem(world: World) -> None:
    world.at_github()
    world.repository.files[SHA_A] = {"slipway.yml": b"a: 1\nb: 2\n"}
    ask = write(world, "/preview")
    assert ask.reason == world.skipped().reason == Reason.BAD_CONFIGURATION
    assert ask.answer.count("an unknown key") == 2


def test_stop_ends_the_preview_and_preview_starts_it_again(world: World) -> None:
    push(world, SHA_A, "opened")
    world.build_goes_well()
    assert write(world, "/preview stop").state == "done"
    assert world.preview().life == "stopped"
    write(world, "/preview")
    assert world.preview().life == "open"
    assert len(world.builds()) == 2


def test_stop_without_a_preview_is_refused(world: World) -> None:
    assert write(world, "/preview stop").reason == Reason.NO_PREVIEW


def test_a_reader_may_not_stop_a_preview(world: World) -> None:
    push(world, SHA_A, "opened")
    assert write(world, "/preview stop", "reader").reason == Reason.NOT_PERMITTED
    assert world.preview().life == "open"


@pytest.mark.parametrize(("body", "words"), [("/help", "/preview stop"), ("/status", "Preview")])
def test_help_and_status_answer_a_reader(world: World, body: str, words: str) -> None:
    ask = write(world, body, "reader")
    assert ask.state == "done"
    assert words in ask.answer


def test_help_is_not_for_strangers_to_a_private_repository(world: World) -> None:
    assert write(world, "/help", "stranger").reason == Reason.NOT_PERMITTED


def test_a_mistake_is_answered_with_what_was_probably_meant(world: World) -> None:
    ask = write(world, "/previw @everybody")
    assert ask.reason == Reason.UNKNOWN_COMMAND
    assert "`/preview`" in ask.answer
    assert "`/previw @everybody`" in ask.answer


@pytest.mark.parametrize("body", ["Looks good!", "> /preview", "`/preview`", "/shrug", ""])
def test_text_that_is_no_command_gets_no_reply(world: World, body: str) -> None:
    assert world.take_in("issue_comment", a_comment_event(body)).state == "ignored"
    assert world.send() == 0


def test_a_bots_comment_gets_no_reply(world: World) -> None:
    world.repository.roles["slipway[bot]"] = Role.ADMIN
    assert world.take_in("issue_comment", a_comment_event("/preview", "slipway[bot]")).state == "ignored"
    assert world.send() == 0


def test_an_edited_comment_gets_no_reply(world: World) -> None:
    assert world.take_in("issue_comment", a_comment_event("/preview", action="edited")).state == "ignored"


def test_an_unreadable_delivery_is_kept_as_rejected(world: World) -> None:
    delivery = world.take_in("issue_comment", {"action": 1})
    assert delivery.state == "rejected"
    assert delivery.note


def test_a_command_that_could_not_be_done_says_so(world: World) -> None:
    key = world.receive("issue_comment", a_comment_event("/preview"))
    world.bury(key)
    ask = world.ask(key)
    assert (ask.state, ask.reason) == ("refused", Reason.UNREACHABLE)


def test_a_refusal_of_githubs_ends_the_job_with_a_word(world: World) -> None:
    world.forge.outage = Denied("GitHub answered 403")
    key = world.receive("issue_comment", a_comment_event("/preview"))
    assert not isinstance(world.run(key), Again)
    ask = world.ask(key)
    assert (ask.state, ask.reason) == ("refused", Reason.DENIED)
    assert "minute" not in ask.answer


def test_a_delivery_that_was_handled_is_not_handled_again(world: World) -> None:
    world.at_github()
    key = world.receive("issue_comment", a_comment_event("/preview"))
    world.run(key)
    world.run(key)
    assert len(world.builds()) == 1
