"""Deployments that are made, told of and ended, with the webhooks that they fire."""

from playground.accounts import Account
from playground.deployments import (
    ACTIVE,
    Deployment,
    DeploymentStatus,
    News,
    Order,
    deployments_of,
    drop_deployment,
    is_active,
    store_deployment,
    store_status,
)
from playground.environments import keep_environment
from playground.events import announce
from playground.faults.effects import record
from playground.hub import Hub
from playground.payloads.deployments import deployment_payload, deployment_status_payload
from playground.refusals import Invalid
from playground.repositories import Repository, repository_by_id

STILL_ACTIVE = "We cannot delete an active deployment unless it is the only deployment in a given repository."


def order_deployment(hub: Hub, repository: Repository, creator: Account, order: Order) -> Deployment:
    """Makes a deployment: `deployment` created."""
    with hub.database.writing():
        keep_environment(hub, repository, order.environment)
        made = store_deployment(hub, repository, creator, order)
        said = {"environment": made.environment, "ref": made.ref, "transient": made.is_transient}
        record(hub, "deployment_created", repository, id=made.id, sha=made.sha, actor=creator.login, **said)
        shown = deployment_payload(hub, made, repository)
        content = {"action": "created", "deployment": shown, "workflow": None, "workflow_run": None}
        announce(hub, "deployment", content, repository=repository, sender=creator)
    return made


def tell_of_deployment(
    hub: Hub, deployment: Deployment, creator: Account, news: News, *, auto_inactive: bool
) -> DeploymentStatus:
    """Adds a status: `deployment_status` created; a success may end what was there before."""
    repository = repository_by_id(hub, deployment.repository_id)
    with hub.database.writing():
        status = _add_status(hub, repository, deployment, creator, news)
        if news.state == ACTIVE and auto_inactive:
            for older in _left_behind(hub, repository, deployment, news.environment):
                over = News("inactive", "", older.environment, "", "")
                _add_status(hub, repository, older, creator, over)
    return status


def delete_deployment(hub: Hub, repository: Repository, deployment: Deployment) -> None:
    """Deletes a deployment; an active one only when it is the repository's only one."""
    with hub.database.writing():
        if is_active(hub, deployment) and len(deployments_of(hub, repository)) > 1:
            raise Invalid(STILL_ACTIVE)
        drop_deployment(hub, deployment)
        record(hub, "deployment_deleted", repository, id=deployment.id, environment=deployment.environment)


def _add_status(
    hub: Hub, repository: Repository, deployment: Deployment, creator: Account, news: News
) -> DeploymentStatus:
    keep_environment(hub, repository, news.environment)
    status = store_status(hub, deployment, creator, news)
    said = {"deployment_id": deployment.id, "state": status.state, "environment": status.environment}
    addresses = {"environment_url": status.environment_url, "log_url": status.log_url}
    record(
        hub,
        "deployment_status_created",
        repository,
        id=status.id,
        sha=deployment.sha,
        actor=creator.login,
        **said,
        **addresses,
    )
    content = {
        "action": "created",
        "deployment_status": deployment_status_payload(hub, status, deployment, repository),
        "deployment": deployment_payload(hub, deployment, repository),
        "check_run": None,
        "workflow": None,
        "workflow_run": None,
    }
    announce(hub, "deployment_status", content, repository=repository, sender=creator)
    return status


def _left_behind(hub: Hub, repository: Repository, deployment: Deployment, environment: str) -> list[Deployment]:
    """Earlier active deployments of an environment that is neither transient nor production."""
    return [
        older
        for older in deployments_of(hub, repository)
        if older.id < deployment.id
        and older.environment.lower() == environment.lower()
        and not older.is_transient
        and not older.is_production
        and is_active(hub, older)
    ]
