"""Webhook payloads with the fields that GitHub sends and Slipway reads, and some that it doesn't."""

from typing import Any

import orjson

SHA_A, SHA_B, SHA_C = "a" * 40, "b" * 40, "c" * 40
INSTALLATION_ID = 3_000_000_001
REPOSITORY_ID = 4_000_000_007
FORK_ID = 4_000_000_099


def an_account(login: str = "writer", kind: str = "User") -> dict[str, Any]:
    """A user or a bot."""
    return {"login": login, "id": 5_000_000_000 + len(login), "type": kind, "site_admin": False}


def a_repository(full_name: str = "acme/shop") -> dict[str, Any]:
    """The repository that everything happens in."""
    return {
        "id": REPOSITORY_ID,
        "full_name": full_name,
        "default_branch": "main",
        "private": True,
        "clone_url": f"https://github.example/{full_name}.git",
        "topics": ["unknown", "fields", "are", "fine"],
    }


def a_pull_request(number: int = 1, sha: str = SHA_A, **changes: Any) -> dict[str, Any]:
    """A pull request as webhooks and the API give it."""
    return {
        "number": number,
        "title": "Add a cart",
        "state": "open",
        "draft": False,
        "merged": False,
        "user": an_account(),
        "head": {"ref": "cart", "sha": sha, "repo": {"id": REPOSITORY_ID}},
        "base": {"ref": "main", "sha": SHA_C, "repo": {"id": REPOSITORY_ID}},
    } | changes


def a_pull_request_event(action: str = "opened", sender: str = "writer", **changes: Any) -> dict[str, Any]:
    """`pull_request`; `changes` are the pull request's."""
    pull_request = a_pull_request(**changes)
    return _envelope(sender) | {"action": action, "number": pull_request["number"], "pull_request": pull_request}


def a_comment_event(body: str, sender: str = "writer", comment_id: int = 77, **changes: Any) -> dict[str, Any]:
    """`issue_comment` created on a pull request."""
    kind = "Bot" if sender.endswith("[bot]") else "User"
    return (
        _envelope(sender, kind)
        | {
            "action": "created",
            "issue": {"number": 1, "state": "open", "pull_request": {"url": "https://github.example/x"}},
            "comment": {"id": comment_id, "body": body, "user": an_account(sender, kind)},
        }
        | changes
    )


def a_push_event(ref: str = "refs/heads/cart", before: str = SHA_A, after: str = SHA_B) -> dict[str, Any]:
    """`push` of a branch."""
    return _envelope("writer") | {
        "ref": ref,
        "before": before,
        "after": after,
        "created": False,
        "deleted": after == "0" * 40,
        "forced": False,
        "commits": [],
    }


def in_bytes(payload: object) -> bytes:
    """As it comes over the wire."""
    return orjson.dumps(payload)


def _envelope(sender: str, kind: str = "User") -> dict[str, Any]:
    return {
        "installation": {"id": INSTALLATION_ID, "node_id": "x"},
        "repository": a_repository(),
        "sender": an_account(sender, kind),
    }
