"""Check runs: only Apps write them, each its own; everybody who may read the repository reads them."""

from typing import Annotated, Any, Literal

import orjson
from pydantic import AfterValidator, Field, model_validator

from playground.access import READ_CHECKS, Need, allowed, author_of
from playground.accounts import GARDENER
from playground.api.call import Answer, Body, Call, paged
from playground.application import GARDENER_SLUG, SLUG
from playground.callers import AnInstallation, APerson
from playground.checking import rerequest, start_check_run, update_check_run
from playground.checks import (
    CheckRun,
    annotations_of,
    check_run_by_id,
    check_runs_on,
    latest_by_name,
    suite_by_id,
    suite_of,
)
from playground.database import Parameter
from playground.objects import has_commit
from playground.payloads.accounts import app_payload
from playground.payloads.checks import annotation_payload, check_run_payload
from playground.refusals import Forbidden, Invalid
from playground.repositories import Repository, commit_named, git_dir, repository_by_name

NOT_YOURS = "Invalid app_id `{}` - check run can only be modified by the GitHub App that created it."
ONLY_APPS = "You must authenticate via a GitHub App."
#: People never write them; the gardener, an App, has a token like theirs.
WRITE_CHECKS = Need(("checks",), "write", "write")


def in_bytes(text: str) -> str:
    """GitHub says characters in its description, and counts bytes."""
    if len(text.encode()) > 65535:
        raise ValueError("exceeds a maximum bytesize of 65535")
    return text


Conclusion = Literal["action_required", "cancelled", "failure", "neutral", "success", "skipped", "timed_out"]
LongText = Annotated[str, AfterValidator(in_bytes)]
Moment = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")]


class Remark(Body):
    """An annotation."""

    path: str
    start_line: int
    end_line: int
    annotation_level: Literal["notice", "warning", "failure"]
    message: Annotated[str, Field(max_length=65536)]
    start_column: int | None = None
    end_column: int | None = None
    title: Annotated[str, Field(max_length=255)] | None = None
    raw_details: Annotated[str, Field(max_length=65536)] | None = None

    @model_validator(mode="after")
    def _columns_on_one_line(self) -> "Remark":
        if self.start_line != self.end_line and (self.start_column or self.end_column):
            raise ValueError("start_column and end_column are only supported on the same line")
        return self


class Button(Body):
    """An action that a completed check run offers."""

    label: Annotated[str, Field(max_length=20)]
    description: Annotated[str, Field(max_length=40)]
    identifier: Annotated[str, Field(max_length=20)]


class Output(Body):
    """What a check run says at length."""

    title: str | None = None
    summary: LongText
    text: LongText | None = None
    annotations: Annotated[list[Remark], Field(max_length=50, default_factory=list)]


class CheckRunChange(Body):
    """What may be said of a check run at any time."""

    name: str | None = None
    details_url: Annotated[str, Field(pattern=r"^https?://")] | None = None
    external_id: str | None = None
    status: Literal["queued", "in_progress", "completed"] | None = None
    started_at: Moment | None = None
    conclusion: Conclusion | None = None
    completed_at: Moment | None = None
    output: Output | None = None
    actions: Annotated[list[Button], Field(max_length=3)] | None = None

    @model_validator(mode="after")
    def _completed_has_a_conclusion(self) -> "CheckRunChange":
        if self.conclusion is None and (self.status == "completed" or self.completed_at is not None):
            raise ValueError("a conclusion is required where the status is completed or completed_at is given")
        return self


class CheckRunRequest(CheckRunChange):
    """A check run to be made."""

    name: str
    head_sha: str

    @model_validator(mode="after")
    def _output_has_a_title(self) -> "CheckRunRequest":
        if self.output is not None and self.output.title is None:
            raise ValueError("output needs a title")
        return self


def create_check_run(call: Call) -> Answer:
    repository = writable_checks(call)
    request = call.read(CheckRunRequest)
    if not has_commit(git_dir(call.hub, repository), request.head_sha):
        raise Invalid(f"No commit found for SHA: {request.head_sha}")
    values: dict[str, Parameter] = {"status": "queued", **_values(call, request)}
    suite = suite_of(call.hub, repository, request.head_sha, _app(call))
    run = start_check_run(call.hub, repository, suite, request.name, values, _remarks(request))
    return Answer(check_run_payload(call.hub, run, repository), 201)


