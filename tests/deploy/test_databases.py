"""A whole story on each kind of database, and asks at once."""

import pytest

from engine.deploy.asks import Action, DeployAsk
from engine.deploy.history import HISTORY
from engine.deploy.outcome import Outcome, Started, Told
from engine.domain.release import DeployState, Waiting
from engine.reasons import Reason
from tests.databases import Databases
from tests.deploy.test_busy_environments import superseded
from tests.deploy.world import B, World, reasons_of, started, told
from tests.store.crowd import Going, crowd

GATED = b"environments: {production: {auto_deploy_branch: main, approvals: 1}}\n"


@pytest.fixture
def anywhere(databases: Databases) -> World:
    """The project on each kind of database."""
    return World(databases.shared())


def test_from_a_push_to_a_rollback(anywhere: World) -> None:
    world = anywhere
    world.deployed()
    world.write_project(GATED)
    world.commit(B)
    world.push(B, by="bob")
    release = world.releases("production")[0]
    assert release.waiting is Waiting.APPROVAL
    told(world.do(Action.APPROVE))
    world.beat()
    assert world.why_not(release) is None
    world.finish(release)
    told(world.do(Action.LOCK, login="grace", reason="books"))
    assert reasons_of(world.do(Action.ROLLBACK)) == [Reason.LOCKED]
    told(world.do(Action.UNLOCK, login="grace"))
    world.do(Action.ROLLBACK)
    told(world.do(Action.APPROVE, login="grace"))
    world.finish(world.releases("production")[0])
    world.now += 2000
    world.drift.beat()
    assert [each.state for each in world.releases("production")] == [
        DeployState.DEPLOYED,
        DeployState.ROLLED_BACK,
        DeployState.DEPLOYED,
    ]


def test_of_those_who_ask_at_once_one_starts_and_the_others_are_told(anywhere: World) -> None:
    anywhere.do(Action.ENV_LIST)
    asks = [anywhere.ask(Action.DEPLOY, login=login) for login in ("ada", "bob", "grace")]
    outcomes = at_once(anywhere, asks)
    assert [type(each) for each in outcomes].count(Started) == 1
    assert [type(each) for each in outcomes].count(Told) == 2
    assert len(anywhere.line()) == 1


def test_of_those_who_approve_at_once_each_counts_and_it_goes_on_once(anywhere: World) -> None:
    anywhere.write_project(b"environments: {production: {approvals: 2}}\n")
    release = anywhere.start()
    at_once(anywhere, [anywhere.ask(Action.APPROVE, login=login) for login in ("bob", "grace")])
    assert anywhere.release(release.id).waiting is Waiting.TURN
    assert [each.release_id for each in anywhere.line()] == [release.id]


def at_once(world: World, asks: list[DeployAsk]) -> list[Outcome]:
    """What becomes of asks that come at the same moment."""
    outcomes: list[Outcome] = []

    def hand_in(number: int, _going: Going) -> None:
        outcomes.append(world.desk.handle(asks[number]))

    crowd(len(asks), hand_in)
    return outcomes


def test_what_served_is_found_behind_hundreds_that_never_began(anywhere: World) -> None:
    anywhere.write_project(b"environments: {production: {up_to_date: false}}\n")
    first, second = anywhere.deployed(), anywhere.deployed(anywhere.commit(B))
    superseded(anywhere, second, HISTORY + 10)
    told(anywhere.do(Action.RESTART))
    assert anywhere.release(started(anywhere.do(Action.ROLLBACK))).source_id == first.id
