"""Every Target: after a failed release the previous one still serves."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import StageFailed
from engine.sandboxes.memory import MemorySandboxes
from engine.sandboxes.port import Sandboxes
from engine.targets.local import LocalTarget
from engine.targets.memory import MemoryTarget
from engine.targets.port import Target
from tests.sandboxes.host import a_sandbox_host
from tests.targets.programs import act, said_in_memory
from tests.targets.stage import Stage


@pytest.fixture(scope="session")
def real_sandboxes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandboxes]:
    with a_sandbox_host(tmp_path_factory.mktemp("host")) as sandboxes:
        yield sandboxes


@pytest.fixture(params=["memory", "local in memory", "local"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    match request.param:
        case "memory":
            return MemoryTarget(said_in_memory)
        case "local in memory":
            return LocalTarget(MemorySandboxes(act, tmp_path))
        case _:
            return LocalTarget(request.getfixturevalue("real_sandboxes"))


@pytest.fixture
def stage(target: Target) -> Iterator[Stage]:
    made = Stage(target)
    yield made
    target.retire(made.place)


def test_a_release_answers_once_it_is_launched(stage: Stage) -> None:
    bundle = stage.prepare(stage.bundle("dep_1"), "one")
    assert stage.answer(stage.launch(bundle)) == "one"


def test_two_stand_side_by_side_until_the_first_is_over(stage: Stage) -> None:
    _, first = stage.deploy("dep_1", "one")
    bundle = stage.prepare(stage.bundle("dep_2"), "two")
    second = stage.launch(bundle)
    assert (stage.answer(first), stage.answer(second)) == ("one", "two")
    stage.switch(bundle, second)
    assert stage.answer(second) == "two"
    assert stage.target.standing(stage.place, stage.bundle("dep_1")) is None


def test_after_a_release_that_does_not_start_the_one_before_serves(stage: Stage) -> None:
    _, first = stage.deploy("dep_1", "one")
    bad = stage.prepare(stage.bundle("dep_2"), "broken")
    with pytest.raises(StageFailed):
        stage.launch(bad)
    stage.target.settle(stage.place, stage.kept)
    assert stage.answer(first) == "one"


def test_after_a_release_command_that_fails_the_one_before_serves(stage: Stage) -> None:
    _, first = stage.deploy("dep_1", "one")
    bad = stage.prepare(stage.bundle("dep_2"), "two")
    with pytest.raises(StageFailed):
        stage.run(bad, ("false",))
    assert stage.answer(first) == "one"


def test_one_that_was_launched_and_taken_back_leaves_the_one_before(stage: Stage) -> None:
    first_bundle, first = stage.deploy("dep_1", "one")
    second = stage.launch(stage.prepare(stage.bundle("dep_2"), "two"))
    assert stage.target.standing(stage.place, first_bundle) == replace(first, health_path=first.health_path)
    stage.target.settle(stage.place, stage.kept)
    assert stage.answer(first) == "one"
    assert stage.target.standing(stage.place, stage.bundle("dep_2")) is None
    assert second.port != first.port


def test_a_kept_bundle_is_launched_again_without_its_source(stage: Stage) -> None:
    first, _ = stage.deploy("dep_1", "one")
    stage.deploy("dep_2", "two")
    back = stage.prepare(stage.bundle("dep_3", artifact="dep_1", plan=first.plan), "never read")
    assert (stage.answer(stage.launch(back)), stage.fetched) == ("one", 2)


def test_a_bundle_that_is_not_kept_is_made_again(stage: Stage) -> None:
    first, _ = stage.deploy("dep_1", "one")
    del stage.kept["dep_1"]
    stage.deploy("dep_2", "two")
    back = stage.prepare(stage.bundle("dep_3", artifact="dep_1", plan=first.plan), "one again")
    assert stage.answer(stage.launch(back)) == "one again"


def test_preparing_twice_makes_one_bundle(stage: Stage) -> None:
    bundle = stage.prepare(stage.bundle("dep_1"), "one")
    assert stage.prepare(bundle, "other").plan == bundle.plan
    assert stage.answer(stage.launch(bundle)) == "one"


def test_the_same_release_started_anew_takes_its_own_place(stage: Stage) -> None:
    bundle, first = stage.deploy("dep_1", "one")
    stage.prepare(bundle, "one")
    second = stage.launch(bundle)
    assert (stage.answer(first), stage.answer(second)) == ("one", "one")
    stage.switch(bundle, second)
    found = stage.target.standing(stage.place, bundle)
    assert found is not None
    assert (found.port, stage.answer(found)) == (second.port, "one")


def test_a_release_command_runs_once_for_a_release(stage: Stage) -> None:
    bundle = stage.prepare(stage.bundle("dep_1"), "one")
    stage.run(bundle, ("true",))
    stage.run(bundle, ("true",))
    assert stage.answer(stage.launch(bundle)) == "one"


def test_nothing_stands_where_nothing_was_deployed(stage: Stage) -> None:
    assert stage.target.standing(stage.place, stage.bundle("dep_1")) is None
    stage.target.settle(stage.place, {})


def test_what_is_retired_is_gone(stage: Stage) -> None:
    bundle, _ = stage.deploy("dep_1", "one")
    stage.target.retire(stage.place)
    assert stage.target.standing(stage.place, bundle) is None
    stage.target.retire(stage.place)


def test_what_still_answers_its_last_requests_is_spared(stage: Stage) -> None:
    _, first = stage.deploy("dep_1", "one")
    bundle = stage.prepare(stage.bundle("dep_2"), "two")
    second = stage.launch(bundle)
    stage.switch(bundle, second, spared=["dep_1"])
    assert (stage.answer(first), stage.answer(second)) == ("one", "two")
    stage.switch(bundle, second)
    assert stage.target.standing(stage.place, stage.bundle("dep_1")) is None
