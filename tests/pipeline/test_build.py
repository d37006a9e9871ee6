"""A commit becomes a preview that answers; whatever goes wrong, the revision before serves on."""

import threading
import time

import pytest
from sqlalchemy import text

from engine.domain.build import BuildState
from engine.domain.event import Repository
from engine.domain.job import JobKind, JobState
from engine.domain.permission import Role
from engine.errors import Denied
from engine.forge.port import RepositoryRef
from engine.pipeline.target import read_target
from engine.sandboxes.memory import MemorySandboxes
from engine.sandboxes.memory_programs import Call
from engine.store import jobs, repositories
from tests.pipeline.acting import CRASH, FLASK, Actor, flask
from tests.pipeline.rig import NOW, Rig
from tests.pipeline.scenes import only, serving, when_it_waits


def marks(rig: Rig) -> list[str]:
    """Subjects that are marked."""
    with rig.database.read() as connection:
        return list(connection.execute(text("SELECT subject FROM outbox ORDER BY subject")).scalars())


def test_the_first_build_walks_through_its_stages_and_serves(rig: Rig, sandboxes: MemorySandboxes) -> None:
    build = rig.built(flask("one"))
    assert (build.state, build.version) == (BuildState.READY, "build_v0_1")
    stages = ["queued", "starting", "source", "dependencies", "launching", "ready", "mvp_built"]
    assert rig.kinds(build.id) == stages
    assert rig.route() == {
        "state": "serving",
        "upstream": only(sandboxes).upstream(3002).text,
        "release": build.id,
    }
    assert rig.preview.serving_build_id == build.id
    assert marks(rig) == [f"check:7:{build.sha}", "comment:7:12", f"deployment:7:{rig.preview.id}"]


def test_the_next_push_uses_the_sandbox_and_the_dependencies_again(
    rig: Rig, sandboxes: MemorySandboxes, actor: Actor
) -> None:
    first = rig.built(flask("one"))
    actor.ran.clear()
    second = rig.built(flask("two"))
    assert [argv[0].rpartition("/")[2] for argv in actor.ran] == ["gunicorn"]
    assert serving(sandboxes) == [second.id]
    assert rig.route()["upstream"] == only(sandboxes).upstream(3003).text
    assert rig.kinds(second.id)[-1] == "iteration_completed"
    assert not any(first.id in path for path in only(sandboxes).files)
    assert not any("incoming" in path for path in only(sandboxes).files)


def test_other_requirements_are_installed_anew(rig: Rig, actor: Actor) -> None:
    rig.built(flask("one"))
    actor.ran.clear()
    rig.built(flask("two") | {"requirements.txt": "flask\ngunicorn\nrich\n"})
    assert [argv[0] for argv in actor.ran[:2]] == ["uv", "uv"]


def test_a_build_reaches_the_registries_and_an_application_nothing(rig: Rig, actor: Actor) -> None:
    rig.built(flask("one"))
    assert actor.egress == {"uv": ("packages.test",), "gunicorn": ()}


def test_each_revision_has_a_folder_and_a_tag_of_its_own(rig: Rig, sandboxes: MemorySandboxes) -> None:
    build = rig.built(flask("one"))
    (process,) = only(sandboxes).running()
    assert process.call.command.folder == f"/home/user/revisions/{build.id}"
    environment = process.call.command.environment
    assert (environment["PYTHONUNBUFFERED"], environment["SLIPWAY_GENERATION"]) == ("1", "1")
    assert environment["PORT"] == "3002"


@pytest.mark.parametrize(
    ("files", "code", "words"),
    [
        (
            {"app.py": CRASH},
            "exited",
            "exited with 1 before it listened on $PORT: RuntimeError: the flux is missing (app.py:3)",
        ),
        ({"app.py": FLASK + "# deaf"}, "wrong_port", "listens on port 5000, not on $PORT (3003)"),
        ({"app.py": FLASK + "# memory"}, "out_of_memory", "out of memory"),
        (
            {"requirements.txt": "gunicorn\nflask\nmissing\n"},
            "egress_denied",
            "reaching evil.example.com is not allowed",
        ),
        ({"app.py": "x = 1", "requirements.txt": "rich"}, "not_detected", "No application was recognised"),
        ({"slipway.yml": "nope: 1"}, "bad_configuration", "nope: an unknown key"),
    ],
)
def test_a_build_that_fails_names_its_cause_and_the_old_link_serves_on(
    rig: Rig, sandboxes: MemorySandboxes, files: dict[str, str], code: str, words: str
) -> None:
    good = rig.built(flask("one"))
    bad = rig.built(flask("two") | files)
    assert bad.state is BuildState.FAILED
    assert words in bad.cause
    with rig.database.read() as connection:
        found = connection.execute(text("SELECT cause_code FROM builds WHERE id = :id"), {"id": bad.id}).scalar_one()
    assert found == code
    assert (rig.route()["state"], rig.route()["release"]) == ("serving", good.id)
    assert serving(sandboxes) == [good.id]
    assert not any(bad.id in path for path in only(sandboxes).files)


