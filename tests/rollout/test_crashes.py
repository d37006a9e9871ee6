"""A worker dies at each write of a deploy: the next attempt brings it to its end, and visitors always get an answer."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.domain.lock import Lock
from engine.domain.release import DeployState, Release
from engine.project.environments import RunConfig
from engine.sandboxes.memory import MemorySandboxes
from engine.store import locks
from tests.pipeline.acting import CRASH, flask
from tests.pipeline.scenes import serving
from tests.rollout.fuse import Point
from tests.rollout.proofs import unseen
from tests.rollout.rig import Rig

Scenario = Callable[[Rig, Release], Release]


def a_deploy(rig: Rig, old: Release) -> Release:
    return rig.ask(rig.push(flask("two")), RunConfig(release_command=("migrate",)))


def a_deploy_that_fails(rig: Rig, old: Release) -> Release:
    return rig.ask(rig.push(flask("two") | {"app.py": CRASH}))


def a_deploy_that_is_not_seen(rig: Rig, old: Release) -> Release:
    rig.use(replace(rig.tools, proof=unseen))
    return rig.ask(rig.push(flask("two")))


def a_rollback(rig: Rig, old: Release) -> Release:
    rig.deployed(flask("two"))
    return rig.ask_rollback(old)


#: With the first write that isn't also another's, how many it makes, how it ends, and what visitors get then.
SCENARIOS: dict[str, tuple[Scenario, int, int, DeployState, bytes]] = {
    "a deploy": (a_deploy, 1, 9, DeployState.DEPLOYED, b"two\n"),
    "a deploy that fails": (a_deploy_that_fails, 6, 8, DeployState.ROLLED_BACK, b"one\n"),
    "a deploy that is not seen": (a_deploy_that_is_not_seen, 7, 10, DeployState.ROLLED_BACK, b"one\n"),
    "a rollback": (a_rollback, 3, 7, DeployState.DEPLOYED, b"one\n"),
}
#: Before each write, and right after the last ones, which are the switch and the end.
POINTS = [
    (name, Point(number, after))
    for name, (_, first, writes, _, _) in SCENARIOS.items()
    for number in range(first, writes + 1)
    for after in (False, True)
    if not after or number > writes - 2
]


@pytest.mark.parametrize(("name", "point"), POINTS, ids=str)
def test_whenever_the_worker_dies_the_deploy_comes_to_its_end(
    rig: Rig, sandboxes: MemorySandboxes, name: str, point: Point
) -> None:
    scenario, _, _, end, words = SCENARIOS[name]
    release = scenario(rig, rig.deployed(flask("one")))
    rig.store.writes, rig.store.fuse = 0, point
    rig.run()
    assert rig.store.burnt
    assert rig.visit().status == 200
    rig.run_delayed()
    ended = rig.release(release.id)
    assert ended.state is end, rig.messages(release.id)
    assert rig.kinds(release.id).count(end.value) == 1
    rig.until(lambda: rig.visit().body == words, "visitors to get what serves")
    assert serving(sandboxes) == [rig.environment.release_id]
    assert line_of(rig) == []


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_write_is_among_those_points(rig: Rig, name: str) -> None:
    scenario, _, writes, end, _ = SCENARIOS[name]
    release = scenario(rig, rig.deployed(flask("one")))
    rig.store.writes = 0
    rig.run()
    assert (rig.store.writes, rig.release(release.id).state) == (writes, end)


def line_of(rig: Rig) -> list[Lock]:
    """Who holds the environment's lock, and waits for it."""
    with rig.database.read() as connection:
        return locks.queue(connection, rig.environment_id, locks.times(connection, rig.settings.intervals))
