"""Comments on lines of pull requests."""

from typing import Any

from playground.accounts import account_by_id
from playground.hub import Hub
from playground.payloads.accounts import account_payload
from playground.payloads.node_ids import node_id
from playground.payloads.pulls import author_association
from playground.payloads.reactions import NO_REACTIONS
from playground.payloads.repositories import api_url, html_url
from playground.repositories import Repository
from playground.review_comments import ReviewComment


def review_comment_payload(hub: Hub, comment: ReviewComment, repository: Repository) -> dict[str, Any]:
    """A comment on lines with its author; each stands in a review of its own."""
    author = account_by_id(hub.database, comment.author_id)
    pull = f"{api_url(hub, repository)}/pulls/{comment.number}"
    url = f"{api_url(hub, repository)}/pulls/comments/{comment.id}"
    page = f"{html_url(hub, repository)}/pull/{comment.number}#discussion_r{comment.id}"
    start = {"start_line": comment.start_line, "start_side": comment.side if comment.start_line else None}
    return {
        "url": url,
        "pull_request_review_id": comment.id,
        "id": comment.id,
        "node_id": node_id("PRRC", comment.id),
        "diff_hunk": comment.diff_hunk,
        "path": comment.path,
        "commit_id": comment.sha,
        "original_commit_id": comment.sha,
        "user": account_payload(hub, author),
        "body": comment.body,
        "created_at": comment.created_at,
        "updated_at": comment.updated_at,
        "html_url": page,
        "pull_request_url": pull,
        "author_association": author_association(hub, author, repository),
        "_links": {"self": {"href": url}, "html": {"href": page}, "pull_request": {"href": pull}},
        "line": comment.line,
        "original_line": comment.line,
        "original_start_line": comment.start_line,
        "side": comment.side,
        "subject_type": "line",
        "reactions": {"url": f"{url}/reactions", **NO_REACTIONS},
        **start,
    }
