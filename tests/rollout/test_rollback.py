"""Going back: a new release of the old bundle, with the values that it had."""

import time

from engine.domain.release import DeployState
from engine.sandboxes.memory import MemorySandboxes
from tests.pipeline.acting import CRASH, Actor, flask
from tests.pipeline.scenes import only, serving
from tests.rollout.rig import Rig


def test_going_back_serves_the_old_bundle_under_a_new_release(
    rig: Rig, sandboxes: MemorySandboxes, actor: Actor
) -> None:
    first, second = rig.deployed(flask("one")), rig.deployed(flask("two"))
    actor.ran.clear()
    third = rig.rolled_back(first)
    assert (third.state, third.name, third.artifact) == (DeployState.DEPLOYED, "v3", first.id)
    assert [argv[0].rpartition("/")[2] for argv in actor.ran] == ["gunicorn"]
    assert rig.kinds(third.id) == ["PENDING", "ROLLING_BACK", "switched", "DEPLOYED"]
    assert rig.visit().body == b"one\n"
    assert rig.visit().value("x-slipway-release") == third.id
    assert serving(sandboxes) == [third.id]
    assert rig.release(second.id).state is DeployState.ROLLED_BACK


def test_going_back_takes_the_old_values_byte_for_byte(rig: Rig, sandboxes: MemorySandboxes) -> None:
    rig.set_variable("GREETING", "  hello\n\u00e9 ")
    first = rig.deployed(flask("one"))
    rig.set_variable("GREETING", "changed")
    rig.deployed(flask("two"))
    rig.rolled_back(first)
    (process,) = only(sandboxes).running()
    assert process.call.command.environment["GREETING"] == "  hello\n\u00e9 "


def test_going_back_is_quick(rig: Rig) -> None:
    first = rig.deployed(flask("one"))
    rig.deployed(flask("two"))
    third = rig.rolled_back(first)
    assert (third.finished_at or 0) - third.created_at < 15
    assert time.time() - (third.finished_at or 0) < 60


def test_a_bundle_that_is_gone_is_built_again_from_its_commit(rig: Rig, sandboxes: MemorySandboxes) -> None:
    first = rig.deployed(flask("one"))
    for number in range(6):
        rig.deployed(flask(f"version {number}"))
    assert not any(first.id in path for path in only(sandboxes).files)
    back = rig.rolled_back(first)
    assert (back.state, rig.visit().body) == (DeployState.DEPLOYED, b"one\n")


def test_what_does_not_start_any_more_leaves_the_newer_one_serving(
    rig: Rig, sandboxes: MemorySandboxes, actor: Actor
) -> None:
    first = rig.deployed(flask("one"))
    second = rig.deployed(flask("two"))
    only(sandboxes).files[f"/home/user/revisions/{first.id}/app.py"] = CRASH.encode()
    back = rig.rolled_back(first)
    assert back.state is DeployState.FAILED
    assert (rig.visit().body, serving(sandboxes)) == (b"two\n", [second.id])
    assert rig.release(second.id).state is DeployState.DEPLOYED


def test_going_back_and_forth_again(rig: Rig) -> None:
    first, second = rig.deployed(flask("one")), rig.deployed(flask("two"))
    rig.rolled_back(first)
    again = rig.rolled_back(second)
    assert (again.state, rig.visit().body) == (DeployState.DEPLOYED, b"two\n")
