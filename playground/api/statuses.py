"""Commit statuses."""

from playground.access import READ_STATUSES, WRITE_STATUSES, author_of
from playground.api.call import Answer, Body, Call, paged
from playground.objects import has_commit
from playground.payloads.statuses import combined_payload, status_payload
from playground.refusals import Invalid
from playground.repositories import commit_named, git_dir
from playground.statuses import STATES, Verdict, statuses_on
from playground.verdicts import give_status

MOST_DESCRIPTION = 140


class StatusRequest(Body):
    """A status to be given."""

    state: str
    target_url: str | None = None
    description: str | None = None
    context: str = "default"


def create_status(call: Call) -> Answer:
    repository = call.repository(WRITE_STATUSES)
    sha = call.path["sha"]
    if not has_commit(git_dir(call.hub, repository), sha):
        raise Invalid(f"No commit found for SHA: {sha}")
    request = call.read(StatusRequest)
    if request.state not in STATES:
        raise Invalid.field("Status", "state", "custom", "state is not included in the list")
    if len(request.description or "") > MOST_DESCRIPTION:
        message = f"description is too long (maximum is {MOST_DESCRIPTION} characters)"
        raise Invalid.field("Status", "description", "custom", message)
    if request.target_url and not request.target_url.startswith(("http://", "https://")):
        raise Invalid.field("Status", "target_url", "custom", "target_url must use http(s) scheme")
    verdict = Verdict(request.state, request.context, request.description, request.target_url)
    status = give_status(call.hub, repository, sha, author_of(call.hub, call.caller), verdict)
    return Answer(status_payload(call.hub, status, repository), 201)


def list_statuses(call: Call) -> Answer:
    repository = call.repository(READ_STATUSES)
    sha = commit_named(call.hub, repository, call.path["ref"])
    found = statuses_on(call.hub, repository, sha)
    return paged(call, found, lambda one: status_payload(call.hub, one, repository))


def show_combined(call: Call) -> Answer:
    repository = call.repository(READ_STATUSES)
    sha = commit_named(call.hub, repository, call.path["ref"])
    return Answer(combined_payload(call.hub, repository, sha, statuses_on(call.hub, repository, sha)))
