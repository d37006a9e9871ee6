"""Check suites: all check runs of one App on one commit."""

from typing import Any

from playground.checks import CheckSuite, latest_by_name, runs_in
from playground.hub import Hub
from playground.objects import Commit, branches, commit
from playground.payloads.accounts import app_payload
from playground.payloads.node_ids import node_id
from playground.payloads.pulls import minimal_pull_payload
from playground.payloads.repositories import api_url, repository_payload
from playground.pulls import pulls_with_head
from playground.repositories import Repository, git_dir

#: Of several conclusions, the first of these is the suite's.
WORST_FIRST = ("failure", "timed_out", "cancelled", "action_required", "success", "neutral", "skipped")


def simple_suite_payload(hub: Hub, suite: CheckSuite, repository: Repository) -> dict[str, Any]:
    """A suite as it stands inside the webhooks of its check runs."""
    path = git_dir(hub, repository)
    runs = latest_by_name(runs_in(hub, suite))
    over = bool(runs) and all(run.status == "completed" for run in runs)
    parents = commit(path, suite.head_sha).parents
    return {
        "id": suite.id,
        "node_id": node_id("CS", suite.id),
        "head_branch": next((name for name, sha in branches(path).items() if sha == suite.head_sha), None),
        "head_sha": suite.head_sha,
        "status": "completed" if over else "in_progress" if runs else "queued",
        "conclusion": _worst([run.conclusion for run in runs]) if over else None,
        "url": f"{api_url(hub, repository)}/check-suites/{suite.id}",
        "before": parents[0] if parents else "0" * 40,
        "after": suite.head_sha,
        "pull_requests": [
            minimal_pull_payload(hub, pull, repository) for pull in pulls_with_head(hub, repository, suite.head_sha)
        ],
        "app": app_payload(hub, suite.app),
        "created_at": suite.created_at,
        "updated_at": max((run.updated_at for run in runs), default=suite.created_at),
    }


def suite_event_payload(hub: Hub, suite: CheckSuite, repository: Repository) -> dict[str, Any]:
    """A suite as its own webhooks show it."""
    runs = latest_by_name(runs_in(hub, suite))
    shown = simple_suite_payload(hub, suite, repository)
    return shown | {
        "latest_check_runs_count": len(runs),
        "check_runs_url": f"{shown['url']}/check-runs",
        "head_commit": _head_commit(commit(git_dir(hub, repository), suite.head_sha)),
        "rerequestable": True,
        "runs_rerequestable": True,
    }


def suite_payload(hub: Hub, suite: CheckSuite, repository: Repository) -> dict[str, Any]:
    """A suite as the API answers, with its repository."""
    return suite_event_payload(hub, suite, repository) | {"repository": repository_payload(hub, repository)}


def _head_commit(head: Commit) -> dict[str, Any]:
    return {
        "id": head.sha,
        "tree_id": head.tree,
        "message": head.message,
        "timestamp": head.committer.date,
        "author": {"name": head.author.name, "email": head.author.email},
        "committer": {"name": head.committer.name, "email": head.committer.email},
    }


def _worst(conclusions: list[str | None]) -> str | None:
    return next((conclusion for conclusion in WORST_FIRST if conclusion in conclusions), None)
