"""Comments on lines of pull requests: those that the difference shows."""

from typing import Annotated, Literal

from pydantic import Field

from playground.access import NEEDS_PUSH, READ_PULLS, WRITE_PULLS, author_of
from playground.api.call import Answer, Body, Call, paged
from playground.payloads.review_comments import review_comment_payload
from playground.refusals import Forbidden, Invalid
from playground.repositories import Repository, role_of
from playground.review_comments import (
    RESOURCE,
    THREAD,
    Lines,
    ReviewComment,
    change_review_comment,
    drop_review_comment,
    review,
    review_comment_by_id,
    review_comments_of,
    review_comments_on,
)
from playground.roles import at_least

Counted = Annotated[int, Field(ge=1)]
Side = Literal["LEFT", "RIGHT"]


class ReviewChange(Body):
    """What is said."""

    body: str


class ReviewRequest(ReviewChange):
    """What is said about which lines of which commit."""

    commit_id: str
    path: str
    line: Counted | None = None
    side: Side = "RIGHT"
    start_line: Counted | None = None
    start_side: Side | None = None


def list_on_pull(call: Call) -> Answer:
    repository = call.repository(READ_PULLS)
    return _listed(call, repository, review_comments_on(call.hub, repository, call.pull(repository).number))


def list_all(call: Call) -> Answer:
    repository = call.repository(READ_PULLS)
    return _listed(call, repository, review_comments_of(call.hub, repository))


def create(call: Call) -> Answer:
    repository = call.repository(WRITE_PULLS)
    pull = call.pull(repository)
    request = call.read(ReviewRequest)
    if request.line is None:
        raise Invalid.field(RESOURCE, f"{THREAD}.line", "missing_field")
    lines = Lines(request.commit_id, request.path, request.side, request.line, request.start_line)
    said = review(call.hub, repository, pull, author_of(call.hub, call.caller), request.body, lines)
    shown = review_comment_payload(call.hub, said, repository)
    return Answer(shown, 201, {"Location": str(shown["url"])})


def show(call: Call) -> Answer:
    repository = call.repository(READ_PULLS)
    comment = review_comment_by_id(call.hub, repository, call.number("comment"))
    return Answer(review_comment_payload(call.hub, comment, repository))


def change(call: Call) -> Answer:
    repository, comment = _own(call)
    changed = change_review_comment(call.hub, repository, comment, call.read(ReviewChange).body)
    return Answer(review_comment_payload(call.hub, changed, repository))


def delete(call: Call) -> Answer:
    _, comment = _own(call)
    drop_review_comment(call.hub, comment)
    return Answer(status=204)


def _own(call: Call) -> tuple[Repository, ReviewComment]:
    """What one said oneself, and with write permission what others said."""
    repository = call.repository(WRITE_PULLS)
    comment = review_comment_by_id(call.hub, repository, call.number("comment"))
    author = author_of(call.hub, call.caller)
    if author.id != comment.author_id and not at_least(role_of(call.hub, author, repository), "write"):
        raise Forbidden(NEEDS_PUSH)
    return repository, comment


def _listed(call: Call, repository: Repository, found: list[ReviewComment]) -> Answer:
    """By age, the oldest first unless it is asked otherwise."""
    if call.query.get("direction") == "desc":
        found = found[::-1]
    return paged(call, found, lambda one: review_comment_payload(call.hub, one, repository))
