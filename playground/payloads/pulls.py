"""Pull requests, and the issues that they also are."""

from typing import Any
from urllib.parse import quote

from playground.accounts import Account, account_by_id
from playground.hub import Hub
from playground.objects import changed_files, commits, merge_base
from playground.payloads.accounts import account_payload
from playground.payloads.node_ids import node_id
from playground.payloads.reactions import NO_REACTIONS
from playground.payloads.repositories import api_url, html_url, repository_payload
from playground.pulls import Label, PullRequest, head_owner, labels_of
from playground.repositories import Repository, git_dir, repository_by_id, role_of, standing_repository


def author_association(hub: Hub, account: Account, repository: Repository) -> str:
    """What somebody is to a repository, in GitHub's word."""
    if account.id == repository.owner_id:
        return "OWNER"
    sql = "SELECT 1 FROM collaborators WHERE repository_id = ? AND account_id = ?"
    if hub.database.scalar(sql, repository.id, account.id):
        return "COLLABORATOR" if role_of(hub, account, repository) != "admin" else "MEMBER"
    return "NONE"


def label_payload(hub: Hub, repository: Repository, label: Label) -> dict[str, Any]:
    return {
        "id": label.id,
        "node_id": node_id("LA", label.id),
        "url": f"{api_url(hub, repository)}/labels/{quote(label.name)}",
        "name": label.name,
        "color": label.color,
        "default": False,
        "description": "",
    }


def pull_payload(hub: Hub, pull: PullRequest, repository: Repository) -> dict[str, Any]:
    """A pull request as lists show it."""
    api, page = api_url(hub, repository), html_url(hub, repository)
    author = account_by_id(hub.database, pull.author_id)
    addresses = _addresses(api, page, pull)
    return {
        **addresses,
        "id": pull.id,
        "node_id": node_id("PR", pull.id),
        "number": pull.number,
        "state": pull.state,
        "locked": False,
        "title": pull.title,
        "user": account_payload(hub, author),
        "body": pull.body,
        "created_at": pull.created_at,
        "updated_at": pull.updated_at,
        "closed_at": pull.closed_at,
        "merged_at": pull.merged_at,
        "merge_commit_sha": pull.merge_commit_sha,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "labels": [label_payload(hub, repository, label) for label in labels_of(hub, pull)],
        "milestone": None,
        "draft": pull.draft,
        "head": _head(hub, pull),
        "base": _side(hub, repository, pull.base_ref, pull.base_sha),
        "_links": _links(addresses),
        "author_association": author_association(hub, author, repository),
        "auto_merge": None,
        "active_lock_reason": None,
    }


def full_pull_payload(hub: Hub, pull: PullRequest, repository: Repository) -> dict[str, Any]:
    """A pull request as it answers for itself and stands in its own webhooks."""
    path = git_dir(hub, repository)
    base = merge_base(path, pull.base_sha, pull.head_sha) or pull.base_sha
    files = changed_files(path, base, pull.head_sha)
    merger = account_by_id(hub.database, pull.merged_by_id) if pull.merged_by_id else None
    return pull_payload(hub, pull, repository) | {
        "merged": pull.merged_at is not None,
        "mergeable": pull.mergeable if pull.state == "open" else None,
        "rebaseable": False if pull.state == "open" else None,
        "mergeable_state": _mergeable_state(pull),
        "merged_by": account_payload(hub, merger) if merger else None,
        "comments": comment_count(hub, pull),
        "review_comments": 0,
        "maintainer_can_modify": False,
        "commits": len(commits(path, f"{base}..{pull.head_sha}")),
        "additions": sum(file.additions for file in files),
        "deletions": sum(file.deletions for file in files),
        "changed_files": len(files),
    }


def minimal_pull_payload(hub: Hub, pull: PullRequest, repository: Repository) -> dict[str, Any]:
    """The few fields by which a check run names its pull requests."""
    # Only pull requests within one repository are named so, and that one stands.
    head = repository_by_id(hub, pull.head_repository_id)
    return {
        "id": pull.id,
        "number": pull.number,
        "url": f"{api_url(hub, repository)}/pulls/{pull.number}",
        "head": {"ref": pull.head_ref, "sha": pull.head_sha, "repo": _named(hub, head)},
        "base": {"ref": pull.base_ref, "sha": pull.base_sha, "repo": _named(hub, repository)},
    }


