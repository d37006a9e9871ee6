"""Payloads of GitHub's webhooks become events of ours. Unknown fields are ignored, missing optional ones tolerated.

Source of the shapes: https://docs.github.com/en/webhooks/webhook-events-and-payloads. Nothing here raises: bytes that
can't be read are `Rejected`, events that ask nothing of us are `Ignored`.
"""

from collections.abc import Callable

import orjson
from pydantic import ValidationError

from engine.domain import event as domain
from engine.forge import payload_models as models
from engine.forge.button_payloads import read_check_run, read_check_suite
from engine.forge.household_payloads import (
    read_coverage,
    read_installation,
    read_member,
    read_membership,
    read_organization,
    read_repository,
)
from engine.forge.payload_values import NO_INSTALLATION, person_of, pull_request_of, repository_of, told_at


def event_of(event_name: str, delivery: str, body: bytes) -> domain.Event:
    """What the delivery of `event_name` says, for every `body` there can be."""
    read = READERS.get(event_name)
    if read is None:
        return domain.Ignored(delivery, "this kind of event asks nothing of Slipway")
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return domain.Rejected(delivery, f"reading the payload: not JSON, {error.msg} at character {error.pos}")
    if not isinstance(payload, dict):
        return domain.Rejected(delivery, "reading the payload: JSON, but not an object")
    try:
        return read(delivery, payload)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return domain.Rejected(delivery, f"reading the payload: {where}: {first['msg']}")


def _pushed(delivery: str, payload: dict[str, object]) -> domain.Event:
    push = models.Push.model_validate(payload)
    if push.installation is None:
        return domain.Ignored(delivery, NO_INSTALLATION)
    return domain.Pushed(
        delivery=delivery,
        installation_id=push.installation.id,
        repository=repository_of(push.repository),
        sender=person_of(push.sender),
        ref=push.ref,
        before=push.before,
        after=push.after,
        deleted=push.deleted,
    )


def _pull_request_changed(delivery: str, payload: dict[str, object]) -> domain.Event:
    change = models.PullRequestChange.model_validate(payload)
    if change.installation is None:
        return domain.Ignored(delivery, NO_INSTALLATION)
    return domain.PullRequestChanged(
        delivery=delivery,
        installation_id=change.installation.id,
        repository=repository_of(change.repository),
        sender=person_of(change.sender),
        action=change.action,
        pull_request=pull_request_of(change.pull_request),
        told_at=told_at(change.pull_request.updated_at),
    )


def _commented(delivery: str, payload: dict[str, object]) -> domain.Event:
    comment = models.IssueComment.model_validate(payload)
    if comment.action != "created":
        return domain.Ignored(delivery, "only new comments count, not edits or deletions")
    if comment.issue.pull_request is None:
        return domain.Ignored(delivery, "the comment is on an issue, not on a pull request")
    if comment.installation is None:
        return domain.Ignored(delivery, NO_INSTALLATION)
    return domain.Commented(
        delivery=delivery,
        installation_id=comment.installation.id,
        repository=repository_of(comment.repository),
        sender=person_of(comment.sender),
        number=comment.issue.number,
        comment_id=comment.comment.id,
        body=comment.comment.body or "",
        pull_request_open=comment.issue.state == "open",
        told_at=told_at(comment.comment.created_at),
    )


#: Each event that Slipway handles, and who reads its payload.
READERS: dict[str, Callable[[str, dict[str, object]], domain.Event]] = {
    "push": _pushed,
    "pull_request": _pull_request_changed,
    "issue_comment": _commented,
    "check_run": read_check_run,
    "check_suite": read_check_suite,
    "installation": read_installation,
    "installation_repositories": read_coverage,
    "repository": read_repository,
    "member": read_member,
    "membership": read_membership,
    "organization": read_organization,
}
