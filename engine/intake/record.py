"""Notes what an event and the forge say of a pull request, and reads back what is known, in one transaction."""

from sqlalchemy import Connection

from engine.domain.event import PullRequest, PullRequestChanged
from engine.domain.permission import Role
from engine.intake import forks
from engine.intake.facts import Deciding, Facts, number_of
from engine.intake.sight import seen_by, was_asked_for
from engine.planner.known import Known
from engine.planner.pull_request import BUILDING
from engine.store import asks, builds, previews, pull_requests, skips
from engine.store.inbox import INSTANT


def record_pull_request(connection: Connection, event: Deciding, facts: Facts, received_at: float) -> None:
    """The forge's answer says more than the delivery, unless a newer delivery was noted after it was given."""
    if not isinstance(event, PullRequestChanged):
        if facts.current is not None:
            moment = _moment_of_ask(connection, event, facts)
            _adopt(connection, event.repository.id, facts.current, facts, moment)
        return
    told = event.pull_request
    if event.action not in BUILDING:
        pull_requests.record_details(connection, event.repository.id, facts.current or told, received_at)
    elif facts.current is not None and facts.current.head_sha != told.head_sha:
        known = pull_requests.by_number(connection, event.repository.id, told.number)
        pull_requests.record_details(connection, event.repository.id, facts.current, received_at)
        if known is not None and known.head_sha == facts.current.head_sha:
            pull_requests.note_older_head(connection, event.repository.id, told, received_at)
    else:
        _adopt(connection, event.repository.id, facts.current or told, facts, received_at)


def _moment_of_ask(connection: Connection, event: Deciding, facts: Facts) -> float:
    """A head that was learned with a pull request's first comment counts as received by then; any other as of now."""
    known = pull_requests.by_number(connection, event.repository.id, number_of(event))
    ask = asks.by_delivery(connection, event.delivery)
    return ask.created_at if known is None and ask is not None else facts.gathered_at


def _adopt(
    connection: Connection, repository_id: int, pull_request: PullRequest, facts: Facts, received_at: float
) -> None:
    stored = pull_requests.by_number(connection, repository_id, pull_request.number)
    if stored is not None and stored.head_received_at > facts.gathered_at:
        return
    # A head never counts as older than the one that it took the place of, however late either was told.
    moment = received_at if stored is None else max(received_at, stored.head_received_at + INSTANT)
    pull_requests.record(connection, repository_id, pull_request, moment)


def known_of(connection: Connection, event: Deciding) -> Known:
    """The world around the event as SQL has it at this moment."""
    repository_id, number = event.repository.id, number_of(event)
    stored = pull_requests.by_number(connection, repository_id, number)
    preview = previews.by_pull_request(connection, repository_id, number)
    ask = None if isinstance(event, PullRequestChanged) else asks.by_delivery(connection, event.delivery)
    skipped = skips.of_commit(connection, repository_id, stored.head_sha) if stored is not None else None
    return Known(
        repository_id=repository_id,
        login=event.sender.login,
        role=Role.NONE,
        bound_sha=ask.sha if ask is not None else "",
        newest_sha=stored.head_sha if stored is not None else "",
        preview=preview,
        newest=builds.newest(connection, preview) if preview is not None else None,
        seen=seen_by(connection, preview, ask.created_at) if preview is not None and ask is not None else None,
        asked_for=preview is not None and was_asked_for(connection, preview),
        skipped=skipped.reason if skipped is not None else None,
        fork_gate=forks.gate_of(connection, repository_id, number) if stored is not None and stored.fork else None,
    )
