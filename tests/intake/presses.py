"""Pressed buttons as GitHub tells of them."""

from typing import Any

from tests.forge.payloads import REPOSITORY_ID, SHA_A, a_comment_event, an_account

APP_ID = 4242


def a_press(button: str, instance: str, sha: str = SHA_A, sender: str = "writer", **changes: Any) -> dict[str, Any]:
    """`check_run` requested_action on the check run of a commit, or rerequested for the button `rerun`."""
    own = {"requested_action": {"identifier": button}} if button != "rerun" else {}
    check_run = {
        "id": 91,
        "head_sha": sha,
        "external_id": f"slipway:{instance}:{REPOSITORY_ID}:{sha}",
        "app": {"id": APP_ID},
        "pull_requests": [],
    }
    action = "rerequested" if button == "rerun" else "requested_action"
    return _around(sender) | {"action": action, "check_run": check_run | changes} | own


def a_suite_rerun(sha: str = SHA_A, app_id: int = APP_ID, sender: str = "writer") -> dict[str, Any]:
    """`check_suite` rerequested: the button "Re-run all checks"."""
    suite = {"id": 92, "head_sha": sha, "app": {"id": app_id}, "pull_requests": []}
    return _around(sender) | {"action": "rerequested", "check_suite": suite}


def _around(sender: str) -> dict[str, Any]:
    told = a_comment_event("")
    kind = "Bot" if sender.endswith("[bot]") else "User"
    return {name: told[name] for name in ("installation", "repository")} | {"sender": an_account(sender, kind)}
