"""Pull requests as we received them, and every head that each has had (requirement C3)."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from engine.domain.event import PullRequest
from engine.store.inbox import INSTANT
from engine.store.schema import heads, pull_requests
from engine.store.upsert import insert_into


@dataclass(frozen=True)
class StoredPullRequest:
    """A pull request as we know it."""

    repository_id: int
    number: int
    title: str
    author: str
    #: The newest head that *we* received.
    head_sha: str
    head_ref: str
    base_ref: str
    fork: bool
    draft: bool
    open: bool
    #: Unix seconds.
    head_received_at: float
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Head:
    """A commit that was a pull request's head, since `received_at` (Unix seconds) as far as we know."""

    sha: str
    received_at: float


def is_fork(pull_request: PullRequest, repository_id: int) -> bool:
    """True when the head lives elsewhere, or lived in a fork that was deleted."""
    return pull_request.head_repository_id != repository_id


def record(connection: Connection, repository_id: int, pull_request: PullRequest, received_at: float) -> None:
    """Makes the row what a delivery says that came in at `received_at`, its head included."""
    before = by_number(connection, repository_id, pull_request.number)
    same_head = before is not None and before.head_sha == pull_request.head_sha
    says = _details(repository_id, pull_request) | {
        "head_sha": pull_request.head_sha,
        # The same head told again keeps the moment when it came first.
        "head_received_at": before.head_received_at if before is not None and same_head else received_at,
    }
    row = insert_into(connection, pull_requests).values(repository_id=repository_id, number=pull_request.number, **says)
    connection.execute(row.on_conflict_do_update(index_elements=["repository_id", "number"], set_=says))
    if not same_head:
        _note_head(connection, repository_id, pull_request, received_at)


def record_details(connection: Connection, repository_id: int, pull_request: PullRequest, received_at: float) -> None:
    """Like `record`, but a head that is known stays: for deliveries that are late or tell of something else."""
    if by_number(connection, repository_id, pull_request.number) is None:
        record(connection, repository_id, pull_request, received_at)
        return
    key = (pull_requests.c.repository_id == repository_id) & (pull_requests.c.number == pull_request.number)
    connection.execute(update(pull_requests).where(key).values(**_details(repository_id, pull_request)))


def note_older_head(connection: Connection, repository_id: int, told: PullRequest, received_at: float) -> None:
    """Notes a head that was told of after the one that took its place; one that is known stays as it is."""
    newest = by_number(connection, repository_id, told.number)
    if newest is None or newest.head_sha == told.head_sha:
        return
    new = insert_into(connection, heads).values(
        repository_id=repository_id,
        number=told.number,
        sha=told.head_sha,
        received_at=min(received_at, newest.head_received_at - INSTANT),
    )
    connection.execute(new.on_conflict_do_nothing())


def by_number(connection: Connection, repository_id: int, number: int) -> StoredPullRequest | None:
    """The pull request of that number."""
    found = select(pull_requests).where(
        pull_requests.c.repository_id == repository_id, pull_requests.c.number == number
    )
    row = connection.execute(found).one_or_none()
    if row is None:
        return None
    return StoredPullRequest(
        repository_id=row.repository_id,
        number=row.number,
        title=row.title,
        author=row.author,
        head_sha=row.head_sha,
        head_ref=row.head_ref,
        base_ref=row.base_ref,
        fork=bool(row.fork),
        draft=bool(row.draft),
        open=bool(row.open),
        head_received_at=row.head_received_at,
        labels=tuple(json.loads(row.labels)),
    )


def head_by(connection: Connection, repository_id: int, number: int, moment: float) -> Head | None:
    """The newest head that had come in by `moment` (Unix seconds)."""
    found = (
        select(heads.c.sha, heads.c.received_at)
        .where(heads.c.repository_id == repository_id, heads.c.number == number, heads.c.received_at <= moment)
        .order_by(heads.c.received_at.desc())
        .limit(1)
    )
    row = connection.execute(found).one_or_none()
    return None if row is None else Head(row.sha, row.received_at)


def head_received_at(connection: Connection, repository_id: int, number: int, sha: str) -> float | None:
    """When this commit became the pull request's head as far as we know; None when it never was."""
    found = select(heads.c.received_at).where(
        heads.c.repository_id == repository_id, heads.c.number == number, heads.c.sha == sha
    )
    return connection.execute(found).scalar_one_or_none()


def number_with_head(connection: Connection, repository_id: int, sha: str) -> int | None:
    """The pull request whose head is, or else was, this commit; an open one and the oldest first."""
    found = (
        select(heads.c.number)
        .join(
            pull_requests,
            (pull_requests.c.repository_id == heads.c.repository_id) & (pull_requests.c.number == heads.c.number),
        )
        .where(heads.c.repository_id == repository_id, heads.c.sha == sha)
        .order_by(pull_requests.c.open.desc(), (pull_requests.c.head_sha == sha).desc(), heads.c.number)
    )
    return connection.execute(found.limit(1)).scalar_one_or_none()


def _details(repository_id: int, pull_request: PullRequest) -> dict[str, object]:
    return {
        "title": pull_request.title,
        "author": pull_request.author.login,
        "head_ref": pull_request.head_ref,
        "base_ref": pull_request.base_ref,
        "fork": is_fork(pull_request, repository_id),
        "draft": pull_request.draft,
        "open": pull_request.open,
        "labels": json.dumps(pull_request.labels),
    }


def _note_head(connection: Connection, repository_id: int, pull_request: PullRequest, received_at: float) -> None:
    new = insert_into(connection, heads).values(
        repository_id=repository_id, number=pull_request.number, sha=pull_request.head_sha, received_at=received_at
    )
    # A branch can be pushed back to a commit that it had before: then this is the moment that counts.
    says = {"received_at": received_at}
    connection.execute(new.on_conflict_do_update(index_elements=["repository_id", "number", "sha"], set_=says))
