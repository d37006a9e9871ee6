"""Commit statuses and their sum."""

from typing import Any

from playground.accounts import account_by_id
from playground.hub import Hub
from playground.objects import branches, commit, is_ancestor
from playground.payloads.accounts import account_payload
from playground.payloads.commits import commit_payload
from playground.payloads.node_ids import node_id
from playground.payloads.repositories import api_url, repository_payload
from playground.repositories import Repository, full_name, git_dir
from playground.statuses import Status, combined_state, latest_by_context

#: Branches that the webhook of a status names at most.
MOST_BRANCHES = 10


def status_payload(hub: Hub, status: Status, repository: Repository) -> dict[str, Any]:
    """One status with who gave it."""
    creator = account_by_id(hub.database, status.creator_id)
    return simple_status_payload(hub, status, repository) | {"creator": account_payload(hub, creator)}


def simple_status_payload(hub: Hub, status: Status, repository: Repository) -> dict[str, Any]:
    creator = account_by_id(hub.database, status.creator_id)
    return {
        "url": f"{api_url(hub, repository)}/statuses/{status.sha}",
        "avatar_url": account_payload(hub, creator)["avatar_url"],
        "id": status.id,
        "node_id": node_id("SC", status.id),
        "state": status.state,
        "description": status.description,
        "target_url": status.target_url,
        "context": status.context,
        "created_at": status.created_at,
        "updated_at": status.created_at,
    }


def combined_payload(hub: Hub, repository: Repository, sha: str, statuses: list[Status]) -> dict[str, Any]:
    """What all contexts together say of a commit."""
    latest = latest_by_context(statuses)
    api = api_url(hub, repository)
    return {
        "state": combined_state(latest),
        "statuses": [simple_status_payload(hub, status, repository) for status in latest],
        "sha": sha,
        "total_count": len(latest),
        "repository": repository_payload(hub, repository),
        "commit_url": f"{api}/commits/{sha}",
        "url": f"{api}/commits/{sha}/status",
    }


def status_event_payload(hub: Hub, status: Status, repository: Repository) -> dict[str, Any]:
    """A status as its webhook shows it: with its commit, and the branches that hold it."""
    api, path = api_url(hub, repository), git_dir(hub, repository)
    shown = simple_status_payload(hub, status, repository)
    kept = ("id", "avatar_url", "target_url", "context", "description", "state", "created_at", "updated_at")
    holding = [(name, head) for name, head in branches(path).items() if is_ancestor(path, status.sha, head)]
    return {name: shown[name] for name in kept} | {
        "sha": status.sha,
        "name": full_name(hub, repository),
        "commit": commit_payload(hub, repository, commit(path, status.sha)),
        "branches": [
            {"name": name, "commit": {"sha": head, "url": f"{api}/commits/{head}"}, "protected": False}
            for name, head in holding[:MOST_BRANCHES]
        ],
    }
