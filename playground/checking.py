"""What the App does with check runs and what people do with their buttons, with the webhooks that it fires."""

from typing import Any

from playground.accounts import Account
from playground.checks import CheckRun, add_annotations, change_check_run, store_check_run
from playground.database import Parameter
from playground.events import announce
from playground.hub import Hub
from playground.payloads.checks import check_run_event_payload
from playground.refusals import Invalid
from playground.repositories import Repository


def start_check_run(
    hub: Hub,
    repository: Repository,
    sha: str,
    name: str,
    values: dict[str, Parameter],
    annotations: list[dict[str, Any]],
) -> CheckRun:
    """Makes a check run: `check_run` created, and completed if it is over already."""
    with hub.database.writing():
        run = store_check_run(hub, repository, sha, name, values)
        add_annotations(hub, run, annotations)
        _tell(hub, "created", run, repository, hub.bot())
        if run.status == "completed":
            _tell(hub, "completed", run, repository, hub.bot())
    return run


def update_check_run(
    hub: Hub, repository: Repository, run: CheckRun, values: dict[str, Parameter], annotations: list[dict[str, Any]]
) -> CheckRun:
    """Changes a check run: `check_run` completed when that is what changed."""
    with hub.database.writing():
        changed = change_check_run(hub, repository, run, values)
        add_annotations(hub, changed, annotations)
        if changed.status == "completed" and run.status != "completed":
            _tell(hub, "completed", changed, repository, hub.bot())
    return changed


def rerequest(hub: Hub, repository: Repository, run: CheckRun, sender: Account) -> None:
    """Somebody wants the check again: `check_run` rerequested."""
    if run.status != "completed":
        raise Invalid("This check run is not rerequestable")
    _tell(hub, "rerequested", run, repository, sender)


def press_button(hub: Hub, repository: Repository, run: CheckRun, sender: Account, identifier: str) -> None:
    """Somebody pressed a button of a completed check run: `check_run` requested_action."""
    known = [action["identifier"] for action in run.actions]
    if run.status != "completed" or identifier not in known:
        raise Invalid(f"This check run has no button {identifier!r} to press")
    _tell(hub, "requested_action", run, repository, sender, requested_action={"identifier": identifier})


def _tell(hub: Hub, action: str, run: CheckRun, repository: Repository, sender: Account, **more: object) -> None:
    content = {"action": action, "check_run": check_run_event_payload(hub, run, repository), **more}
    announce(hub, "check_run", content, repository=repository, sender=sender)