def issue_payload(hub: Hub, pull: PullRequest, repository: Repository) -> dict[str, Any]:
    """A pull request as the issue that its comments belong to."""
    api, page = api_url(hub, repository), html_url(hub, repository)
    author = account_by_id(hub.database, pull.author_id)
    url, html = f"{api}/issues/{pull.number}", f"{page}/pull/{pull.number}"
    return {
        "url": url,
        "repository_url": api,
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": html,
        "id": pull.id + 1_000_000,
        "node_id": node_id("PR", pull.id),
        "number": pull.number,
        "title": pull.title,
        "user": account_payload(hub, author),
        "labels": [label_payload(hub, repository, label) for label in labels_of(hub, pull)],
        "state": pull.state,
        "state_reason": None,
        "locked": False,
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "comments": comment_count(hub, pull),
        "created_at": pull.created_at,
        "updated_at": pull.updated_at,
        "closed_at": pull.closed_at,
        "author_association": author_association(hub, author, repository),
        "active_lock_reason": None,
        "draft": pull.draft,
        "pull_request": {
            "url": f"{api}/pulls/{pull.number}",
            "html_url": html,
            "diff_url": f"{html}.diff",
            "patch_url": f"{html}.patch",
            "merged_at": pull.merged_at,
        },
        "body": pull.body,
        "reactions": {"url": f"{url}/reactions", **NO_REACTIONS},
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": None,
    }


def comment_count(hub: Hub, pull: PullRequest) -> int:
    sql = "SELECT count(*) FROM comments WHERE repository_id = ? AND number = ?"
    return int(hub.database.scalar(sql, pull.repository_id, pull.number))


def _addresses(api: str, page: str, pull: PullRequest) -> dict[str, str]:
    url, html = f"{api}/pulls/{pull.number}", f"{page}/pull/{pull.number}"
    return {
        "url": url,
        "html_url": html,
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "issue_url": f"{api}/issues/{pull.number}",
        "commits_url": f"{url}/commits",
        "review_comments_url": f"{url}/comments",
        "review_comment_url": f"{api}/pulls/comments{{/number}}",
        "comments_url": f"{api}/issues/{pull.number}/comments",
        "statuses_url": f"{api}/statuses/{pull.head_sha}",
    }


def _links(addresses: dict[str, str]) -> dict[str, dict[str, str]]:
    names = ("comments", "commits", "statuses", "html", "issue", "review_comments", "review_comment")
    return {"self": {"href": addresses["url"]}} | {name: {"href": addresses[f"{name}_url"]} for name in names}


def _head(hub: Hub, pull: PullRequest) -> dict[str, Any]:
    """Where a pull request comes from; of a fork that was deleted only its owner is known."""
    head = standing_repository(hub, pull.head_repository_id)
    if head is not None:
        return _side(hub, head, pull.head_ref, pull.head_sha)
    owner = head_owner(hub, pull)
    return {
        "label": f"{owner.login}:{pull.head_ref}",
        "ref": pull.head_ref,
        "sha": pull.head_sha,
        "user": account_payload(hub, owner),
        "repo": None,
    }


def _side(hub: Hub, repository: Repository, ref: str, sha: str) -> dict[str, Any]:
    owner = account_by_id(hub.database, repository.owner_id)
    return {
        "label": f"{owner.login}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": account_payload(hub, owner),
        "repo": repository_payload(hub, repository),
    }


def _named(hub: Hub, repository: Repository) -> dict[str, Any]:
    return {"id": repository.id, "url": api_url(hub, repository), "name": repository.name}


def _mergeable_state(pull: PullRequest) -> str:
    if pull.state == "closed" or pull.mergeable is None:
        return "unknown"
    if pull.draft:
        return "draft"
    return "clean" if pull.mergeable else "dirty"
