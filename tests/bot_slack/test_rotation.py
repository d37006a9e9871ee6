"""Tokens of workspaces go into a new seal with everything else that is sealed, and stay readable."""

import time

from engine.settings import Secret
from engine.slack import bot_token
from engine.store import slack_workspaces
from engine.store.database import Database
from engine.store.slack_workspaces import NewWorkspace, Workspace
from engine.variables.rotation import BATCH, check, rotate
from engine.variables.vault import Vault, new_key
from tests.databases import Databases

OLD, NEW = new_key(), new_key()
#: More than are read at a time.
MANY = BATCH + 5


def installed(database: Database, number: int, vault: Vault) -> Workspace:
    """A workspace whose token that vault sealed."""
    team = f"T{number}"
    sealed = bot_token.seal(vault, team, Secret(f"xoxb-{number}"))
    with database.write() as connection:
        new = NewWorkspace(team, team, "A0", "U0BOT", "commands", "U0", sealed)
        return slack_workspaces.install(connection, new, time.time())


def token_of(database: Database, team: str, vault: Vault) -> str:
    """The stored token, opened."""
    with database.read() as connection:
        workspace = slack_workspaces.by_team(connection, team)
    assert workspace is not None
    return bot_token.token_of(vault, workspace).reveal()


def test_every_token_is_sealed_anew_and_opened_by_the_new_key_alone(databases: Databases) -> None:
    database = databases.shared()
    for number in range(MANY):
        installed(database, number, Vault([OLD]))
    assert (check(database, Vault([NEW, OLD])).total, check(database, Vault([NEW, OLD])).old) == (MANY, MANY)
    done = rotate(database, Vault([NEW, OLD]))
    assert (done.total, done.changed, done.unreadable) == (MANY, MANY, ())
    assert [token_of(database, f"T{number}", Vault([NEW])) for number in (0, MANY - 1)] == [
        "xoxb-0",
        f"xoxb-{MANY - 1}",
    ]
    assert rotate(database, Vault([NEW, OLD])).changed == 0


def test_a_workspace_that_left_has_nothing_to_rotate(databases: Databases) -> None:
    database = databases.shared()
    workspace = installed(database, 1, Vault([OLD]))
    with database.write() as connection:
        slack_workspaces.leave(connection, workspace, "app_uninstalled", time.time())
    assert rotate(database, Vault([NEW, OLD])).total == 0


def test_a_token_that_no_key_opens_is_told_by_its_workspace(databases: Databases) -> None:
    database = databases.shared()
    installed(database, 1, Vault([new_key()]))
    installed(database, 2, Vault([OLD]))
    done = rotate(database, Vault([NEW, OLD]))
    assert (done.total, done.changed) == (2, 1)
    assert ["slack:T1" in each and "xoxb" not in each for each in done.unreadable] == [True]


def test_a_token_opens_in_its_own_row_alone(databases: Databases) -> None:
    database = databases.shared()
    mine, theirs = (installed(database, number, Vault([OLD])) for number in (1, 2))
    with database.write() as connection:
        assert slack_workspaces.reseal(connection, mine, theirs.sealed_token or b"")
    assert [bool(each) for each in check(database, Vault([OLD])).unreadable] == [True]


def test_a_workspace_that_installed_again_meanwhile_keeps_its_new_token(databases: Databases) -> None:
    database = databases.shared()
    before = installed(database, 1, Vault([OLD]))
    installed(database, 1, Vault([NEW]))
    with database.write() as connection:
        assert not slack_workspaces.reseal(connection, before, b"late")
    assert token_of(database, "T1", Vault([NEW])) == "xoxb-1"
