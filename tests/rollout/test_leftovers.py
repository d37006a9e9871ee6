"""What a deploy leaves behind when its job ends in the middle: nothing runs on, nothing comes back from the dead."""

from dataclasses import replace

from engine.deploy import turns
from engine.domain.release import DeployState, Release, Waiting
from engine.project.environments import RunConfig
from engine.reaper.disagreements import ASKED_AGAIN, GRACE
from engine.rollout.restarts import ask_restart
from engine.sandboxes.memory import MemorySandboxes
from engine.store import locks, releases, repositories
from tests.pipeline.acting import flask
from tests.pipeline.scenes import only, serving
from tests.rollout.asks import a_deploy_of
from tests.rollout.fuse import Point
from tests.rollout.proofs import unseen
from tests.rollout.rig import SWITCH, Rig
from tests.rollout.test_lost import lose_jobs


def lined_up(rig: Rig, words: str) -> Release:
    """A deploy that took its place in line, as the desk sees to: its job is asked for when it is in front."""
    new = a_deploy_of(rig.environment, rig.push(flask(words)), RunConfig())
    with rig.database.write() as connection:
        release = releases.ask(connection, new, rig.time())
        turns.line_up(connection, release, locks.times(connection, rig.settings.intervals))
    return release


def test_who_waits_in_line_is_not_lost_while_the_one_in_front_tries_again(rig: Rig, sandboxes: MemorySandboxes) -> None:
    lined_up(rig, "one")
    sandboxes.away = True
    rig.run()
    second = lined_up(rig, "two")
    rig.ahead += GRACE + 1
    for _ in range(3):
        rig.reaper.beat()
        rig.run()
    waits = rig.release(second.id)
    assert (waits.state, waits.waiting) == (DeployState.PENDING, Waiting.TURN)
    assert ASKED_AGAIN not in rig.kinds(second.id)


def test_what_served_before_runs_on_while_the_proof_is_tried_again(rig: Rig, sandboxes: MemorySandboxes) -> None:
    first = rig.deployed(flask("one"))
    second = rig.ask(rig.push(flask("two")))
    rig.stop_after_the_switch()
    rig.run()
    assert (rig.environment.release_id, rig.jobs("deploy")[-1]) == (second.id, "pending")
    rig.reaper.beat()
    assert set(serving(sandboxes)) == {first.id, second.id}


def test_nothing_of_a_first_deploy_that_was_given_up_runs_on(rig: Rig, sandboxes: MemorySandboxes) -> None:
    release = rig.ask(rig.push(flask("one")))
    # Its dependencies are installed, which is one write more.
    rig.store.writes, rig.store.fuse = 0, Point(SWITCH + 1, after=True)
    rig.run()
    assert (rig.environment.release_id, serving(sandboxes)) == (release.id, [release.id])
    for _ in range(3):
        lose_jobs(rig)
        rig.reaper.beat()
    assert rig.release(release.id).state is DeployState.FAILED
    assert serving(sandboxes) == []


def test_a_deploy_after_the_environment_was_ended_goes_back_to_nothing(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.deployed(flask("one"))
    rig.retire()
    rig.name_environment("production")
    rig.use(replace(rig.tools, proof=unseen))
    failed = rig.deployed(flask("two"))
    assert failed.state is DeployState.FAILED
    assert (rig.environment.release_id, rig.page(), serving(sandboxes)) == ("", "failed", [])


def test_what_a_host_that_was_away_still_runs_of_an_ended_environment_ends_when_it_is_back(
    rig: Rig, sandboxes: MemorySandboxes
) -> None:
    rig.deployed(flask("one"))
    sandboxes.away = True
    rig.retire()
    for _ in range(3):
        rig.run_delayed()
    sandboxes.away = False
    rig.reaper.beat()
    assert sandboxes.living == {}


def test_nothing_is_started_again_of_a_repository_that_was_taken_away(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.deployed(flask("one"))
    (before,) = only(sandboxes).running()
    with rig.database.write() as connection:
        repositories.remove(connection, 7, "the GitHub App was uninstalled", rig.time())
        ask_restart(connection, rig.environment)
    rig.run()
    assert [each.pid for each in only(sandboxes).running()] == [before.pid]


def test_one_that_is_cancelled_while_it_is_proven_goes_back_as_was_told(rig: Rig, sandboxes: MemorySandboxes) -> None:
    first = rig.deployed(flask("one"))
    second = rig.ask(rig.push(flask("two")))
    rig.store.writes = 0

    def cancel() -> None:
        if rig.store.writes == SWITCH + 1:
            with rig.database.write() as connection:
                releases.cancel(connection, rig.release(second.id), "Cancelled by @ada", rig.time())

    rig.store.before_each = cancel
    rig.run()
    ended = rig.release(second.id)
    assert (ended.state, ended.status_message) == (DeployState.CANCELLED, "Cancelled by @ada")
    assert serving(sandboxes) == [rig.environment.release_id] == [first.id]
