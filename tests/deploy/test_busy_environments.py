"""Environments where much was asked for and little begun: what serves is still known, and so is what served before."""

import pytest
from sqlalchemy import insert, select

from engine.deploy.asks import Action
from engine.deploy.history import HISTORY
from engine.domain.release import DeployState, Release
from engine.reasons import Reason
from engine.store.deploy_schema import releases as rows
from tests.deploy.world import A, B, World, reasons_of, started, told

FREE = b"environments: {production: {up_to_date: false}}\n"


@pytest.fixture
def served(world: World) -> list[Release]:
    """Two releases that served, then hundreds that never began: superseded while they waited."""
    world.write_project(FREE)
    made = [world.deployed(), world.deployed(world.commit(B))]
    superseded(world, made[-1], HISTORY + 10)
    return made


def superseded(world: World, like: Release, count: int) -> None:
    """So many releases of other commits that were cancelled before they began."""
    with world.database.write() as connection:
        row = dict(connection.execute(select(rows).where(rows.c.id == like.id)).mappings().one())
        over = {"state": DeployState.CANCELLED.value, "started_at": None, "stop_wanted": "cancelled"}
        news = [
            row | over | {"id": f"dep_{at:016x}", "number": like.number + 1 + at, "sha": f"{at:040x}", "ask": f"x{at}"}
            for at in range(count)
        ]
        connection.execute(insert(rows), news)


def test_what_serves_can_be_left_restarted_and_is_not_deployed_again(world: World, served: list[Release]) -> None:
    assert "serves there already" in told(world.do(Action.DEPLOY, B))
    told(world.do(Action.RESTART))
    assert world.release(started(world.do(Action.ROLLBACK))).source_id == served[0].id


def test_an_older_release_can_be_named(world: World, served: list[Release]) -> None:
    assert world.release(started(world.do(Action.ROLLBACK, "v1"))).source_id == served[0].id


def test_a_number_that_never_was_is_still_none(world: World, served: list[Release]) -> None:
    assert reasons_of(world.do(Action.ROLLBACK, "v9999")) == [Reason.NO_SUCH_RELEASE]


def test_the_environment_before_is_looked_at_behind_what_never_began(ordered: World) -> None:
    superseded(ordered, ordered.deployed("staging"), HISTORY + 10)
    assert ordered.release(started(ordered.do(Action.PROMOTE, "production"))).sha == A


def test_a_push_of_what_serves_deploys_nothing_anew(world: World, served: list[Release]) -> None:
    world.write_project(b"environments: {production: {auto_deploy_branch: main}}\n")
    before = world.releases("production")[0].number
    world.push(B, A)
    assert world.releases("production")[0].number == before