def test_an_error_of_the_first_build_is_shown_on_its_page(rig: Rig) -> None:
    build = rig.built(flask("one") | {"app.py": CRASH})
    assert rig.route() == {"state": "failed", "upstream": "", "release": ""}
    assert any("the flux is missing" in line for line in rig.log(build.id))


def test_a_lost_sandbox_is_replaced(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    gone = rig.preview.sandbox_id
    sandboxes.kill(gone)
    build = rig.built(flask("two"))
    assert build.state is BuildState.READY
    assert rig.preview.sandbox_id != gone
    assert any("is gone; starting a fresh one" in line for line in rig.log(build.id))


def test_a_newer_push_ends_the_older_build_at_once(rig: Rig, sandboxes: MemorySandboxes, actor: Actor) -> None:
    waits = threading.Event()
    actor.before = lambda call: waits.set()
    older = rig.ask(rig.push(flask("slow") | {"requirements.txt": "flask\ngunicorn\nslow\n"}))
    newer_sha = ""

    def push() -> None:
        nonlocal newer_sha
        assert waits.wait(20)
        newer_sha = rig.push(flask("newer") | {"requirements.txt": "flask\ngunicorn\n"})
        rig.ask(newer_sha)

    began = time.monotonic()
    when_it_waits(rig, push)
    assert time.monotonic() - began < 20
    assert rig.build(older.id).state is BuildState.SUPERSEDED
    newest = rig.build(rig.preview.newest_build_id)
    assert (newest.sha, newest.state) == (newer_sha, BuildState.READY)
    assert serving(sandboxes) == [newest.id]


def test_a_build_that_waits_is_superseded_without_running(rig: Rig, actor: Actor) -> None:
    older = rig.ask(rig.push(flask("one")))
    newer = rig.ask(rig.push(flask("two")))
    rig.run()
    assert [rig.build(each.id).state for each in (older, newer)] == [BuildState.SUPERSEDED, BuildState.READY]
    assert f"check:7:{older.sha}" in marks(rig)


def test_asking_again_for_what_is_under_way_is_the_same_build(rig: Rig) -> None:
    sha = rig.push(flask("one"))
    assert rig.ask(sha).id == rig.ask(sha).id
    rig.run()
    assert rig.ask(sha, ask="gh:restart").id == rig.ask(sha, ask="gh:restart").id


def test_a_host_that_is_away_is_tried_again_and_then_given_up(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.built(flask("one"))
    only(sandboxes).away = True
    build = rig.ask(rig.push(flask("two")))
    for _ in range(3):
        with rig.database.write() as connection:
            connection.execute(text("UPDATE jobs SET due_at = 0 WHERE state = 'pending'"))
        rig.run()
    ended = rig.build(build.id)
    assert (ended.state, "its host is away" in ended.cause) == (BuildState.FAILED, True)
    only(sandboxes).away = False


def test_a_retry_ends_what_the_attempt_before_left_and_finds_its_sandbox(
    rig: Rig, sandboxes: MemorySandboxes, actor: Actor
) -> None:
    build = rig.ask(rig.push(flask("one")))

    def lose_the_job(call: Call) -> None:
        if call.command.argv[-1] == "app:app":
            actor.before = lambda call: None
            with rig.database.write() as connection:
                connection.execute(text("UPDATE jobs SET fence = fence + 1"))

    actor.before = lose_the_job
    rig.run()
    (stray,) = only(sandboxes).running()
    assert rig.build(build.id).state is BuildState.LAUNCHING
    with rig.database.write() as connection:
        connection.execute(text("UPDATE jobs SET state = 'pending'"))
    rig.run()
    assert rig.build(build.id).state is BuildState.READY
    assert stray.ended() is not None
    assert serving(sandboxes) == [build.id]


def test_the_token_never_comes_into_the_log(rig: Rig, actor: Actor) -> None:
    actor.before = lambda call: call.say("leaked: in-memory \x1b[31mred\x1b[0m\n")
    build = rig.built(flask("one"))
    assert "leaked: [hidden] red" in rig.log(build.id)


def test_closing_ends_the_sandbox_and_reopening_begins_a_new_life(rig: Rig, sandboxes: MemorySandboxes) -> None:
    first = rig.built(flask("one"))
    rig.end()
    assert rig.route() == {"state": "removed", "upstream": "", "release": ""}
    rig.run()
    assert sandboxes.living == {}
    again = rig.ask(first.sha)
    rig.run()
    assert (rig.build(again.id).state, rig.preview.generation) == (BuildState.READY, 2)
    assert rig.route()["release"] == again.id


def test_reopening_before_the_removal_ran_keeps_only_the_new_life(rig: Rig, sandboxes: MemorySandboxes) -> None:
    first = rig.built(flask("one"))
    old = rig.preview.sandbox_id
    rig.end()
    again = rig.ask(first.sha)
    rig.run()
    assert rig.build(again.id).state is BuildState.READY
    assert list(sandboxes.living) == [rig.preview.sandbox_id]
    assert rig.preview.sandbox_id != old


def test_closing_while_a_build_runs_cancels_it(rig: Rig, sandboxes: MemorySandboxes, actor: Actor) -> None:
    waits = threading.Event()
    actor.before = lambda call: waits.set()
    build = rig.ask(rig.push(flask("slow") | {"requirements.txt": "flask\ngunicorn\nslow\n"}))

    def close() -> None:
        assert waits.wait(20)
        rig.end("stopped")

    when_it_waits(rig, close)
    assert rig.build(build.id).state is BuildState.CANCELLED
    assert sandboxes.living == {}
    assert rig.route()["state"] == "stopped"


def test_a_dead_job_leaves_a_terminal_build(rig: Rig) -> None:
    build = rig.ask(rig.push(flask("one")))
    job = rig.store.claim("test", ["work"])
    assert job is not None
    with rig.database.write() as connection:
        rig.build_handler.bury(job, "It took too long.")(connection)
    ended = rig.build(build.id)
    assert (ended.state, ended.cause) == (BuildState.FAILED, "It took too long.")


def test_closing_twice_makes_one_removal(rig: Rig) -> None:
    rig.built(flask("one"))
    rig.end()
    rig.end()
    with rig.database.write() as connection:
        jobs.want_stop(connection, subject="nothing", kind=JobKind.REMOVE, why="cancelled")
        found = connection.execute(text("SELECT count(*) FROM jobs WHERE kind = 'remove'")).scalar_one()
    assert found == 1


def test_whoever_lost_the_permission_meanwhile_gets_no_build(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.forge.repositories[7].roles["octo"] = Role.READ
    build = rig.built(flask("one"))
    assert build.state is BuildState.FAILED
    assert "write permission" in build.cause
    assert not sandboxes.living


def test_a_removal_that_is_given_up_again_and_again_is_told_once(rig: Rig) -> None:
    rig.built(flask("one"))
    rig.end()
    job = rig.store.claim("test", ["quick"])
    assert job is not None
    rig.store.finish(job, JobState.DEAD, rig.remove_handler.bury(job, "The host is away."))
    with rig.database.write() as connection:
        rig.remove_handler.bury(job, "The host is away.")(connection)
    assert rig.kinds(rig.preview.id)[-2:] == ["preview_removed", "sandbox_not_removed"]


def test_a_refusal_outside_ends_the_build_with_one_full_stop(rig: Rig) -> None:
    build = rig.ask(rig.push(flask("one")))
    rig.forge.outage = Denied("reading: GitHub refused our credentials.")
    rig.run()
    assert rig.build(build.id).cause == "reading: GitHub refused our credentials."


def test_a_build_uses_the_installation_that_covers_the_repository_now(rig: Rig) -> None:
    build = rig.ask(rig.push(flask("one")))
    with rig.database.write() as connection:
        repositories.record(connection, 2, Repository(7, "acme/shop", "main", False, "file:///x"), NOW)
        target = read_target(connection, build.id)
    assert target is not None
    assert target.repository == RepositoryRef(2, 7, "acme/shop")
