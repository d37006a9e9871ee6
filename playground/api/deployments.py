"""Deployments, as strict as GitHub about what may be deployed and what may be deleted."""

from typing import Annotated, Any

from pydantic import Field

from playground.access import READ_DEPLOYMENTS, WRITE_DEPLOYMENTS, author_of
from playground.api.call import Answer, Body, Call, paged
from playground.deploying import delete_deployment, order_deployment
from playground.deployments import Deployment, Order, deployment_by_id, deployments_of
from playground.objects import resolve
from playground.payloads.deployments import deployment_payload
from playground.readiness import check_contexts, merge_default
from playground.refusals import Invalid
from playground.repositories import Repository, git_dir

PRODUCTION = "production"

EnvironmentName = Annotated[str, Field(min_length=1, max_length=255)]


class DeploymentRequest(Body):
    """A deployment to be made."""

    ref: str
    task: str = "deploy"
    auto_merge: bool = True
    #: None: every context that the commit has.
    required_contexts: list[str] | None = None
    payload: dict[str, Any] | str = Field(default_factory=dict)
    environment: EnvironmentName = PRODUCTION
    description: str | None = None
    transient_environment: bool = False
    production_environment: bool | None = None


def list_deployments(call: Call) -> Answer:
    """Newest first; `sha`, `ref`, `task` and `environment` choose."""
    repository = call.repository(READ_DEPLOYMENTS)
    found = [one for one in deployments_of(call.hub, repository) if _wanted(call, one)]
    return paged(call, found, lambda one: deployment_payload(call.hub, one, repository))


def create_deployment(call: Call) -> Answer:
    """201 with a deployment, 202 where the default branch was merged instead, 409 where that or a context is bad."""
    repository = call.repository(WRITE_DEPLOYMENTS)
    request = call.read(DeploymentRequest)
    creator = author_of(call.hub, call.caller)
    sha = resolve(git_dir(call.hub, repository), request.ref)
    if sha is None:
        raise Invalid(f"No ref found for: {request.ref}")
    if request.auto_merge:
        merged = merge_default(call.hub, repository, sha, request.ref, creator)
        if merged is not None:
            return Answer({"message": merged.message}, 202)
    check_contexts(call.hub, repository, sha, request.ref, request.required_contexts)
    made = order_deployment(call.hub, repository, creator, _order(request, sha))
    shown = deployment_payload(call.hub, made, repository)
    return Answer(shown, 201, {"Location": str(shown["url"])})


def show_deployment(call: Call) -> Answer:
    repository = call.repository(READ_DEPLOYMENTS)
    return Answer(deployment_payload(call.hub, named_deployment(call, repository), repository))


def remove_deployment(call: Call) -> Answer:
    repository = call.repository(WRITE_DEPLOYMENTS)
    delete_deployment(call.hub, repository, named_deployment(call, repository))
    return Answer(status=204)


def named_deployment(call: Call, repository: Repository) -> Deployment:
    """The deployment that the address names."""
    return deployment_by_id(call.hub, repository, call.number("deployment"))


def _wanted(call: Call, deployment: Deployment) -> bool:
    told = {
        "sha": deployment.sha,
        "ref": deployment.ref,
        "task": deployment.task,
        "environment": deployment.environment,
    }
    return all(call.query.get(name, "none") in ("none", value) for name, value in told.items())


def _order(request: DeploymentRequest, sha: str) -> Order:
    said = request.production_environment
    return Order(
        sha=sha,
        ref=request.ref,
        task=request.task,
        payload=request.payload,
        environment=request.environment,
        description=request.description,
        is_transient=request.transient_environment,
        is_production=request.environment == PRODUCTION if said is None else said,
    )
