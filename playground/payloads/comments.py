"""Comments."""

from typing import Any

from playground.accounts import account_by_id
from playground.comments import Comment
from playground.hub import Hub
from playground.payloads.accounts import account_payload, application_payload
from playground.payloads.node_ids import node_id
from playground.payloads.pulls import author_association
from playground.payloads.reactions import reaction_sums
from playground.payloads.repositories import api_url, html_url
from playground.reactions import reactions_to
from playground.repositories import Repository


def comment_payload(hub: Hub, comment: Comment, repository: Repository) -> dict[str, Any]:
    """A comment with its author and the sums of its reactions."""
    author = account_by_id(hub.database, comment.author_id)
    api = api_url(hub, repository)
    url = f"{api}/issues/comments/{comment.id}"
    return {
        "url": url,
        "html_url": f"{html_url(hub, repository)}/pull/{comment.number}#issuecomment-{comment.id}",
        "issue_url": f"{api}/issues/{comment.number}",
        "id": comment.id,
        "node_id": node_id("IC", comment.id),
        "user": account_payload(hub, author),
        "created_at": comment.created_at,
        "updated_at": comment.updated_at,
        "body": comment.body,
        "author_association": author_association(hub, author, repository),
        "reactions": {"url": f"{url}/reactions", **reaction_sums(reactions_to(hub, comment.id))},
        "performed_via_github_app": application_payload(hub) if author.id == hub.bot().id else None,
    }
