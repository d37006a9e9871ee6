"""The loop `drift`: a branch's head that isn't served for too long, without a reason, is said once."""

from dataclasses import replace

import pytest

from engine.deploy.asks import Action
from engine.deploy.drift import has_reason
from engine.domain.environment import Environment
from engine.domain.release import DeployState, Release
from engine.errors import Unreachable
from engine.store import branches, drifts
from engine.store.drifts import StoredDrift
from tests.deploy.values import RELEASE
from tests.deploy.world import NOW, A, B, C, World

AUTO = b"environments: {production: {auto_deploy_branch: main}}\n"
SERVING = replace(RELEASE, state=DeployState.DEPLOYED)


@pytest.fixture
def auto(world: World) -> World:
    """Production serves main."""
    world.write_project(AUTO)
    world.push(A, "0" * 40)
    world.finish(world.releases("production")[0])
    return world


def drift(world: World) -> StoredDrift | None:
    """The drift that goes on."""
    with world.database.read() as connection:
        return drifts.open_of(connection, world.environment().id)


def beat_after(world: World, seconds: float) -> None:
    """The loop looks, that much later."""
    world.now += seconds
    world.drift.beat()


def test_a_push_that_never_reached_us_is_said_once_after_a_while(auto: World) -> None:
    auto.commit(B)
    beat_after(auto, 60)
    assert drift(auto) is None
    beat_after(auto, auto.settings.intervals.drift_after - 1)
    assert drift(auto) is None
    beat_after(auto, 2)
    said = drift(auto)
    assert said is not None and (said.sha, said.serving_sha, said.since) == (B, A, NOW + 60)
    beat_after(auto, 60)
    assert drift(auto) == said


def test_once_it_serves_the_drift_is_over(auto: World) -> None:
    auto.commit(B)
    beat_after(auto, 60)
    beat_after(auto, 1000)
    auto.deployed()
    beat_after(auto, 60)
    assert drift(auto) is None
    with auto.database.read() as connection:
        over = drifts.by_sha(connection, auto.environment().id, B)
    assert over is not None and over.over_at == auto.now


def test_a_newer_head_is_a_drift_of_its_own(auto: World) -> None:
    auto.commit(B)
    beat_after(auto, 60)
    beat_after(auto, 1000)
    auto.commit(C, B)
    beat_after(auto, 60)
    assert drift(auto) is None
    beat_after(auto, 1000)
    said = drift(auto)
    assert said is not None and said.sha == C


def test_what_serves_the_head_drifts_never(auto: World) -> None:
    beat_after(auto, 100_000)
    assert drift(auto) is None


def test_a_lost_push_makes_what_waits_for_an_approval_void(auto: World) -> None:
    auto.write_project(b"environments: {production: {auto_deploy_branch: main, approvals: 1}}\n")
    auto.commit(B)
    auto.push(B)
    release = auto.releases("production")[0]
    auto.commit(C, B)
    beat_after(auto, 120)
    assert auto.release(release.id).state is DeployState.CANCELLED
    with auto.database.read() as connection:
        known = branches.by_ref(connection, 7, "refs/heads/main")
    assert known is not None and (known.sha, known.before) == (C, B)


def test_a_github_that_lags_behind_its_own_news_is_not_believed(auto: World) -> None:
    auto.commit(B)
    auto.push(B)
    auto.history.refs["refs/heads/main"] = A
    beat_after(auto, 10)
    with auto.database.read() as connection:
        known = branches.by_ref(connection, 7, "refs/heads/main")
    assert known is not None and known.sha == B


def test_a_github_that_says_nothing_is_asked_again(auto: World) -> None:
    auto.commit(B)
    auto.commits.outage = Unreachable("GitHub doesn't answer")
    beat_after(auto, 60)
    auto.commits.outage = None
    beat_after(auto, 60)
    beat_after(auto, 1000)
    assert drift(auto) is not None


def test_of_what_was_taken_away_nothing_is_asked(auto: World) -> None:
    auto.commit(B)
    auto.take_away()
    beat_after(auto, 60)
    beat_after(auto, 1000)
    assert drift(auto) is None


def test_a_lock_or_a_hold_is_a_reason(auto: World) -> None:
    auto.commit(B)
    beat_after(auto, 60)
    auto.do(Action.LOCK)
    beat_after(auto, 1000)
    assert drift(auto) is None
    auto.do(Action.UNLOCK)
    beat_after(auto, 60)
    assert drift(auto) is not None


@pytest.mark.parametrize(
    ("changes", "locked", "tried", "reason"),
    [
        ({}, False, [], False),
        ({"hold": "why"}, False, [], True),
        ({"retired": True}, False, [], True),
        ({}, True, [], True),
        ({}, False, [replace(RELEASE, number=2, sha=B)], True),
        ({}, False, [replace(RELEASE, number=2, sha=B, state=DeployState.FAILED)], True),
        ({}, False, [replace(RELEASE, number=2, sha=C)], False),
        ({}, False, [replace(RELEASE, number=0, sha=B, state=DeployState.DEPLOYED)], False),
    ],
)
def test_reasons_why_a_head_is_not_served(
    world: World, changes: dict[str, object], locked: bool, tried: list[Release], reason: bool
) -> None:
    world.start()
    environment: Environment = replace(world.environment(), **changes)  # type: ignore[arg-type]
    assert has_reason(environment, SERVING, B, locked=locked, tried=tried) is reason


def test_what_serves_the_head_needs_no_reason(world: World) -> None:
    world.start()
    assert has_reason(world.environment(), SERVING, A, locked=False, tried=[])
