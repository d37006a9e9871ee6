"""Notes what an event and the forge say of a pull request, and reads back what is known, in one transaction."""

from sqlalchemy import Connection

from engine.domain.event import Commented, PullRequest, PullRequestChanged
from engine.intake.facts import Facts
from engine.planner.known import Known
from engine.planner.pull_request import BUILDING
from engine.store import asks, builds, previews, pull_requests


def record_pull_request(
    connection: Connection, event: PullRequestChanged | Commented, facts: Facts, received_at: float
) -> None:
    """The forge's answer says more than the delivery, unless a newer delivery was noted after it was given."""
    if isinstance(event, Commented):
        if facts.current is not None:
            _adopt(connection, event.repository.id, facts.current, facts, _comment_moment(connection, event, facts))
        return
    told = event.pull_request
    if event.action not in BUILDING:
        pull_requests.record_details(connection, event.repository.id, facts.current or told, received_at)
    elif facts.current is not None and facts.current.head_sha != told.head_sha:
        pull_requests.record_details(connection, event.repository.id, facts.current, received_at)
    else:
        _adopt(connection, event.repository.id, facts.current or told, facts, received_at)


def _comment_moment(connection: Connection, event: Commented, facts: Facts) -> float:
    """A head that was learned with a pull request's first comment counts as received by then; any other as of now."""
    known = pull_requests.by_number(connection, event.repository.id, event.number)
    ask = asks.by_delivery(connection, event.delivery)
    return ask.created_at if known is None and ask is not None else facts.gathered_at


def _adopt(
    connection: Connection, repository_id: int, pull_request: PullRequest, facts: Facts, received_at: float
) -> None:
    stored = pull_requests.by_number(connection, repository_id, pull_request.number)
    if stored is not None and stored.head_received_at > facts.gathered_at:
        return
    pull_requests.record(connection, repository_id, pull_request, received_at)


def known_of(connection: Connection, event: PullRequestChanged | Commented, facts: Facts) -> Known:
    """The world around the event at this moment."""
    repository_id = event.repository.id
    number = event.number if isinstance(event, Commented) else event.pull_request.number
    stored = pull_requests.by_number(connection, repository_id, number)
    preview = previews.by_pull_request(connection, repository_id, number)
    ask = asks.by_delivery(connection, event.delivery) if isinstance(event, Commented) else None
    return Known(
        repository_id=repository_id,
        login=facts.login,
        role=facts.role,
        current=facts.current,
        bound_sha=ask.sha if ask is not None else "",
        newest_sha=stored.head_sha if stored is not None else "",
        project=facts.project,
        preview=preview,
        newest=builds.newest(connection, preview) if preview is not None else None,
    )
