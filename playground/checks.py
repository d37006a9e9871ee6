"""Check runs as they are stored: what the App says about a commit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from playground.database import Parameter
from playground.hub import Hub
from playground.refusals import NotFound
from playground.repositories import Repository


@dataclass(frozen=True)
class CheckSuite:
    """All check runs of the App on one commit."""

    id: int
    repository_id: int
    head_sha: str
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


def suite_of(hub: Hub, repository: Repository, sha: str) -> CheckSuite:
    """The suite of a commit, made with its first check run."""
    sql = "SELECT * FROM check_suites WHERE repository_id = ? AND head_sha = ?"
    found = hub.database.one(CheckSuite, sql, repository.id, sha)
    if found is None:
        hub.database.insert("check_suites", repository_id=repository.id, head_sha=sha, created_at=hub.now())
        return suite_of(hub, repository, sha)
    return found


def suite_by_id(hub: Hub, repository: Repository, suite_id: int) -> CheckSuite:
    """The suite of an id; refused with 404 where there is none."""
    sql = "SELECT * FROM check_suites WHERE repository_id = ? AND id = ?"
    found = hub.database.one(CheckSuite, sql, repository.id, suite_id)
    if found is None:
        raise NotFound()
    return found


def suites_on(hub: Hub, repository: Repository, sha: str) -> list[CheckSuite]:
    """The suite of a commit, if one was made."""
    sql = "SELECT * FROM check_suites WHERE repository_id = ? AND head_sha = ?"
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


def latest_by_name(runs: Sequence[CheckRun]) -> list[CheckRun]:
    """Of runs listed newest first, the newest of each name: what GitHub shows and lists by default."""
    newest: dict[str, CheckRun] = {}
    for run in runs:
        newest.setdefault(run.name, run)
    return list(newest.values())


def store_check_run(hub: Hub, repository: Repository, sha: str, name: str, values: dict[str, Parameter]) -> CheckRun:
    suite = suite_of(hub, repository, sha)
    values = {"started_at": hub.now(), "actions": "[]", **values}
    check_run_id = hub.database.insert(
        "check_runs",
        suite_id=suite.id,
        repository_id=repository.id,
        head_sha=sha,
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
