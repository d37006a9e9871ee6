"""Check suites: read by everybody who may read the repository, run again for the App."""

from playground.access import READ_CHECKS, author_of
from playground.api.call import Answer, Call, paged
from playground.api.checks import writable_checks
from playground.checking import rerequest_suite as ask_again
from playground.checks import CheckSuite, latest_by_name, runs_in, suite_by_id, suites_on
from playground.payloads.check_suites import suite_payload
from playground.payloads.checks import check_run_payload
from playground.repositories import Repository, commit_named


def show_suite(call: Call) -> Answer:
    repository = call.repository(READ_CHECKS)
    return Answer(suite_payload(call.hub, _suite(call, repository), repository))


def list_suites(call: Call) -> Answer:
    repository = call.repository(READ_CHECKS)
    found = suites_on(call.hub, repository, commit_named(call.hub, repository, call.path["ref"]))

    def wrap(shown: list[object]) -> object:
        return {"total_count": len(found), "check_suites": shown}

    return paged(call, found, lambda one: suite_payload(call.hub, one, repository), wrap)


def list_runs(call: Call) -> Answer:
    repository = call.repository(READ_CHECKS)
    found = runs_in(call.hub, _suite(call, repository))
    if call.query.get("filter", "latest") == "latest":
        found = latest_by_name(found)

    def wrap(shown: list[object]) -> object:
        return {"total_count": len(found), "check_runs": shown}

    return paged(call, found, lambda one: check_run_payload(call.hub, one, repository), wrap)


def rerequest_suite(call: Call) -> Answer:
    repository = writable_checks(call)
    ask_again(call.hub, repository, _suite(call, repository), author_of(call.hub, call.caller))
    return Answer({}, 201)


def _suite(call: Call, repository: Repository) -> CheckSuite:
    return suite_by_id(call.hub, repository, call.number("suite"))
