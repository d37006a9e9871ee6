"""Payloads about installations, repositories and members."""

from typing import Any

from tests.forge.payloads import INSTALLATION_ID, REPOSITORY_ID, a_repository, an_account

OTHER_INSTALLATION = INSTALLATION_ID + 1
NAMED = {"id": REPOSITORY_ID, "full_name": "acme/shop", "private": True}


def an_installation_event(action: str, installation: int = INSTALLATION_ID, **more: Any) -> dict[str, Any]:
    """`installation`."""
    return {
        "action": action,
        "installation": {"id": installation, "account": an_account("acme", "Organization")},
        "repositories": [NAMED],
        "sender": an_account("admin"),
    } | more


def a_coverage_event(
    added: list[dict[str, Any]] | None = None,
    removed: list[dict[str, Any]] | None = None,
    installation: int = INSTALLATION_ID,
) -> dict[str, Any]:
    """`installation_repositories`."""
    return {
        "action": "added" if added else "removed",
        "installation": {"id": installation, "account": an_account("acme", "Organization")},
        "repositories_added": added or [],
        "repositories_removed": removed or [],
        "sender": an_account("admin"),
    }


def a_repository_event(
    action: str, full_name: str = "acme/shop", installation: int = INSTALLATION_ID, **changes: Any
) -> dict[str, Any]:
    """`repository`; `changes` are the repository's."""
    return {
        "action": action,
        "repository": a_repository(full_name) | changes,
        "installation": {"id": installation},
        "sender": an_account("admin"),
    }


def an_access_event(action: str = "removed") -> dict[str, Any]:
    """`member`."""
    return {
        "action": action,
        "member": an_account("reader"),
        "repository": a_repository(),
        "installation": {"id": INSTALLATION_ID},
        "sender": an_account("admin"),
    }
