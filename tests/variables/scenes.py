"""An environment of a repository, and values for it."""

import time

from sqlalchemy import Connection

from engine.deploy.asks import NewVariable
from engine.domain.environment import Environment
from engine.domain.event import Repository
from engine.settings import Secret
from engine.store import environments, repositories
from engine.store.database import Database
from engine.store.environments import Named
from engine.variables.variables import Variables
from engine.variables.vault import Vault, new_key

NOW = 1_700_000_000.0


def a_vault() -> Vault:
    """With a key of its own."""
    return Vault([new_key()])


def an_environment(connection: Connection, name: str = "production", rules: str = "") -> Environment:
    """One of repository 7."""
    repositories.record(connection, 1, Repository(7, "acme/shop", "main", False, ""), NOW)
    return environments.ensure(
        connection,
        installation_id=1,
        repository_id=7,
        full_name="acme/shop",
        named=Named(name, "local", "public", rules),
        now=NOW,
    )


def a_value(key: str, value: str, *, secret: bool = True, guard: bool = False) -> NewVariable:
    """What somebody sets."""
    return NewVariable(key, Secret(value), is_secret=secret, guard=guard)


def set_in(database: Database, variables: Variables, *news: NewVariable, name: str = "production") -> Environment:
    """Sets them in one change; the environment as it is then."""
    with database.write() as connection:
        environment = an_environment(connection, name)
        variables.set(connection, environment, news, "ada", time.time())
        found = environments.by_id(connection, environment.id)
    assert found is not None
    return found
