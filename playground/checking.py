"""What Apps do with check runs and what people do with their buttons, with the webhooks that it fires."""

from typing import Any

from playground.accounts import GARDENER, Account, account_by_login
from playground.application import SLUG
from playground.checks import (
    CheckRun,
    CheckSuite,
    add_annotations,
    change_check_run,
    latest_by_name,
    runs_in,
    store_check_run,
    suite_by_id,
    suite_of,
)
from playground.database import Parameter
from playground.events import announce
from playground.faults.effects import record
from playground.hub import Hub
from playground.payloads.check_suites import suite_event_payload
from playground.payloads.checks import check_run_event_payload
from playground.refusals import Invalid
from playground.repositories import Repository


def start_check_run(
    hub: Hub,
    repository: Repository,
    suite: CheckSuite,
    name: str,
    values: dict[str, Parameter],
    annotations: list[dict[str, Any]],
) -> CheckRun:
    """Makes a check run: `check_run` created, and completed if it is over already."""
    with hub.database.writing():
        run = store_check_run(hub, repository, suite, name, values)
        add_annotations(hub, run, annotations)
        _record(hub, "check_run_created", run, repository)
        _tell(hub, "created", run, repository, _author(hub, suite))
        if run.status == "completed":
            _tell_completed(hub, run, repository)
    return run


def update_check_run(
    hub: Hub, repository: Repository, run: CheckRun, values: dict[str, Parameter], annotations: list[dict[str, Any]]
) -> CheckRun:
    """Changes a check run: `check_run` completed when that is what changed."""
    with hub.database.writing():
        changed = change_check_run(hub, repository, run, values)
        add_annotations(hub, changed, annotations)
        _record(hub, "check_run_updated", changed, repository, was=run.status)
        if changed.status == "completed" and run.status != "completed":
            _tell_completed(hub, changed, repository)
    return changed


def rerequest(hub: Hub, repository: Repository, run: CheckRun, sender: Account) -> None:
    """Somebody wants the check again: `check_run` rerequested, told to the App that made it."""
    if run.status != "completed":
        raise Invalid("This check run is not rerequestable")
    if suite_by_id(hub, repository, run.suite_id).app == SLUG:
        _tell(hub, "rerequested", run, repository, sender)


def request_suite(hub: Hub, repository: Repository, sha: str, sender: Account) -> None:
    """A commit was pushed that the App may want to check: `check_suite` requested."""
    _tell_suite(hub, "requested", suite_of(hub, repository, sha), repository, sender)


def rerequest_suite(hub: Hub, repository: Repository, suite: CheckSuite, sender: Account) -> None:
    """Somebody wants an App's checks of a commit again: `check_suite` rerequested, told to that App."""
    if suite.app == SLUG:
        _tell_suite(hub, "rerequested", suite, repository, sender)


def press_button(hub: Hub, repository: Repository, run: CheckRun, sender: Account, identifier: str) -> None:
    """Somebody pressed a button of a completed check run: `check_run` requested_action, for the App that made it."""
    known = [action["identifier"] for action in run.actions]
    if run.status != "completed" or identifier not in known:
        raise Invalid(f"This check run has no button {identifier!r} to press")
    if suite_by_id(hub, repository, run.suite_id).app == SLUG:
        _tell(hub, "requested_action", run, repository, sender, requested_action={"identifier": identifier})


def _record(hub: Hub, kind: str, run: CheckRun, repository: Repository, **more: object) -> None:
    said = {"name": run.name, "external_id": run.external_id, "status": run.status, "conclusion": run.conclusion}
    record(hub, kind, repository, id=run.id, sha=run.head_sha, **said, **more)


def _author(hub: Hub, suite: CheckSuite) -> Account:
    """In whose name an App writes its checks."""
    gardener = account_by_login(hub.database, GARDENER)
    return hub.bot() if suite.app == SLUG or gardener is None else gardener


def _tell_completed(hub: Hub, run: CheckRun, repository: Repository) -> None:
    """`check_run` completed, and `check_suite` completed with the last of them."""
    suite = suite_by_id(hub, repository, run.suite_id)
    _tell(hub, "completed", run, repository, _author(hub, suite))
    if all(one.status == "completed" for one in latest_by_name(runs_in(hub, suite))):
        _tell_suite(hub, "completed", suite, repository, _author(hub, suite))


def _tell_suite(hub: Hub, action: str, suite: CheckSuite, repository: Repository, sender: Account) -> None:
    content = {"action": action, "check_suite": suite_event_payload(hub, suite, repository)}
    announce(hub, "check_suite", content, repository=repository, sender=sender)


def _tell(hub: Hub, action: str, run: CheckRun, repository: Repository, sender: Account, **more: object) -> None:
    content = {"action": action, "check_run": check_run_event_payload(hub, run, repository), **more}
    announce(hub, "check_run", content, repository=repository, sender=sender)
