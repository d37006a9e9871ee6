"""Checks of a commit as pages show them, and the forms beside them."""

from typing import Any

from starlette.responses import Response

from playground.access import READ_PULLS, WRITE_CONTENTS
from playground.application import SLUG
from playground.checking import press_button, rerequest, rerequest_suite
from playground.checks import (
    CheckRun,
    annotations_of,
    check_run_by_id,
    check_runs_on,
    latest_by_name,
    suite_by_id,
    suites_on,
)
from playground.hub import Hub
from playground.pages.page import Page
from playground.readiness import contexts_on
from playground.repositories import Repository, commit_named, owner_of
from playground.statuses import latest_by_context, statuses_on
from playground.verdicts import SAYINGS, let_ci_say


def checks_of(hub: Hub, repository: Repository, sha: str) -> dict[str, Any]:
    """What `checks.html` shows: check runs by name, the newest status of each context, and whose buttons work."""
    runs = latest_by_name(check_runs_on(hub, repository, sha))
    suites = {suite.id: suite for suite in suites_on(hub, repository, sha)}
    own = next((suite.id for suite in suites.values() if suite.app == SLUG), None)
    return {
        "sha": sha,
        "runs": [
            {"run": run, "app": suites[run.suite_id].app, "remarks": annotations_of(hub, run)}
            for run in sorted(runs, key=lambda one: one.name)
        ],
        "own_suite": own if any(run.suite_id == own for run in runs) else None,
        "own_app": SLUG,
        "statuses": latest_by_context(statuses_on(hub, repository, sha)),
        "sayings": SAYINGS,
    }


def verdict_on(hub: Hub, repository: Repository, sha: str) -> str:
    """All checks of a commit in one word; empty where there are none."""
    states = set(contexts_on(hub, repository, sha).values())
    if not states:
        return ""
    if states & {"failure", "error"}:
        return "failure"
    return "pending" if "pending" in states else "success"


def show_run(page: Page) -> Response:
    repository = page.repository(READ_PULLS)
    run = check_run_by_id(page.hub, repository, page.number("run"))
    owner = owner_of(page.hub, repository)
    remarks = annotations_of(page.hub, run)
    return page.show("run.html", repository=repository, owner=owner, run=run, remarks=remarks)


def rerun(page: Page) -> Response:
    repository, run = _run(page)
    rerequest(page.hub, repository, run, page.session.account)
    return page.back_here()


def rerun_all(page: Page) -> Response:
    repository = page.repository(WRITE_CONTENTS)
    suite = suite_by_id(page.hub, repository, page.number("suite"))
    rerequest_suite(page.hub, repository, suite, page.session.account)
    return page.back_here()


def press(page: Page) -> Response:
    repository, run = _run(page)
    press_button(page.hub, repository, run, page.session.account, page.text("identifier"))
    return page.back_here()


def ask_ci(page: Page) -> Response:
    """Has the gardener's CI say something of a commit."""
    repository = page.repository(WRITE_CONTENTS)
    sha = commit_named(page.hub, repository, page.request.path_params["sha"])
    let_ci_say(page.hub, repository, sha, page.text("state"))
    return page.back_here()


def _run(page: Page) -> tuple[Repository, CheckRun]:
    """A check run whose buttons this person may press: with write permission, as at GitHub."""
    repository = page.repository(WRITE_CONTENTS)
    return repository, check_run_by_id(page.hub, repository, page.number("run"))
