"""A cancelled build is over, proven, whatever its worker does; what served before serves on."""

import threading

import pytest
from sqlalchemy import text

from engine.domain.build import Build, BuildState
from engine.domain.job import Job, JobState
from engine.errors import LeaseLost
from engine.pipeline.cleaning import end_strays
from engine.pipeline.revision import Turn
from engine.pipeline.sandbox_choice import PREVIEW_KEY
from engine.sandboxes.memory import MemorySandbox, MemorySandboxes
from engine.sandboxes.memory_programs import Call
from engine.sandboxes.port import Command, SandboxSpec
from tests.pipeline.acting import Actor, flask
from tests.pipeline.rig import Rig
from tests.pipeline.scenes import only, serving, when_it_waits

SLOW = {"requirements.txt": "flask\ngunicorn\nslow\n"}


def stuck(rig: Rig, build: Build, sandbox: MemorySandbox | None = None) -> Job:
    """The job of a build whose worker hangs for ever, with a command of it in the sandbox."""
    job = rig.store.claim("stuck", ["work"])
    assert job is not None
    with rig.database.write() as connection:
        connection.execute(text("UPDATE builds SET state = 'source', started_at = 1 WHERE id = :id"), {"id": build.id})
    if sandbox is not None:
        run_for(sandbox, build, Turn(build.number, fence=job.fence))
    return job


def run_for(sandbox: MemorySandbox, build: Build, turn: Turn) -> None:
    """A command of a build that never ends by itself."""
    sandbox.write("/x/requirements.txt", b"slow")
    sandbox.start(Command(("uv",), "/x", {"SLIPWAY_BUILD": build.id, "SLIPWAY_TURN": turn.text}), lambda data: None)


def test_a_build_that_waits_is_cancelled_at_once(rig: Rig) -> None:
    build = rig.ask(rig.push(flask("one")))
    rig.cancel(build.id)
    ended = rig.build(build.id)
    assert (ended.state, ended.status_message) == (BuildState.CANCELLED, "Cancelled by octo")
    assert rig.jobs("build") == ["cancelled"]
    assert rig.jobs("cancel") == []


def test_a_first_build_that_runs_ends_with_its_sandbox(rig: Rig, sandboxes: MemorySandboxes, actor: Actor) -> None:
    waits = threading.Event()
    actor.before = lambda call: waits.set()
    build = rig.ask(rig.push(flask("slow") | SLOW))

    def cancel() -> None:
        assert waits.wait(20)
        rig.cancel(build.id)
        rig.run_quick()

    when_it_waits(rig, cancel)
    ended = rig.build(build.id)
    assert (ended.state, ended.status_message) == (BuildState.CANCELLED, "Cancelled by octo")
    assert sandboxes.living == {}
    assert rig.preview.sandbox_id == ""
    assert rig.route()["state"] == "waiting"


def test_a_worker_that_hangs_is_shut_out(rig: Rig) -> None:
    build = rig.ask(rig.push(flask("one")))
    job = stuck(rig, build)
    rig.cancel(build.id)
    rig.run_quick()
    assert rig.build(build.id).state is BuildState.CANCELLED
    assert rig.jobs("build") == ["cancelled"]
    assert rig.store.renew([job]) == {}
    assert not rig.store.finish(job, JobState.DONE)
    with pytest.raises(LeaseLost):
        rig.store.note(job, lambda connection: None)


def test_while_it_is_ended_no_other_build_of_the_preview_starts(rig: Rig) -> None:
    older = rig.ask(rig.push(flask("one")))
    stuck(rig, older)
    newer = rig.ask(rig.push(flask("two")))
    assert rig.store.claim("other", ["work"]) is None
    rig.run_quick()
    superseded = rig.build(older.id)
    assert (superseded.state, superseded.status_message) == (BuildState.SUPERSEDED, f"Superseded by {newer.sha[:7]}")
    hint = rig.wakeups.take("work")
    rig.run()
    assert hint is not None
    assert rig.build(newer.id).state is BuildState.READY


def test_what_serves_is_left_alone(rig: Rig, sandboxes: MemorySandboxes) -> None:
    good = rig.built(flask("one"))
    build = rig.ask(rig.push(flask("two")))
    stuck(rig, build, only(sandboxes))
    assert sorted(serving(sandboxes)) == sorted([good.id, build.id])
    rig.cancel(build.id)
    rig.run_quick()
    assert serving(sandboxes) == [good.id]
    assert (rig.route()["state"], rig.route()["release"]) == ("serving", good.id)
    assert rig.preview.sandbox_id == only(sandboxes).id


def test_a_sandbox_that_its_worker_had_not_noted_is_found(rig: Rig, sandboxes: MemorySandboxes, actor: Actor) -> None:
    waits = threading.Event()
    actor.before = lambda call: waits.set()
    build = rig.ask(rig.push(flask("slow") | SLOW))

    def cancel() -> None:
        assert waits.wait(20)
        with rig.database.write() as connection:
            connection.execute(text("UPDATE previews SET sandbox_id = ''"))
        rig.cancel(build.id)
        rig.run_quick()

    when_it_waits(rig, cancel)
    assert sandboxes.living == {}


