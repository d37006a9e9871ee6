"""Check runs as they are stored: what Apps say about a commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from playground.application import SLUG
from playground.database import Parameter
from playground.hub import Hub
from playground.refusals import NotFound
from playground.repositories import Repository


@dataclass(frozen=True)
class CheckSuite:
    """All check runs of one App on one commit."""

    id: int
    repository_id: int
    head_sha: str
    #: The App's slug.
    app: str
    created_at: str


@dataclass(frozen=True)
class CheckRun:
    """One check on one commit."""

    id: int
    suite_id: int
    repository_id: int
    head_sha: str
    name: str
    external_id: str | None
    details_url: str | None
    status: str
    conclusion: str | None
    started_at: str | None
    completed_at: str | None
    title: str | None
    summary: str | None
    text: str | None
    #: Buttons shown once the run is completed.
    actions: list[dict[str, str]]
    updated_at: str


@dataclass(frozen=True)
class Annotation:
    """A remark on lines of a file."""

    id: int
    check_run_id: int
    fields: dict[str, Any]


def suite_of(hub: Hub, repository: Repository, sha: str, app: str = SLUG) -> CheckSuite:
    """The suite of a commit and an App, made with its first check run."""
    sql = "SELECT * FROM check_suites WHERE repository_id = ? AND head_sha = ? AND app = ?"
    found = hub.database.one(CheckSuite, sql, repository.id, sha, app)
    if found is None:
        hub.database.insert("check_suites", repository_id=repository.id, head_sha=sha, app=app, created_at=hub.now())
        return suite_of(hub, repository, sha, app)
    return found


def suite_by_id(hub: Hub, repository: Repository, suite_id: int) -> CheckSuite:
    """The suite of an id; refused with 404 where there is none."""
    sql = "SELECT * FROM check_suites WHERE repository_id = ? AND id = ?"
    found = hub.database.one(CheckSuite, sql, repository.id, suite_id)
    if found is None:
        raise NotFound()
    return found


def suites_on(hub: Hub, repository: Repository, sha: str) -> list[CheckSuite]:
    """The suites of a commit, one for each App that made one."""
    sql = "SELECT * FROM check_suites WHERE repository_id = ? AND head_sha = ? ORDER BY id"
    return hub.database.all(CheckSuite, sql, repository.id, sha)


def check_run_by_id(hub: Hub, repository: Repository, check_run_id: int) -> CheckRun:
    """The check run of an id; refused with 404 where there is none."""
    sql = "SELECT * FROM check_runs WHERE repository_id = ? AND id = ?"
    found = hub.database.one(CheckRun, sql, repository.id, check_run_id)
    if found is None:
        raise NotFound()
    return found


def check_runs_on(hub: Hub, repository: Repository, sha: str) -> list[CheckRun]:
    """The check runs of a commit, newest first."""
    sql = "SELECT * FROM check_runs WHERE repository_id = ? AND head_sha = ? ORDER BY id DESC"
    return hub.database.all(CheckRun, sql, repository.id, sha)


def runs_in(hub: Hub, suite: CheckSuite) -> list[CheckRun]:
    """The check runs of a suite, newest first."""
    return hub.database.all(CheckRun, "SELECT * FROM check_runs WHERE suite_id = ? ORDER BY id DESC", suite.id)


def latest_by_name(runs: Sequence[CheckRun]) -> list[CheckRun]:
    """Of runs listed newest first, the newest of each App and name: what GitHub shows and lists by default."""
    newest: dict[tuple[int, str], CheckRun] = {}
    for run in runs:
        newest.setdefault((run.suite_id, run.name), run)
    return list(newest.values())


def store_check_run(
    hub: Hub, repository: Repository, suite: CheckSuite, name: str, values: dict[str, Parameter]
) -> CheckRun:
    values = {"started_at": hub.now(), "actions": "[]", **values}
    check_run_id = hub.database.insert(
        "check_runs",
        suite_id=suite.id,
        repository_id=repository.id,
        head_sha=suite.head_sha,
        name=name,
        updated_at=hub.now(),
        **values,
    )
    return check_run_by_id(hub, repository, check_run_id)


def change_check_run(hub: Hub, repository: Repository, run: CheckRun, values: dict[str, Parameter]) -> CheckRun:
    hub.database.update("check_runs", run.id, updated_at=hub.now(), **values)
    return check_run_by_id(hub, repository, run.id)


def annotations_of(hub: Hub, run: CheckRun) -> list[Annotation]:
    return hub.database.all(Annotation, "SELECT * FROM annotations WHERE check_run_id = ? ORDER BY id", run.id)


def add_annotations(hub: Hub, run: CheckRun, annotations: Sequence[dict[str, Any]]) -> None:
    """Appends: a later update adds to the remarks of earlier ones."""
    for fields in annotations:
        hub.database.insert("annotations", check_run_id=run.id, fields=orjson.dumps(fields).decode())
