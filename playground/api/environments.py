"""Environments that deployments made."""

from playground.access import ADMINISTER, READ_ENVIRONMENTS
from playground.api.call import Answer, Call, paged
from playground.environments import drop_environment, environment_by_name, environments_of
from playground.payloads.deployments import environment_payload


def list_environments(call: Call) -> Answer:
    repository = call.repository(READ_ENVIRONMENTS)
    found = environments_of(call.hub, repository)

    def wrap(shown: list[object]) -> object:
        return {"total_count": len(found), "environments": shown}

    return paged(call, found, lambda one: environment_payload(call.hub, one, repository), wrap)


def show_environment(call: Call) -> Answer:
    repository = call.repository(READ_ENVIRONMENTS)
    found = environment_by_name(call.hub, repository, call.path["environment"])
    return Answer(environment_payload(call.hub, found, repository))


def delete_environment(call: Call) -> Answer:
    repository = call.repository(ADMINISTER)
    drop_environment(call.hub, environment_by_name(call.hub, repository, call.path["environment"]))
    return Answer(status=204)
