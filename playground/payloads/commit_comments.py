"""Comments on commits."""

from typing import Any

from playground.accounts import account_by_id
from playground.commit_comments import CommitComment
from playground.hub import Hub
from playground.payloads.accounts import account_payload
from playground.payloads.node_ids import node_id
from playground.payloads.pulls import author_association
from playground.payloads.reactions import NO_REACTIONS
from playground.payloads.repositories import api_url, html_url
from playground.repositories import Repository


def commit_comment_payload(hub: Hub, comment: CommitComment, repository: Repository) -> dict[str, Any]:
    """A comment on a commit with its author."""
    author = account_by_id(hub.database, comment.author_id)
    url = f"{api_url(hub, repository)}/comments/{comment.id}"
    return {
        "url": url,
        "html_url": f"{html_url(hub, repository)}/commit/{comment.sha}#commitcomment-{comment.id}",
        "id": comment.id,
        "node_id": node_id("CC", comment.id),
        "user": account_payload(hub, author),
        "position": comment.position,
        "line": comment.line,
        "path": comment.path,
        "commit_id": comment.sha,
        "created_at": comment.created_at,
        "updated_at": comment.updated_at,
        "author_association": author_association(hub, author, repository),
        "body": comment.body,
        "reactions": {"url": f"{url}/reactions", **NO_REACTIONS},
    }
