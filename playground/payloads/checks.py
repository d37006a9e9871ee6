"""Check runs and their remarks."""

from typing import Any
from urllib.parse import quote

from playground.checks import Annotation, CheckRun, annotations_of, suite_by_id
from playground.hub import Hub
from playground.payloads.accounts import app_payload
from playground.payloads.check_suites import simple_suite_payload
from playground.payloads.node_ids import node_id
from playground.payloads.pulls import minimal_pull_payload
from playground.payloads.repositories import api_url, html_url
from playground.pulls import pulls_with_head
from playground.repositories import Repository


def check_run_payload(hub: Hub, run: CheckRun, repository: Repository) -> dict[str, Any]:
    """A check run as the REST API shows it."""
    url = f"{api_url(hub, repository)}/check-runs/{run.id}"
    pulls = pulls_with_head(hub, repository, run.head_sha)
    suite = suite_by_id(hub, repository, run.suite_id)
    return {
        "id": run.id,
        "name": run.name,
        "node_id": node_id("CR", run.id),
        "head_sha": run.head_sha,
        "external_id": run.external_id or "",
        "url": url,
        "html_url": f"{html_url(hub, repository)}/runs/{run.id}",
        "details_url": run.details_url or hub.settings.bot_url,
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": run.started_at,
        "completed_at": run.completed_at,
        "output": {
            "title": run.title,
            "summary": run.summary,
            "text": run.text,
            "annotations_count": len(annotations_of(hub, run)),
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": run.suite_id},
        "app": app_payload(hub, suite.app),
        "pull_requests": [minimal_pull_payload(hub, pull, repository) for pull in pulls],
    }


def check_run_event_payload(hub: Hub, run: CheckRun, repository: Repository) -> dict[str, Any]:
    """A check run as its webhooks show it, with its whole suite."""
    suite = suite_by_id(hub, repository, run.suite_id)
    return check_run_payload(hub, run, repository) | {"check_suite": simple_suite_payload(hub, suite, repository)}


def annotation_payload(hub: Hub, annotation: Annotation, run: CheckRun, repository: Repository) -> dict[str, Any]:
    fields = annotation.fields
    return {
        "path": fields["path"],
        "blob_href": f"{html_url(hub, repository)}/blob/{run.head_sha}/{quote(fields['path'])}",
        "start_line": fields["start_line"],
        "start_column": fields.get("start_column"),
        "end_line": fields["end_line"],
        "end_column": fields.get("end_column"),
        "annotation_level": fields["annotation_level"],
        "title": fields.get("title"),
        "message": fields["message"],
        "raw_details": fields.get("raw_details"),
    }
