"""Comments on commits as they are stored."""

from dataclasses import dataclass

from playground.accounts import Account
from playground.comments import MOST_CHARACTERS
from playground.hub import Hub
from playground.refusals import Invalid, NotFound
from playground.repositories import Repository


@dataclass(frozen=True)
class CommitComment:
    """What somebody said about a commit, or about a place in one of its files."""

    id: int
    repository_id: int
    sha: str
    author_id: int
    body: str
    path: str | None
    #: Lines below the first hunk of the file's difference.
    position: int | None
    line: int | None
    created_at: str
    updated_at: str


@dataclass(frozen=True)
class Place:
    """Where in a commit: nowhere in particular where there is no path."""

    path: str | None = None
    position: int | None = None
    line: int | None = None


def check_commit_body(body: str) -> str:
    """The body itself; an empty or too long one is refused."""
    if not body.strip():
        raise Invalid.field("CommitComment", "body", "missing_field")
    if len(body) > MOST_CHARACTERS:
        message = f"body is too long (maximum is {MOST_CHARACTERS} characters)"
        raise Invalid.field("CommitComment", "body", "custom", message)
    return body


def comments_on_commit(hub: Hub, repository: Repository, sha: str) -> list[CommitComment]:
    """Oldest first."""
    sql = "SELECT * FROM commit_comments WHERE repository_id = ? AND sha = ? ORDER BY id"
    return hub.database.all(CommitComment, sql, repository.id, sha)


def commit_comments_of(hub: Hub, repository: Repository) -> list[CommitComment]:
    """Everything that was said about commits of a repository, oldest first."""
    sql = "SELECT * FROM commit_comments WHERE repository_id = ? ORDER BY id"
    return hub.database.all(CommitComment, sql, repository.id)


def count_on_commit(hub: Hub, repository: Repository, sha: str) -> int:
    sql = "SELECT count(*) FROM commit_comments WHERE repository_id = ? AND sha = ?"
    return int(hub.database.scalar(sql, repository.id, sha))


def commit_comment_by_id(hub: Hub, repository: Repository, comment_id: int) -> CommitComment:
    """The comment of an id; refused with 404 where there is none."""
    sql = "SELECT * FROM commit_comments WHERE repository_id = ? AND id = ?"
    found = hub.database.one(CommitComment, sql, repository.id, comment_id)
    if found is None:
        raise NotFound()
    return found


def store_commit_comment(
    hub: Hub, repository: Repository, sha: str, author: Account, body: str, place: Place
) -> CommitComment:
    now = hub.now()
    comment_id = hub.database.insert(
        "commit_comments",
        repository_id=repository.id,
        sha=sha,
        author_id=author.id,
        body=check_commit_body(body),
        path=place.path,
        position=place.position,
        line=place.line,
        created_at=now,
        updated_at=now,
    )
    return commit_comment_by_id(hub, repository, comment_id)


def change_commit_comment(hub: Hub, repository: Repository, comment: CommitComment, body: str) -> CommitComment:
    hub.database.update("commit_comments", comment.id, body=check_commit_body(body), updated_at=hub.now())
    return commit_comment_by_id(hub, repository, comment.id)


def drop_commit_comment(hub: Hub, comment: CommitComment) -> None:
    hub.database.execute("DELETE FROM commit_comments WHERE id = ?", comment.id)
