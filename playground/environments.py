"""Environments: names that deployments gave to places, kept from the first deployment on."""

from dataclasses import dataclass

from playground.hub import Hub
from playground.refusals import NotFound
from playground.repositories import Repository


@dataclass(frozen=True)
class Environment:
    """A place that a repository is deployed to."""

    id: int
    repository_id: int
    name: str
    created_at: str
    updated_at: str


def environments_of(hub: Hub, repository: Repository) -> list[Environment]:
    """By name."""
    sql = "SELECT * FROM environments WHERE repository_id = ? ORDER BY name"
    return hub.database.all(Environment, sql, repository.id)


def environment_by_name(hub: Hub, repository: Repository, name: str) -> Environment:
    """The environment of a name in any case; refused with 404 where there is none."""
    sql = "SELECT * FROM environments WHERE repository_id = ? AND name = ?"
    found = hub.database.one(Environment, sql, repository.id, name)
    if found is None:
        raise NotFound()
    return found


def keep_environment(hub: Hub, repository: Repository, name: str) -> None:
    """Knows a name from now on, and that it was used."""
    now = hub.now()
    hub.database.execute(
        "INSERT INTO environments (repository_id, name, created_at, updated_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (repository_id, name) DO UPDATE SET updated_at = excluded.updated_at",
        repository.id,
        name,
        now,
        now,
    )


def drop_environment(hub: Hub, environment: Environment) -> None:
    """Forgets an environment with its deployments, as GitHub does."""
    with hub.database.writing():
        sql = "DELETE FROM deployments WHERE repository_id = ? AND environment = ?"
        hub.database.execute(sql, environment.repository_id, environment.name)
        hub.database.execute("DELETE FROM environments WHERE id = ?", environment.id)
