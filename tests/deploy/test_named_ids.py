"""Ids of releases and gates beside commands: where they mean something they do, and elsewhere they are words."""

import pytest

from engine.deploy.asks import Action, NewVariable
from engine.reasons import Reason
from engine.settings import Secret
from tests.deploy.world import B, World, reasons_of, told

TWO = b"environments: {staging: {}, production: {up_to_date: false}}\n"


def test_a_deploy_of_a_releases_id_never_deploys_something_else(world: World) -> None:
    served = world.deployed()
    world.commit(B)
    assert reasons_of(world.do(Action.DEPLOY, release=served.id)) == [Reason.NO_SUCH_REF]
    assert reasons_of(world.do(Action.DEPLOY, "production", release=served.id)) == [Reason.NO_SUCH_REF]
    assert len(world.releases("production")) == 1


@pytest.mark.parametrize("words", [(), ("production",)])
def test_a_branch_may_be_called_like_an_id(world: World, words: tuple[str, ...]) -> None:
    world.write_project(b"environments: {production: {up_to_date: false}}\n")
    world.commit(B, branch="dep_upgrade")
    release = world.start(*words, release="dep_upgrade")
    assert (release.sha, release.ref) == (B, "refs/heads/dep_upgrade")


def test_a_variable_may_be_called_like_an_id(world: World) -> None:
    world.do(Action.ENV_SET, variables=(NewVariable("dep_key", Secret("x")),))
    told(world.do(Action.ENV_UNSET, "production", release="dep_key"))


def test_the_plan_of_a_release_by_its_id_needs_no_environment_beside_it(world: World) -> None:
    world.write_project(TWO)
    older = world.deployed("production")
    world.commit(B)
    world.deployed("production", variables=(NewVariable("KEY", Secret("x")),))
    said = told(world.do(Action.ROLLBACK, release=older.id, plan_only=True))
    assert "Commits taken back:** 1" in said
