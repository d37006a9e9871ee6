"""Where branches are and what has drifted, in SQL, on each kind of database."""

from engine.domain.environment import Environment
from engine.domain.event import Repository
from engine.store import branches, drifts, environments, repositories
from engine.store.branches import Branch, pull_ref
from engine.store.database import Database
from engine.store.environments import Named
from tests.databases import Databases
from tests.deploy.world import NOW, A, B

MAIN = Branch(7, "refs/heads/main", A, "", "ada", NOW)


def an_environment(database: Database) -> Environment:
    """`production`."""
    with database.write() as connection:
        repositories.record(connection, 1, Repository(7, "acme/shop", "main", False, ""), NOW)
        named = Named("production", "local", "public", "")
        return environments.ensure(
            connection, installation_id=1, repository_id=7, full_name="acme/shop", named=named, now=NOW
        )


def test_a_branch_is_where_it_was_told_to_be_since_it_came_there(databases: Databases) -> None:
    with databases.shared().write() as connection:
        assert branches.record(connection, MAIN)
        assert not branches.record(connection, Branch(7, MAIN.ref, A, B, "bob", NOW + 9))
        assert branches.by_ref(connection, 7, MAIN.ref) == MAIN
        moved = Branch(7, MAIN.ref, B, A, "bob", NOW + 9)
        assert branches.record(connection, moved)
        assert branches.by_ref(connection, 7, MAIN.ref) == moved


def test_a_deleted_branch_is_forgotten_and_another_repositorys_is_not(databases: Databases) -> None:
    other = Branch(8, MAIN.ref, B, "", "", NOW)
    with databases.shared().write() as connection:
        for each in (MAIN, other):
            branches.record(connection, each)
        branches.forget(connection, 7, MAIN.ref)
        assert branches.by_ref(connection, 7, MAIN.ref) is None
        assert branches.by_ref(connection, 8, MAIN.ref) == other
    assert pull_ref(12) == "refs/pull/12/head"


def test_a_drift_is_said_once_until_it_is_over(databases: Databases) -> None:
    database = databases.shared()
    environment = an_environment(database)
    with database.write() as connection:
        said = [drifts.say(connection, environment, B, A, NOW, NOW + more) for more in (1, 2)]
        assert said == [True, False]
        assert drifts.end(connection, environment, NOW + 3, but=B) == 0
        assert drifts.end(connection, environment, NOW + 3) == 1
        assert drifts.end(connection, environment, NOW + 4) == 0
        assert drifts.open_of(connection, environment.id) is None
        assert drifts.say(connection, environment, B, A, NOW, NOW + 5)
        found = drifts.by_sha(connection, environment.id, B)
        assert found == drifts.open_of(connection, environment.id)
        assert found is not None and (found.said_at, found.serving_sha) == (NOW + 5, A)