def change_check_run(call: Call) -> Answer:
    """Changes what is given; a completed run that is set running again loses its conclusion."""
    repository = writable_checks(call)
    run = _own_run(call, repository)
    request = call.read(CheckRunChange)
    values = _values(call, request) | ({"name": request.name} if request.name is not None else {})
    changed = update_check_run(call.hub, repository, run, values, _remarks(request))
    return Answer(check_run_payload(call.hub, changed, repository))


def show_check_run(call: Call) -> Answer:
    repository = call.repository(READ_CHECKS)
    run = check_run_by_id(call.hub, repository, call.number("check_run"))
    return Answer(check_run_payload(call.hub, run, repository))


def list_annotations(call: Call) -> Answer:
    repository = call.repository(READ_CHECKS)
    run = check_run_by_id(call.hub, repository, call.number("check_run"))
    return paged(call, annotations_of(call.hub, run), lambda one: annotation_payload(call.hub, one, run, repository))


def list_check_runs(call: Call) -> Answer:
    """The newest of each name by default; `filter=all` for every one."""
    repository = call.repository(READ_CHECKS)
    sha = commit_named(call.hub, repository, call.path["ref"])
    found = check_runs_on(call.hub, repository, sha)
    if call.query.get("filter", "latest") == "latest":
        found = latest_by_name(found)
    for key, field in (("check_name", "name"), ("status", "status")):
        if key in call.query:
            found = [one for one in found if getattr(one, field) == call.query[key]]
    if "app_id" in call.query:
        found = [one for one in found if _app_id(call, repository, one) == call.query["app_id"]]

    def wrap(shown: list[object]) -> object:
        return {"total_count": len(found), "check_runs": shown}

    return paged(call, found, lambda one: check_run_payload(call.hub, one, repository), wrap)


def rerequest_check_run(call: Call) -> Answer:
    repository = writable_checks(call)
    rerequest(call.hub, repository, _own_run(call, repository), author_of(call.hub, call.caller))
    return Answer({}, 201)


def writable_checks(call: Call) -> Repository:
    """The repository, if the caller is an App that may write checks there."""
    repository = repository_by_name(call.hub, call.path["owner"], call.path["repo"])
    if not isinstance(call.caller, AnInstallation) and not _is_gardener(call):
        allowed(call.hub, call.caller, repository, READ_CHECKS)
        raise Forbidden(ONLY_APPS)
    return allowed(call.hub, call.caller, repository, WRITE_CHECKS)


def _is_gardener(call: Call) -> bool:
    return isinstance(call.caller, APerson) and call.caller.account.login == GARDENER


def _app(call: Call) -> str:
    """The slug of the App that calls."""
    return GARDENER_SLUG if _is_gardener(call) else SLUG


def _own_run(call: Call, repository: Repository) -> CheckRun:
    """The check run that the address names, if the App that calls made it."""
    run = check_run_by_id(call.hub, repository, call.number("check_run"))
    if suite_by_id(call.hub, repository, run.suite_id).app != _app(call):
        raise Forbidden(NOT_YOURS.format(_app_id(call, repository, run)))
    return run


def _app_id(call: Call, repository: Repository, run: CheckRun) -> str:
    return str(app_payload(call.hub, suite_by_id(call.hub, repository, run.suite_id).app)["id"])


def _values(call: Call, request: CheckRunChange) -> dict[str, Parameter]:
    """The columns that a request sets."""
    plain = {"details_url": request.details_url, "external_id": request.external_id, "started_at": request.started_at}
    values: dict[str, Parameter] = {name: value for name, value in plain.items() if value is not None}
    if request.conclusion is not None:
        completed_at = request.completed_at or call.hub.now()
        values |= {"status": "completed", "conclusion": request.conclusion, "completed_at": completed_at}
    elif request.status is not None:
        values |= {"status": request.status, "conclusion": None, "completed_at": None}
    if request.output is not None:
        said: dict[str, Any] = request.output.model_dump(exclude={"annotations"}, exclude_none=True)
        values |= said
    if request.actions is not None:
        values["actions"] = orjson.dumps([button.model_dump() for button in request.actions]).decode()
    return values


def _remarks(request: CheckRunChange) -> list[dict[str, Any]]:
    if request.output is None:
        return []
    return [remark.model_dump(exclude_none=True) for remark in request.output.annotations]
