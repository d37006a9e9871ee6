"""Payloads that tell of pressed buttons: `check_run` and `check_suite`.

Source: https://docs.github.com/en/webhooks/webhook-events-and-payloads#check_run.
"""

from engine.domain import event as domain
from engine.forge import payload_models as models
from engine.forge.payload_values import NO_INSTALLATION, person_of, repository_of

#: The button of GitHub's own.
RERUN = "rerun"
NO_BUTTON = "it tells how a check goes, not of a pressed button"


def read_check_run(delivery: str, payload: dict[str, object]) -> domain.Event:
    """`rerequested` and `requested_action` are buttons; the rest tells of checks, ours among them."""
    change = models.CheckRunChange.model_validate(payload)
    if change.installation is None:
        return domain.Ignored(delivery, NO_INSTALLATION)
    if change.action == "requested_action" and change.requested_action is not None:
        button = change.requested_action.identifier
    elif change.action == "rerequested":
        button = RERUN
    else:
        return domain.Ignored(delivery, NO_BUTTON)
    where = (change.installation.id, change.repository, change.sender)
    return _pressed(delivery, where, button, change.check_run, change.check_run.external_id or "")


def read_check_suite(delivery: str, payload: dict[str, object]) -> domain.Event:
    """`rerequested` is the button "Re-run all checks"."""
    change = models.CheckSuiteChange.model_validate(payload)
    if change.installation is None:
        return domain.Ignored(delivery, NO_INSTALLATION)
    if change.action != "rerequested":
        return domain.Ignored(delivery, NO_BUTTON)
    where = (change.installation.id, change.repository, change.sender)
    return _pressed(delivery, where, RERUN, change.check_suite, "")


def _pressed(
    delivery: str,
    where: tuple[int, models.Repository, models.Account | None],
    button: str,
    check: models.CheckSuite,
    external_id: str,
) -> domain.ButtonPressed:
    installation_id, repository, sender = where
    return domain.ButtonPressed(
        delivery=delivery,
        installation_id=installation_id,
        repository=repository_of(repository),
        sender=person_of(sender),
        button=button,
        sha=check.head_sha,
        external_id=external_id,
        app_id=0 if check.app is None else check.app.id,
        numbers=tuple(each.number for each in check.pull_requests),
    )
