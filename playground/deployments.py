"""Deployments and their statuses as they are stored."""

from dataclasses import dataclass
from typing import Any

import orjson

from playground.accounts import Account
from playground.hub import Hub
from playground.refusals import NotFound
from playground.repositories import Repository

STATES = ("error", "failure", "inactive", "in_progress", "queued", "pending", "success")
#: A deployment that is in this state is active.
ACTIVE = "success"


@dataclass(frozen=True)
class Deployment:
    """That a commit shall go, goes or went to an environment."""

    id: int
    repository_id: int
    sha: str
    ref: str
    task: str
    payload: dict[str, Any] | str
    environment: str
    original_environment: str
    description: str | None
    is_transient: bool
    is_production: bool
    creator_id: int
    created_at: str
    updated_at: str


@dataclass(frozen=True)
class DeploymentStatus:
    """How a deployment goes, said by whoever deploys; empty addresses are none."""

    id: int
    deployment_id: int
    state: str
    description: str
    environment: str
    environment_url: str
    log_url: str
    creator_id: int
    created_at: str


@dataclass(frozen=True)
class Order:
    """A deployment before it is stored."""

    sha: str
    ref: str
    task: str
    payload: dict[str, Any] | str
    environment: str
    description: str | None
    is_transient: bool
    is_production: bool


@dataclass(frozen=True)
class News:
    """A status before it is stored."""

    state: str
    description: str
    environment: str
    environment_url: str
    log_url: str


def deployment_by_id(hub: Hub, repository: Repository, deployment_id: int) -> Deployment:
    """The deployment of an id; refused with 404 where there is none."""
    sql = "SELECT * FROM deployments WHERE repository_id = ? AND id = ?"
    found = hub.database.one(Deployment, sql, repository.id, deployment_id)
    if found is None:
        raise NotFound()
    return found


def deployments_of(hub: Hub, repository: Repository) -> list[Deployment]:
    """Newest first."""
    sql = "SELECT * FROM deployments WHERE repository_id = ? ORDER BY id DESC"
    return hub.database.all(Deployment, sql, repository.id)


def statuses_of(hub: Hub, deployment: Deployment) -> list[DeploymentStatus]:
    """Newest first."""
    sql = "SELECT * FROM deployment_statuses WHERE deployment_id = ? ORDER BY id DESC"
    return hub.database.all(DeploymentStatus, sql, deployment.id)


def latest_status(hub: Hub, deployment: Deployment) -> DeploymentStatus | None:
    sql = "SELECT * FROM deployment_statuses WHERE deployment_id = ? ORDER BY id DESC LIMIT 1"
    return hub.database.one(DeploymentStatus, sql, deployment.id)


def is_active(hub: Hub, deployment: Deployment) -> bool:
    """Whether it is what an environment has, as far as anybody said."""
    latest = latest_status(hub, deployment)
    return latest is not None and latest.state == ACTIVE


def store_deployment(hub: Hub, repository: Repository, creator: Account, order: Order) -> Deployment:
    now = hub.now()
    deployment_id = hub.database.insert(
        "deployments",
        repository_id=repository.id,
        sha=order.sha,
        ref=order.ref,
        task=order.task,
        payload=orjson.dumps(order.payload).decode(),
        environment=order.environment,
        original_environment=order.environment,
        description=order.description,
        is_transient=order.is_transient,
        is_production=order.is_production,
        creator_id=creator.id,
        created_at=now,
        updated_at=now,
    )
    return deployment_by_id(hub, repository, deployment_id)


def store_status(hub: Hub, deployment: Deployment, creator: Account, news: News) -> DeploymentStatus:
    """Adds a status; one that names another environment moves the deployment there."""
    now = hub.now()
    status_id = hub.database.insert(
        "deployment_statuses",
        deployment_id=deployment.id,
        state=news.state,
        description=news.description,
        environment=news.environment,
        environment_url=news.environment_url,
        log_url=news.log_url,
        creator_id=creator.id,
        created_at=now,
    )
    hub.database.update("deployments", deployment.id, environment=news.environment, updated_at=now)
    return DeploymentStatus(status_id, deployment.id, **vars(news), creator_id=creator.id, created_at=now)


def drop_deployment(hub: Hub, deployment: Deployment) -> None:
    hub.database.execute("DELETE FROM deployments WHERE id = ?", deployment.id)
