"""Deploys of one environment go one at a time; a deploy holds the environment's lock while it goes."""

import time

from engine.domain.job import JobState
from engine.domain.release import DeployState, Waiting
from engine.project.environments import RunConfig
from engine.sandboxes.memory import MemorySandboxes
from engine.store import environments, locks, releases
from tests.pipeline.acting import CRASH, flask
from tests.pipeline.scenes import only, serving
from tests.rollout.rig import Rig
from tests.rollout.test_crashes import line_of
from tests.rollout.visitors import steady_visits


def slow(words: str) -> dict[str, str]:
    """An application whose installation waits until it is ended."""
    return flask(words) | {"requirements.txt": "flask\ngunicorn\nslow\n"}


def test_a_deploy_holds_the_lock_and_keeps_it_alive(rig: Rig, sandboxes: MemorySandboxes) -> None:
    release = rig.ask(rig.push(slow("one")))

    def look() -> None:
        rig.until(lambda: bool(sandboxes.living) and bool(only(sandboxes).running()), "it to be built")
        (held,) = line_of(rig)
        assert (held.release_id, held.place, held.holder) == (release.id, 0, "ada")
        first = held.left
        rig.until(lambda: renewed(rig) >= 2, "the lock to be renewed")
        assert first <= locks.LEASES * rig.settings.intervals.lease
        with rig.database.write() as connection:
            releases.cancel(connection, rig.release(release.id), "Cancelled by @ada", rig.time())

    rig.while_it_waits(look)
    assert line_of(rig) == []


def renewed(rig: Rig) -> int:
    """How far the lease of the one in front has been moved, in steps of this test's heartbeat."""
    with rig.database.read() as connection:
        until = connection.exec_driver_sql("SELECT lease_until FROM locks").scalar_one()
        at = locks.times(connection, rig.settings.intervals)
    rig.seen_leases.add(until)
    assert until > at.moment.seconds
    return len(rig.seen_leases) - 1


def test_two_deploys_go_one_after_the_other_in_their_order(rig: Rig) -> None:
    first, second = rig.ask(rig.push(flask("one"))), rig.ask(rig.push(flask("two")))
    rig.run()
    assert [rig.release(each.id).state for each in (first, second)] == [DeployState.DEPLOYED] * 2
    assert rig.visit().body == b"two\n"


def test_a_persons_lock_that_came_first_is_waited_for(rig: Rig) -> None:
    with rig.database.write() as connection:
        at = locks.times(connection, rig.settings.intervals)
        locks.take_for_person(connection, rig.environment_id, "grace", "look at the logs", at)
    release = rig.ask(rig.push(flask("one")))
    rig.run()
    waits = rig.release(release.id)
    assert (waits.state, waits.waiting) == (DeployState.PENDING, Waiting.LOCK)
    assert "grace" in waits.status_message


def test_retiring_ends_everything_and_shuts_the_door(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.deployed(flask("one"))
    rig.retire()
    assert (sandboxes.living, rig.page()) == ({}, "removed")
    assert (rig.environment.release_id, rig.environment.sandbox_id) == ("", "")
    assert rig.kinds(rig.environment_id) == ["retired"]


def test_an_environment_that_is_named_again_is_not_ended(rig: Rig, sandboxes: MemorySandboxes) -> None:
    release = rig.deployed(flask("one"))
    rig.retire(named_again=True)
    assert serving(sandboxes) == [release.id]


def test_deploys_that_wait_end_with_their_environment(rig: Rig) -> None:
    rig.deployed(flask("one"))
    with rig.database.write() as connection:
        environments.retire(connection, rig.environment)
    release = rig.ask(rig.push(flask("two")))
    with rig.database.write() as connection:
        rig.ask_retirement(connection)
    rig.run()
    assert rig.release(release.id).state in (DeployState.CANCELLED, DeployState.FAILED)


def test_a_host_that_is_away_is_told_and_tried_again(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.deployed(flask("one"))
    sandboxes.away = True
    rig.retire()
    for _ in range(3):
        rig.run_delayed()
    assert rig.kinds(rig.environment_id) == ["not_retired"]
    assert rig.jobs("retire") == [JobState.DEAD]


def test_a_broken_release_under_steady_visits_is_never_noticed(rig: Rig) -> None:
    # A visitor of a busy machine may be on the way to the version before for longer than this rig lets it drain.
    patient = RunConfig(drain=1)
    rig.deployed(flask("one"))
    with steady_visits(rig, 1) as read:
        rig.deployed(flask("two") | {"app.py": CRASH}, patient)
        rig.deployed_unseen(flask("three"), patient)
        rig.deployed(flask("four"), patient)
    assert {"one\n", "four\n"} <= read <= {"one\n", "three\n", "four\n"}


def test_nobody_waits_until_the_version_before_has_drained(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.deployed(flask("one"))
    slowly = RunConfig(drain=300)
    second = rig.ask(rig.push(flask("two")), slowly)
    third = rig.ask(rig.push(flask("three")))
    began = time.monotonic()
    rig.run()
    assert time.monotonic() - began < 100
    assert [rig.release(each.id).state for each in (second, third)] == [DeployState.DEPLOYED] * 2
    assert serving(sandboxes) == [third.id]


def test_the_version_before_answers_while_the_next_deploy_is_built(rig: Rig, sandboxes: MemorySandboxes) -> None:
    first = rig.deployed(flask("one"))
    rig.ask(rig.push(flask("two")), RunConfig(drain=300))
    third = rig.ask(rig.push(slow("three")))

    def look() -> None:
        rig.until(lambda: rig.release(third.id).state is DeployState.BUILDING, "the third to be built")
        assert first.id in serving(sandboxes)
        with rig.database.write() as connection:
            releases.cancel(connection, rig.release(third.id), "Cancelled by @ada", rig.time())

    rig.while_it_waits(look)
    assert serving(sandboxes) == [rig.environment.release_id]