def test_a_host_that_is_away_does_not_keep_it_from_ending(rig: Rig, sandboxes: MemorySandboxes) -> None:
    good = rig.built(flask("one"))
    build = rig.ask(rig.push(flask("two")))
    stuck(rig, build, only(sandboxes))
    sandboxes.away = True
    rig.cancel(build.id)
    rig.run_quick()
    ended = rig.build(build.id)
    assert ended.state is BuildState.CANCELLED
    assert ended.status_message == "Cancelled by octo; ending what it started isn't proven yet"
    rig.reaper.beat()
    assert rig.build(build.id) == ended
    sandboxes.away = False
    rig.reaper.beat()
    assert serving(sandboxes) == [good.id]
    assert rig.build(build.id).status_message == "Cancelled by octo"
    assert rig.kinds(build.id)[-2:] == ["cancelled", "end_proven"]


def test_cancelling_twice_or_what_is_over_changes_nothing(rig: Rig) -> None:
    build = rig.built(flask("one"))
    rig.cancel(build.id)
    assert rig.build(build.id) == build
    waiting = rig.ask(rig.push(flask("two")))
    stuck(rig, waiting)
    rig.cancel(waiting.id)
    rig.cancel(waiting.id, by="other")
    rig.run_quick()
    assert rig.jobs("cancel") == ["done"]
    assert rig.build(waiting.id).status_message == "Cancelled by octo"


def test_a_cancel_whose_worker_died_is_done_by_the_next(rig: Rig) -> None:
    build = rig.ask(rig.push(flask("one")))
    hanging = stuck(rig, build)
    rig.cancel(build.id)
    job = rig.store.claim("dies", ["quick"])
    assert job is not None
    rig.cancel_handler.run(job, rig.heartbeat_of(job))
    assert rig.store.renew([hanging]) == {}
    assert rig.jobs("build") == ["running"]
    with rig.database.write() as connection:
        connection.execute(text("UPDATE jobs SET lease_until = 0 WHERE kind = 'cancel'"))
    rig.run_quick()
    assert rig.build(build.id).state is BuildState.CANCELLED
    assert rig.jobs("build") == ["cancelled"]


def test_a_cancel_that_is_given_up_ends_the_build_unproven(rig: Rig) -> None:
    build = rig.ask(rig.push(flask("one")))
    stuck(rig, build)
    rig.cancel(build.id)
    job = rig.store.claim("dies", ["quick"])
    assert job is not None
    rig.store.finish(job, JobState.DEAD, rig.cancel_handler.bury(job, "Its worker died."))
    assert rig.build(build.id).status_message.endswith("isn't proven yet")


def test_a_command_that_was_killed_for_the_cancel_is_no_failure(
    rig: Rig, sandboxes: MemorySandboxes, actor: Actor
) -> None:
    waits = threading.Event()
    actor.before = lambda call: waits.set()
    build = rig.ask(rig.push(flask("slow") | SLOW))

    def cancel() -> None:
        assert waits.wait(20)
        rig.cancel(build.id)
        only(sandboxes).stop(lambda environment: True, 0)

    when_it_waits(rig, cancel)
    assert rig.build(build.id).state is BuildState.CANCELLED


def test_an_earlier_turn_ends_nothing_of_a_later_one(sandboxes: MemorySandboxes, rig: Rig) -> None:
    build = rig.built(flask("one"))
    sandbox = only(sandboxes)
    for turn in (Turn(1, fence=1), Turn(1, fence=2), Turn(2, fence=1)):
        run_for(sandbox, build, turn)
    end_strays(sandbox, "", Turn(1, fence=1))
    turns = [each.call.command.environment["SLIPWAY_TURN"] for each in sandbox.running()]
    assert turns == ["1.0.2", "2.0.1"]


def test_closing_a_pull_request_does_not_wait_for_a_worker_that_hangs(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    build = rig.ask(rig.push(flask("two")))
    stuck(rig, build, only(sandboxes))
    rig.end()
    rig.run_quick()
    ended = rig.build(build.id)
    assert (ended.state, ended.status_message) == (BuildState.CANCELLED, "The preview was removed")
    assert sandboxes.living == {}


def test_a_sandbox_that_does_not_answer_keeps_no_other_from_being_ended(rig: Rig, sandboxes: MemorySandboxes) -> None:
    good = rig.built(flask("one"))
    sandbox = only(sandboxes)
    build = rig.ask(rig.push(flask("two")))
    stuck(rig, build, sandbox)
    silent = sandboxes.create(SandboxSpec(rig.preview.id, "repository:7", 600, {PREVIEW_KEY: rig.preview.id}))
    silent.away = True
    sandboxes.living = {silent.id: silent, sandbox.id: sandbox}
    rig.cancel(build.id)
    rig.run_quick()
    silent.away = False
    assert [each.call.command.environment["SLIPWAY_BUILD"] for each in sandbox.running()] == [good.id]
    assert rig.build(build.id).status_message.endswith("isn't proven yet")


def test_a_build_whose_end_was_wanted_before_it_was_ready_does_not_serve(
    rig: Rig, sandboxes: MemorySandboxes, actor: Actor
) -> None:
    build = rig.ask(rig.push(flask("one")))

    def cancel(call: Call) -> None:
        if "gunicorn" in " ".join(call.command.argv):
            rig.cancel(build.id)

    actor.before = cancel
    rig.run()
    assert rig.build(build.id).state is BuildState.CANCELLED
    assert rig.build(build.id).status_message == "Cancelled by octo"
    assert rig.route()["state"] == "waiting"
    assert [each.running() for each in sandboxes.living.values()] in ([], [[]])
