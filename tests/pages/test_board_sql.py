"""The dashboard's reads, on each kind of database."""

import pytest

from bot.pages.board import board, list_projects
from bot.pages.readers import Readable
from engine.domain.environment import Environment
from engine.domain.event import Repository
from engine.domain.permission import Role
from engine.domain.release import DeployState, Release, ReleaseKind
from engine.project.environments import Rules
from engine.store import environments, previews, releases, repositories
from engine.store.database import Database
from engine.store.environments import Named
from tests.databases import Databases


@pytest.fixture
def database(databases: Databases) -> Database:
    """Two repositories, one of them with a preview."""
    made = databases.shared()
    with made.write() as connection:
        for number, name in ((7, "acme/shop"), (8, "acme/100%_vault")):
            found = Repository(number, name, "main", private=True, clone_url="http://127.0.0.1/x")
            repositories.record(connection, 3, found, 1.0)
        ids = {"installation_id": 3, "repository_id": 7}
        previews.ensure(connection, **ids, full_name="acme/shop", number=1, access="private", now=1.0)
    return made


def environment(database: Database, name: str, after: str = "") -> Environment:
    """An environment of the shop."""
    named = Named(name, "local", "public", Rules(name, after=after).json())
    with database.write() as connection:
        return environments.ensure(
            connection, installation_id=3, repository_id=7, full_name="acme/shop", named=named, now=1.0
        )


def ask(database: Database, where: Environment, at: float, *states: DeployState) -> Release:
    """A release that went through these states."""
    sha, kind = f"{int(at):040x}", ReleaseKind.DEPLOY
    new = releases.NewRelease(where, kind, sha, "refs/heads/main", "ada", "push", f"ask {at}", 0, "{}", 0)
    with database.write() as connection:
        release = releases.ask(connection, new, at)
        for state in states:
            release = releases.advance(connection, release.id, state, state.value, at)
    return release


def test_the_board_is_the_same_on_each(database: Database) -> None:
    staging, production = environment(database, "staging"), environment(database, "production", after="staging")
    failed = ask(database, staging, 5.0, DeployState.FAILED)
    first = ask(database, production, 6.0)
    second = ask(database, production, 7.0)
    with database.read() as connection:
        covered = list_projects(connection)
        shown = board(connection, covered, Readable({7: Role.READ}, ("acme/other",)))
    (project,) = shown.projects
    newest = {each.environment.name: each.newest.id if each.newest else "" for each in project.environments}
    assert list(newest.items()) == [("staging", failed.id), ("production", first.id)]
    assert [each.address for each in shown.under_way] == [f"/deploys/{first.id}", f"/deploys/{second.id}"]
    assert [each.release.id for each in shown.recent] == [failed.id]
    assert (project.previews, project.may_write, shown.unclear) == (1, False, ("acme/other",))


@pytest.mark.parametrize(
    ("find", "names"),
    [("", ["acme/shop", "acme/100%_vault"]), ("SHO", ["acme/shop"]), ("%_", ["acme/100%_vault"]), ("nothing", [])],
)
def test_projects_with_something_in_them_come_first_and_are_found_by_name(
    database: Database, find: str, names: list[str]
) -> None:
    with database.read() as connection:
        assert [each.full_name for each in list_projects(connection, find)] == names
