"""What nobody waits for: jobs that were lost, pushes in between, rows that disagree with what runs."""

from sqlalchemy import text

from engine.domain.release import DeployState
from engine.reaper.disagreements import ASKED_AGAIN, GRACE
from engine.sandboxes.memory import MemorySandboxes
from engine.store import environments
from tests.pipeline.acting import flask
from tests.pipeline.scenes import only, serving
from tests.rollout.rig import Rig
from tests.rollout.test_crashes import line_of


def lose_jobs(rig: Rig) -> None:
    """A restored database has none of them; time passes."""
    with rig.database.write() as connection:
        connection.execute(text("DELETE FROM jobs"))
    rig.ahead += GRACE + 1


def test_a_deploy_whose_job_was_lost_is_asked_for_again(rig: Rig) -> None:
    release = rig.ask(rig.push(flask("one")))
    lose_jobs(rig)
    rig.reaper.beat()
    rig.run()
    assert rig.release(release.id).state is DeployState.DEPLOYED
    assert ASKED_AGAIN in rig.kinds(release.id)


def test_lost_twice_it_fails_with_a_reason_and_frees_the_lock(rig: Rig) -> None:
    release = rig.ask(rig.push(flask("one")))
    for _ in range(2):
        lose_jobs(rig)
        rig.reaper.beat()
    ended = rig.release(release.id)
    assert (ended.state, ended.cause_code) == (DeployState.FAILED, "gave_up")
    assert line_of(rig) == []


def test_lost_after_the_switch_what_served_before_is_brought_back(rig: Rig, sandboxes: MemorySandboxes) -> None:
    first = rig.deployed(flask("one"))
    second = rig.ask(rig.push(flask("two")))
    rig.stop_after_the_switch()
    rig.run()
    assert rig.environment.release_id == second.id
    for _ in range(2):
        lose_jobs(rig)
        rig.reaper.beat()
    rig.run_delayed()
    assert rig.release(second.id).state is DeployState.FAILED
    rig.until(lambda: rig.visit().body == b"one\n", "the old one to answer")
    assert serving(sandboxes) == [first.id]


def test_a_release_that_waits_for_a_person_is_not_lost(rig: Rig) -> None:
    release = rig.ask(rig.push(flask("one")))
    with rig.database.write() as connection:
        connection.execute(text("UPDATE releases SET waiting = 'approval'"))
    lose_jobs(rig)
    rig.reaper.beat()
    assert (rig.release(release.id).state, rig.jobs("deploy")) == (DeployState.PENDING, [])


def test_pushes_at_every_moment_change_nothing_about_what_is_deployed(rig: Rig, sandboxes: MemorySandboxes) -> None:
    release = rig.ask(rig.push(flask("one")))
    pushed: list[str] = []
    rig.store.before_each = lambda: pushed.append(rig.push(flask(f"push {len(pushed)}")))
    rig.run()
    assert len(pushed) >= 8
    assert (rig.release(release.id).state, rig.visit().body) == (DeployState.DEPLOYED, b"one\n")
    files = only(sandboxes).files
    assert all(b"push" not in files[path] for path in files if path.endswith("app.py"))


def test_a_restart_that_was_lost_is_asked_for_again(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.deployed(flask("one"))
    sandboxes.kill(only(sandboxes).id)
    rig.reaper.beat()
    lose_jobs(rig)
    rig.reaper.beat()
    rig.run()
    rig.until(lambda: rig.visit().body == b"one\n", "it to answer again")


def test_what_takes_its_sandbox_along_each_time_is_not_built_for_ever(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.deployed(flask("one"))
    for _ in range(2):
        sandboxes.kill(only(sandboxes).id)
        rig.reaper.beat()
        rig.run_delayed()
    assert rig.environment.deaths == 1


def test_a_worker_that_lost_its_environment_to_another_moves_nothing(rig: Rig, sandboxes: MemorySandboxes) -> None:
    first = rig.deployed(flask("one"))
    rig.ask(rig.push(flask("two")))
    taken: list[int] = []

    def take_over() -> None:
        if rig.environment.generation == 4 and not taken:
            taken.append(1)
            with rig.database.write() as connection:
                environments.take_turn(connection, rig.environment_id)

    rig.store.before_each = take_over
    rig.run()
    assert (taken, rig.environment.release_id) == ([1], first.id)
    assert serving(sandboxes) == [first.id]
