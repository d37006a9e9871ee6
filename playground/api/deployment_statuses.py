"""Statuses of deployments."""

from typing import Annotated, Literal

from pydantic import Field

from playground.access import READ_DEPLOYMENTS, WRITE_DEPLOYMENTS, author_of
from playground.api.call import Answer, Body, Call, paged
from playground.api.deployments import EnvironmentName, named_deployment
from playground.deploying import tell_of_deployment
from playground.deployments import News, latest_status, statuses_of
from playground.payloads.deployments import deployment_status_payload
from playground.refusals import NotFound

State = Literal["error", "failure", "inactive", "in_progress", "queued", "pending", "success"]
Address = Annotated[str, Field(pattern=r"^(https?://.*)?$")]


class StatusRequest(Body):
    """How a deployment goes."""

    state: State
    target_url: Address = ""
    log_url: Address = ""
    description: Annotated[str, Field(max_length=140)] = ""
    environment: EnvironmentName | None = None
    environment_url: Address = ""
    auto_inactive: bool = True


def list_statuses(call: Call) -> Answer:
    """Newest first."""
    repository = call.repository(READ_DEPLOYMENTS)
    deployment = named_deployment(call, repository)
    found = statuses_of(call.hub, deployment)
    return paged(call, found, lambda one: deployment_status_payload(call.hub, one, deployment, repository))


def create_status(call: Call) -> Answer:
    """The environment is the last one that was said, and the log's address is the target's too."""
    repository = call.repository(WRITE_DEPLOYMENTS)
    deployment = named_deployment(call, repository)
    request = call.read(StatusRequest)
    before = latest_status(call.hub, deployment)
    environment = request.environment or (before.environment if before else deployment.environment)
    log_url = request.log_url or request.target_url
    news = News(request.state, request.description, environment, request.environment_url, log_url)
    creator = author_of(call.hub, call.caller)
    status = tell_of_deployment(call.hub, deployment, creator, news, auto_inactive=request.auto_inactive)
    shown = deployment_status_payload(call.hub, status, deployment, repository)
    return Answer(shown, 201, {"Location": str(shown["url"])})


def show_status(call: Call) -> Answer:
    repository = call.repository(READ_DEPLOYMENTS)
    deployment = named_deployment(call, repository)
    wanted = call.number("status")
    for status in statuses_of(call.hub, deployment):
        if status.id == wanted:
            return Answer(deployment_status_payload(call.hub, status, deployment, repository))
    raise NotFound()
