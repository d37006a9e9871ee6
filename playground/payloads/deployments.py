"""Deployments, their statuses, and environments."""

from typing import Any
from urllib.parse import quote

from playground.accounts import account_by_id
from playground.deployments import Deployment, DeploymentStatus
from playground.environments import Environment
from playground.hub import Hub
from playground.payloads.accounts import account_payload, acting_application
from playground.payloads.node_ids import node_id
from playground.payloads.repositories import api_url, html_url
from playground.repositories import Repository


def deployment_payload(hub: Hub, deployment: Deployment, repository: Repository) -> dict[str, Any]:
    """A deployment as the API and its webhooks show it."""
    api = api_url(hub, repository)
    url = f"{api}/deployments/{deployment.id}"
    creator = account_by_id(hub.database, deployment.creator_id)
    return {
        "url": url,
        "id": deployment.id,
        "node_id": node_id("DE", deployment.id),
        "sha": deployment.sha,
        "ref": deployment.ref,
        "task": deployment.task,
        "payload": deployment.payload,
        "original_environment": deployment.original_environment,
        "environment": deployment.environment,
        "description": deployment.description,
        "creator": account_payload(hub, creator),
        "created_at": deployment.created_at,
        "updated_at": deployment.updated_at,
        "statuses_url": f"{url}/statuses",
        "repository_url": api,
        "transient_environment": deployment.is_transient,
        "production_environment": deployment.is_production,
        "performed_via_github_app": acting_application(hub, creator),
    }


def deployment_status_payload(
    hub: Hub, status: DeploymentStatus, deployment: Deployment, repository: Repository
) -> dict[str, Any]:
    """A status of a deployment."""
    api = api_url(hub, repository)
    url = f"{api}/deployments/{deployment.id}"
    creator = account_by_id(hub.database, status.creator_id)
    return {
        "url": f"{url}/statuses/{status.id}",
        "id": status.id,
        "node_id": node_id("DES", status.id),
        "state": status.state,
        "creator": account_payload(hub, creator),
        "description": status.description,
        "environment": status.environment,
        "target_url": status.log_url,
        "created_at": status.created_at,
        "updated_at": status.created_at,
        "deployment_url": url,
        "repository_url": api,
        "environment_url": status.environment_url,
        "log_url": status.log_url,
        "performed_via_github_app": acting_application(hub, creator),
    }


def environment_payload(hub: Hub, environment: Environment, repository: Repository) -> dict[str, Any]:
    """An environment, which nothing here protects."""
    name = quote(environment.name, safe="")
    page = html_url(hub, repository)
    return {
        "id": environment.id,
        "node_id": node_id("EN", environment.id),
        "name": environment.name,
        "url": f"{api_url(hub, repository)}/environments/{name}",
        "html_url": f"{page}/deployments/activity_log?environments_filter={name}",
        "created_at": environment.created_at,
        "updated_at": environment.updated_at,
        "can_admins_bypass": True,
        "protection_rules": [],
        "deployment_branch_policy": None,
    }
