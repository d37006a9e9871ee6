"""Comments on lines of a pull request's difference, as they are stored."""

from dataclasses import dataclass

from playground.accounts import Account
from playground.comments import MOST_CHARACTERS
from playground.faults.effects import record
from playground.hub import Hub
from playground.hunks import Shown, shown_lines
from playground.objects import changed_files, commits, merge_base, patch
from playground.pulls import PullRequest
from playground.refusals import Invalid, NotFound
from playground.repositories import Repository, git_dir

RESOURCE = "PullRequestReviewComment"
THREAD = "pull_request_review_thread"


@dataclass(frozen=True)
class ReviewComment:
    """What somebody said about lines that a pull request shows."""

    id: int
    repository_id: int
    number: int
    author_id: int
    body: str
    #: The head when it was said.
    sha: str
    path: str
    side: str
    line: int
    start_line: int | None
    diff_hunk: str
    created_at: str
    updated_at: str


@dataclass(frozen=True)
class Lines:
    """Where in a difference something is said."""

    sha: str
    path: str
    side: str
    line: int
    start_line: int | None = None


def check_review_body(body: str) -> str:
    """The body itself; an empty or too long one is refused."""
    if not body.strip():
        raise Invalid.field(RESOURCE, "body", "custom", "body cannot be blank")
    if len(body) > MOST_CHARACTERS:
        raise Invalid.field(RESOURCE, "body", "custom", f"body is too long (maximum is {MOST_CHARACTERS} characters)")
    return body


def review_comments_on(hub: Hub, repository: Repository, number: int) -> list[ReviewComment]:
    """Oldest first."""
    sql = "SELECT * FROM review_comments WHERE repository_id = ? AND number = ? ORDER BY id"
    return hub.database.all(ReviewComment, sql, repository.id, number)


def review_comments_of(hub: Hub, repository: Repository) -> list[ReviewComment]:
    """Of every pull request of a repository, oldest first."""
    sql = "SELECT * FROM review_comments WHERE repository_id = ? ORDER BY id"
    return hub.database.all(ReviewComment, sql, repository.id)


def review_comment_by_id(hub: Hub, repository: Repository, comment_id: int) -> ReviewComment:
    """The comment of an id; refused with 404 where there is none."""
    sql = "SELECT * FROM review_comments WHERE repository_id = ? AND id = ?"
    found = hub.database.one(ReviewComment, sql, repository.id, comment_id)
    if found is None:
        raise NotFound()
    return found


def review(
    hub: Hub, repository: Repository, pull: PullRequest, author: Account, body: str, lines: Lines
) -> ReviewComment:
    """Says something about lines; refused where the pull request doesn't show them."""
    hunk = _hunk(hub, repository, pull, lines)
    now = hub.now()
    with hub.database.writing():
        comment_id = hub.database.insert(
            "review_comments",
            repository_id=repository.id,
            number=pull.number,
            author_id=author.id,
            body=check_review_body(body),
            sha=lines.sha,
            path=lines.path,
            side=lines.side,
            line=lines.line,
            start_line=lines.start_line,
            diff_hunk=hunk,
            created_at=now,
            updated_at=now,
        )
        said = {"number": pull.number, "id": comment_id, "actor": author.login}
        record(hub, "review_comment_created", repository, **said)
    return review_comment_by_id(hub, repository, comment_id)


def change_review_comment(hub: Hub, repository: Repository, comment: ReviewComment, body: str) -> ReviewComment:
    hub.database.update("review_comments", comment.id, body=check_review_body(body), updated_at=hub.now())
    return review_comment_by_id(hub, repository, comment.id)


def drop_review_comment(hub: Hub, comment: ReviewComment) -> None:
    hub.database.execute("DELETE FROM review_comments WHERE id = ?", comment.id)


def _hunk(hub: Hub, repository: Repository, pull: PullRequest, lines: Lines) -> str:
    """The difference down to the last line that is spoken about; GitHub's refusal where it isn't in there."""
    path = git_dir(hub, repository)
    known = {one.sha for one in commits(path, f"{pull.base_sha}..{pull.head_sha}")}
    if lines.sha not in known:
        raise Invalid.field(RESOURCE, "commit_id", "custom", "commit_id is not part of the pull request")
    before = merge_base(path, pull.base_sha, lines.sha) or pull.base_sha
    file = next((one for one in changed_files(path, before, lines.sha) if one.path == lines.path), None)
    if file is None:
        raise Invalid.field(RESOURCE, f"{THREAD}.path", "invalid")
    shown = {one.number(lines.side): one for one in shown_lines(patch(path, before, lines.sha, file))}
    last = _shown(shown, "line", lines.line)
    if lines.start_line is not None:
        if lines.start_line >= lines.line:
            raise _not_shown("start_line", "must precede the end line.")
        if _shown(shown, "start_line", lines.start_line).hunk != last.hunk:
            raise _not_shown("start_line", "must be part of the same hunk as the line.")
    return last.text


def _shown(shown: dict[int | None, Shown], field: str, number: int) -> Shown:
    found = shown.get(number)
    if found is None:
        raise _not_shown(field, "must be part of the diff")
    return found


def _not_shown(field: str, problem: str) -> Invalid:
    """As GitHub says it: the line isn't there, so that there is no hunk either."""
    wrong = {"resource": RESOURCE, "code": "custom", "field": f"{THREAD}.{field}"}
    wrong["message"] = f"{THREAD}.{field} {problem}"
    missing = {"resource": RESOURCE, "code": "missing_field", "field": f"{THREAD}.diff_hunk"}
    return Invalid("Validation Failed", [wrong, missing])
