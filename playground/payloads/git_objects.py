"""Commits and trees as git has them."""

from collections.abc import Sequence
from typing import Any

from playground.hub import Hub
from playground.objects import Commit, Entry
from playground.payloads.commits import commit_payload
from playground.payloads.repositories import api_url
from playground.repositories import Repository


def git_commit_payload(hub: Hub, repository: Repository, found: Commit) -> dict[str, Any]:
    """A commit without what GitHub knows beside git."""
    shown = commit_payload(hub, repository, found)
    inner = shown["commit"]
    return {
        "sha": found.sha,
        "node_id": shown["node_id"],
        "url": inner["url"],
        "html_url": shown["html_url"],
        "parents": [
            {**parent, "url": f"{api_url(hub, repository)}/git/commits/{parent['sha']}"} for parent in shown["parents"]
        ],
        **{name: inner[name] for name in ("author", "committer", "message", "tree", "verification")},
    }


def tree_payload(hub: Hub, repository: Repository, sha: str, entries: Sequence[Entry]) -> dict[str, Any]:
    """A tree with its own names, those of its folders left out."""
    api = api_url(hub, repository)
    return {
        "sha": sha,
        "url": f"{api}/git/trees/{sha}",
        "tree": [_entry(api, entry) for entry in entries],
        "truncated": False,
    }


def _entry(api: str, entry: Entry) -> dict[str, Any]:
    shown: dict[str, Any] = {"path": entry.path, "mode": entry.mode, "type": entry.kind, "sha": entry.sha}
    if entry.kind == "blob":
        shown["size"] = entry.size
    return shown | ({} if entry.kind == "commit" else {"url": f"{api}/git/{entry.kind}s/{entry.sha}"})
