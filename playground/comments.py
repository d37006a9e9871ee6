"""Comments on pull requests as they are stored."""

from dataclasses import dataclass

from playground.accounts import Account
from playground.hub import Hub
from playground.refusals import Invalid, NotFound
from playground.repositories import Repository

MOST_CHARACTERS = 65536


@dataclass(frozen=True)
class Comment:
    """What somebody said below a pull request."""

    id: int
    repository_id: int
    number: int
    author_id: int
    body: str
    created_at: str
    updated_at: str


def check_body(body: str) -> str:
    """The body itself; an empty or too long one is refused."""
    if not body.strip():
        raise Invalid.field("IssueComment", "body", "custom", "body cannot be blank")
    if len(body) > MOST_CHARACTERS:
        raise Invalid.field(
            "IssueComment", "body", "custom", f"body is too long (maximum is {MOST_CHARACTERS} characters)"
        )
    return body


def comments_on(hub: Hub, repository: Repository, number: int) -> list[Comment]:
    """The conversation of a pull request, oldest first."""
    sql = "SELECT * FROM comments WHERE repository_id = ? AND number = ? ORDER BY id"
    return hub.database.all(Comment, sql, repository.id, number)


def comment_by_id(hub: Hub, repository: Repository, comment_id: int) -> Comment:
    """The comment of an id; refused with 404 where there is none."""
    sql = "SELECT * FROM comments WHERE repository_id = ? AND id = ?"
    found = hub.database.one(Comment, sql, repository.id, comment_id)
    if found is None:
        raise NotFound()
    return found


def store_comment(hub: Hub, repository: Repository, number: int, author: Account, body: str) -> Comment:
    now = hub.now()
    comment_id = hub.database.insert(
        "comments",
        repository_id=repository.id,
        number=number,
        author_id=author.id,
        body=check_body(body),
        created_at=now,
        updated_at=now,
    )
    return Comment(comment_id, repository.id, number, author.id, body, now, now)


def change_comment(hub: Hub, repository: Repository, comment: Comment, body: str) -> Comment:
    hub.database.update("comments", comment.id, body=check_body(body), updated_at=hub.now())
    return comment_by_id(hub, repository, comment.id)


def drop_comment(hub: Hub, comment: Comment) -> None:
    hub.database.execute("DELETE FROM comments WHERE id = ?", comment.id)
