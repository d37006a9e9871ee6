"""Commits and the files they change."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from playground.accounts import account_by_email
from playground.commit_comments import count_on_commit
from playground.hub import Hub
from playground.objects import ChangedFile, Commit, Signature, patch
from playground.payloads.accounts import account_payload
from playground.payloads.node_ids import node_id
from playground.payloads.repositories import api_url, html_url
from playground.protecting import protection_of
from playground.repositories import Repository, git_dir

MOST_FILES = 300


def commit_payload(hub: Hub, repository: Repository, commit: Commit) -> dict[str, Any]:
    """A commit as the REST API lists it."""
    api, page = api_url(hub, repository), html_url(hub, repository)
    return {
        "sha": commit.sha,
        "node_id": f"C_{commit.sha}",
        "commit": {
            "author": _signature(commit.author),
            "committer": _signature(commit.committer),
            "message": commit.message,
            "tree": {"sha": commit.tree, "url": f"{api}/git/trees/{commit.tree}"},
            "url": f"{api}/git/commits/{commit.sha}",
            "comment_count": count_on_commit(hub, repository, commit.sha),
            "verification": {
                "verified": False,
                "reason": "unsigned",
                "signature": None,
                "payload": None,
                "verified_at": None,
            },
        },
        "url": f"{api}/commits/{commit.sha}",
        "html_url": f"{page}/commit/{commit.sha}",
        "comments_url": f"{api}/commits/{commit.sha}/comments",
        "author": _account(hub, commit.author),
        "committer": _account(hub, commit.committer),
        "parents": [
            {"sha": sha, "url": f"{api}/commits/{sha}", "html_url": f"{page}/commit/{sha}"} for sha in commit.parents
        ],
    }


def pushed_commit_payload(
    hub: Hub, repository: Repository, commit: Commit, names: dict[str, list[str]], *, distinct: bool
) -> dict[str, Any]:
    """A commit inside a push, with the names it touched."""
    return {
        "id": commit.sha,
        "tree_id": commit.tree,
        "distinct": distinct,
        "message": commit.message,
        "timestamp": commit.committer.date,
        "url": f"{html_url(hub, repository)}/commit/{commit.sha}",
        "author": _pusher(hub, commit.author),
        "committer": _pusher(hub, commit.committer),
        **names,
    }


def files_payload(
    hub: Hub, repository: Repository, files: Sequence[ChangedFile], before: str, after: str
) -> list[dict[str, Any]]:
    """The changed files with their hunks; GitHub lists 300 of them."""
    return [_file(hub, repository, file, before, after) for file in files[:MOST_FILES]]


def _file(hub: Hub, repository: Repository, file: ChangedFile, before: str, after: str) -> dict[str, Any]:
    page, path = html_url(hub, repository), quote(file.path)
    payload = {
        "sha": file.blob,
        "filename": file.path,
        "status": file.status,
        "additions": file.additions,
        "deletions": file.deletions,
        "changes": file.additions + file.deletions,
        "blob_url": f"{page}/blob/{after}/{path}",
        "raw_url": f"{page}/raw/{after}/{path}",
        "contents_url": f"{api_url(hub, repository)}/contents/{path}?ref={after}",
    }
    hunks = patch(git_dir(hub, repository), before, after, file)
    if hunks:
        payload["patch"] = hunks
    if file.previous_path is not None:
        payload["previous_filename"] = file.previous_path
    return payload


def branch_payload(hub: Hub, repository: Repository, name: str, commit: Commit) -> dict[str, Any]:
    """One branch in full."""
    api = api_url(hub, repository)
    protected = protection_of(hub, repository, name) is not None
    url = f"{api}/branches/{quote(name)}"
    return {
        "name": name,
        "commit": commit_payload(hub, repository, commit),
        "_links": {"self": url, "html": f"{html_url(hub, repository)}/tree/{quote(name)}"},
        "protected": protected,
        "protection": {
            "enabled": protected,
            "required_status_checks": {"enforcement_level": "off", "contexts": [], "checks": []},
        },
        "protection_url": f"{url}/protection",
    }


def ref_payload(hub: Hub, repository: Repository, ref: str, sha: str) -> dict[str, Any]:
    api = api_url(hub, repository)
    return {
        "ref": ref,
        "node_id": node_id("REF", repository.id),
        "url": f"{api}/git/{quote(ref)}",
        "object": {"type": "commit", "sha": sha, "url": f"{api}/git/commits/{sha}"},
    }


def ref_event_payload(repository: Repository, ref: str, *, is_branch: bool, made: bool) -> dict[str, Any]:
    """What `create` and `delete` say of a branch or tag."""
    shown = {"ref": ref.split("/", 2)[2], "ref_type": "branch" if is_branch else "tag", "pusher_type": "user"}
    more = {"master_branch": repository.default_branch, "description": repository.description}
    return shown | (more if made else {})


def _signature(signature: Signature) -> dict[str, str]:
    return {"name": signature.name, "email": signature.email, "date": signature.date}


def _account(hub: Hub, signature: Signature) -> dict[str, Any] | None:
    account = account_by_email(hub.database, signature.email)
    return account_payload(hub, account) if account else None


def _pusher(hub: Hub, signature: Signature) -> dict[str, str]:
    account = account_by_email(hub.database, signature.email)
    named = {"name": signature.name, "email": signature.email, "date": signature.date}
    return named | ({"username": account.login} if account else {})
