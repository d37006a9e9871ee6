"""The pointer of an environment moves for whoever read it last, in every kind of database."""

import pytest

from engine.domain.environment import Environment
from engine.domain.event import Repository
from engine.domain.release import DeployState, Release, ReleaseKind
from engine.rollout.scene import KEPT, read_scene
from engine.sandboxes.port import Upstream
from engine.store import environments, releases, repositories
from engine.store.database import Database
from engine.store.environments import Named
from engine.store.releases import NewRelease
from tests.databases import Databases

NOW = 1_700_000_000.0
WAY = (DeployState.SECURITY_SCANNING, DeployState.BUILDING, DeployState.DEPLOYING, DeployState.DEPLOYED)
DOOR = Upstream("unix:/door.sock")


@pytest.fixture
def database(databases: Databases) -> Database:
    made = databases.shared()
    with made.write() as connection:
        repositories.record(connection, 1, Repository(7, "acme/shop", "main", False, "http://127.0.0.1/"), NOW)
    return made


def an_environment(database: Database) -> Environment:
    """`production`, as it is."""
    with database.write() as connection:
        return environments.ensure(
            connection,
            installation_id=1,
            repository_id=7,
            full_name="acme/shop",
            named=Named("production", "local", "public", ""),
            now=NOW,
        )


def a_release(database: Database, number: int) -> Release:
    """One that was deployed, and serves."""
    new = NewRelease(
        environment=an_environment(database),
        kind=ReleaseKind.DEPLOY,
        sha=f"{number:040}",
        ref="refs/heads/main",
        requested_by="ada",
        door="comment",
        ask=str(number),
        variables_version=0,
        configuration="",
        approvals_needed=0,
    )
    with database.write() as connection:
        release = releases.ask(connection, new, NOW)
        for state in WAY:
            releases.advance(connection, release.id, state, state.value, NOW + number)
        releases.keep_bundle(connection, release.id, plan=f"plan {number}", configuration="")
        assert environments.serve(connection, new.environment, release.id, DOOR, 3001, NOW)
    return release


def test_whoever_read_it_before_the_last_move_moves_nothing(database: Database) -> None:
    before = an_environment(database)
    with database.write() as connection:
        assert environments.serve(connection, before, "dep_1", DOOR, 3001, NOW)
        assert not environments.serve(connection, before, "dep_2", DOOR, 3002, NOW)
        assert not environments.serve_again(connection, before, DOOR, 3002, NOW)
        assert not environments.serve_nothing(connection, before, "", "failed", NOW)
        assert not environments.keep_sandbox(connection, before, "i2")
    assert an_environment(database).release_id == "dep_1"


def test_a_turn_that_was_taken_shuts_out_whoever_had_it(database: Database) -> None:
    before = an_environment(database)
    with database.write() as connection:
        mine = environments.take_turn(connection, before.id)
        assert mine is not None
        assert not environments.serve(connection, before, "dep_1", DOOR, 3001, NOW)
        assert environments.serve(connection, mine, "dep_2", DOOR, 3001, NOW)


def test_the_same_release_started_anew_keeps_its_deaths(database: Database) -> None:
    first = an_environment(database)
    with database.write() as connection:
        assert environments.serve(connection, first, "dep_1", DOOR, 3001, NOW)
    fallen = an_environment(database)
    with database.write() as connection:
        environments.record_death(connection, fallen, "It fell.", NOW + 10)
        assert environments.serve_again(connection, fallen, DOOR, 3002, NOW)
    found = an_environment(database)
    assert (found.deaths, found.revive_at, found.port, found.release_id) == (1, 0.0, 3002, "dep_1")


def test_a_page_is_shown_only_while_nothing_answers(database: Database) -> None:
    environment = an_environment(database)
    with database.write() as connection:
        environments.show(connection, environment, "building", NOW)
        assert environments.page_of(connection, environment) == "building"
        assert environments.serve(connection, environment, "dep_1", DOOR, 3001, NOW)
        environments.show(connection, environment, "failed", NOW)
        assert environments.page_of(connection, environment) == "serving"


def test_the_newest_five_bundles_are_kept_and_what_served_before_is_known(database: Database) -> None:
    made = [a_release(database, number) for number in range(1, 8)]
    with database.read() as connection:
        scene = read_scene(connection, made[-1].id)
    assert scene is not None
    assert scene.kept == {each.id: f"plan {each.number}" for each in made[-KEPT:]}
    assert (scene.switched, scene.previous and scene.previous.release.id) == (True, made[-2].id)
    assert scene.served == {each.id for each in made[-KEPT:-1]}
