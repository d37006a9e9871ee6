"""Repositories."""

import datetime
from typing import Any

from playground.hub import Hub
from playground.payloads.accounts import account_payload
from playground.payloads.node_ids import node_id
from playground.repositories import Repository, owner_of, repository_by_id
from playground.roles import permissions_of

API_ADDRESSES = {
    "forks_url": "/forks",
    "keys_url": "/keys{/key_id}",
    "collaborators_url": "/collaborators{/collaborator}",
    "teams_url": "/teams",
    "hooks_url": "/hooks",
    "issue_events_url": "/issues/events{/number}",
    "events_url": "/events",
    "assignees_url": "/assignees{/user}",
    "branches_url": "/branches{/branch}",
    "tags_url": "/tags",
    "blobs_url": "/git/blobs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "trees_url": "/git/trees{/sha}",
    "statuses_url": "/statuses/{sha}",
    "languages_url": "/languages",
    "stargazers_url": "/stargazers",
    "contributors_url": "/contributors",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "commits_url": "/commits{/sha}",
    "git_commits_url": "/git/commits{/sha}",
    "comments_url": "/comments{/number}",
    "issue_comment_url": "/issues/comments{/number}",
    "contents_url": "/contents/{+path}",
    "compare_url": "/compare/{base}...{head}",
    "merges_url": "/merges",
    "archive_url": "/{archive_format}{/ref}",
    "downloads_url": "/downloads",
    "issues_url": "/issues{/number}",
    "pulls_url": "/pulls{/number}",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "labels_url": "/labels{/name}",
    "releases_url": "/releases{/id}",
    "deployments_url": "/deployments",
}

FEATURES = {
    "has_issues": True,
    "has_projects": False,
    "has_downloads": True,
    "has_wiki": False,
    "has_pages": False,
    "has_discussions": False,
    "disabled": False,
    "allow_forking": True,
    "is_template": False,
    "web_commit_signoff_required": False,
}

MERGE_SETTINGS = {
    "allow_squash_merge": True,
    "allow_merge_commit": True,
    "allow_rebase_merge": False,
    "allow_auto_merge": False,
    "allow_update_branch": False,
    "delete_branch_on_merge": False,
    "use_squash_pr_title_as_default": False,
    "squash_merge_commit_title": "COMMIT_OR_PR_TITLE",
    "squash_merge_commit_message": "COMMIT_MESSAGES",
    "merge_commit_title": "MERGE_MESSAGE",
    "merge_commit_message": "PR_TITLE",
}


def api_url(hub: Hub, repository: Repository) -> str:
    return f"{hub.addresses.api}/repos/{owner_of(hub, repository).login}/{repository.name}"


def html_url(hub: Hub, repository: Repository) -> str:
    return f"{hub.addresses.web}/{owner_of(hub, repository).login}/{repository.name}"


def clone_url(hub: Hub, repository: Repository) -> str:
    return f"{hub.addresses.clone}/{owner_of(hub, repository).login}/{repository.name}.git"


def repository_payload(hub: Hub, repository: Repository, role: str | None = None) -> dict[str, Any]:
    """A repository as most answers and webhooks show it, with the viewer's permissions where there is a viewer."""
    api, page, clone = api_url(hub, repository), html_url(hub, repository), clone_url(hub, repository)
    payload = {
        **minimal_payload(hub, repository),
        "owner": account_payload(hub, owner_of(hub, repository)),
        "html_url": page,
        "description": repository.description,
        "fork": repository.parent_id is not None,
        "url": api,
        **{name: api + suffix for name, suffix in API_ADDRESSES.items()},
        "created_at": repository.created_at,
        "updated_at": repository.updated_at,
        "pushed_at": repository.pushed_at,
        "git_url": clone.replace("http:", "git:", 1),
        "ssh_url": f"git@localhost:{clone.split('/', 3)[3]}",
        "clone_url": clone,
        "svn_url": page,
        "homepage": None,
        "mirror_url": None,
        "language": None,
        "license": None,
        "topics": [],
        "visibility": "private" if repository.private else "public",
        "default_branch": repository.default_branch,
        "archived": repository.archived,
        **FEATURES,
        **_counts(hub, repository),
    }
    return payload if role is None else payload | {"permissions": permissions_of(role)}


def full_payload(hub: Hub, repository: Repository, role: str | None) -> dict[str, Any]:
    """A repository as it answers for itself: with merge settings, organisation and where it was forked from."""
    owner = owner_of(hub, repository)
    payload = repository_payload(hub, repository, role) | MERGE_SETTINGS
    payload |= {"temp_clone_token": "", "network_count": payload["forks_count"], "subscribers_count": 0}
    if owner.type == "Organization":
        payload["organization"] = account_payload(hub, owner)
    if repository.parent_id is not None:
        parent = repository_payload(hub, repository_by_id(hub, repository.parent_id))
        payload |= {"parent": parent, "source": parent}
    return payload


def push_repository_payload(hub: Hub, repository: Repository) -> dict[str, Any]:
    """A repository inside a push, where GitHub counts times in seconds and names the owner twice."""
    payload = repository_payload(hub, repository)
    owner = owner_of(hub, repository)
    payload["owner"] |= {"name": owner.login, "email": owner.email}
    payload |= {
        "url": html_url(hub, repository),
        "created_at": _seconds(repository.created_at),
        "pushed_at": _seconds(repository.pushed_at),
        "stargazers": 0,
        "master_branch": repository.default_branch,
    }
    return payload | ({"organization": owner.login} if owner.type == "Organization" else {})


def minimal_payload(hub: Hub, repository: Repository) -> dict[str, Any]:
    """The five fields by which installation events list repositories."""
    return {
        "id": repository.id,
        "node_id": node_id("R", repository.id),
        "name": repository.name,
        "full_name": f"{owner_of(hub, repository).login}/{repository.name}",
        "private": repository.private,
    }


def _counts(hub: Hub, repository: Repository) -> dict[str, int]:
    forks = hub.database.scalar(
        "SELECT count(*) FROM repositories WHERE parent_id = ? AND deleted_at IS NULL", repository.id
    )
    issues = hub.database.scalar(
        "SELECT count(*) FROM pull_requests WHERE repository_id = ? AND state = 'open'", repository.id
    )
    return {
        "size": 1,
        "forks_count": forks,
        "forks": forks,
        "open_issues_count": issues,
        "open_issues": issues,
        "stargazers_count": 0,
        "watchers_count": 0,
        "watchers": 0,
    }


def _seconds(timestamp: str) -> int:
    return int(datetime.datetime.fromisoformat(timestamp).timestamp())
