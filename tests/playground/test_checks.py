"""Check runs and commit statuses."""

from typing import Any

import pytest

from tests.playground.conftest import Project

REMARK = {"path": "a.py", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "no"}
BUTTON = {"label": "Retry", "identifier": "retry", "description": "Once more"}


def _make(project: Project, **fields: Any) -> dict[str, Any]:
    body = {"name": "slipway", "head_sha": project.copy.head, **fields}
    answer = project.bot.post(f"{project.path}/check-runs", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def _change(project: Project, run: dict[str, Any], **fields: Any) -> dict[str, Any]:
    answer = project.bot.patch(f"{project.path}/check-runs/{run['id']}", json=fields)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


def test_a_check_run_lives_from_queued_to_completed(project: Project) -> None:
    number = project.open_pull()["number"]
    run = _make(project, external_id="job-1", details_url="http://localhost:8080/jobs/1")
    assert (run["status"], run["conclusion"], run["external_id"]) == ("queued", None, "job-1")
    assert [one["number"] for one in run["pull_requests"]] == [number]
    assert _change(project, run, status="in_progress")["status"] == "in_progress"
    done = _change(project, run, conclusion="success", output={"title": "Ready", "summary": "It runs."})
    assert (done["status"], done["conclusion"], done["completed_at"] is None) == ("completed", "success", False)
    names = [project.expect(f"check_run.{action}").payload["check_run"]["id"] for action in ("created", "completed")]
    assert names == [run["id"]] * 2


def test_a_completed_run_can_be_opened_again(project: Project) -> None:
    run = _make(project, conclusion="failure")
    opened = _change(project, run, status="in_progress")
    assert (opened["id"], opened["status"], opened["conclusion"]) == (run["id"], "in_progress", None)
    assert opened["completed_at"] is None


@pytest.mark.parametrize(
    "fields",
    [
        {"head_sha": "0" * 40},
        {"head_sha": "main"},
        {"head_sha": None},
        {"name": None},
        {"status": "completed"},
        {"status": "waiting"},
        {"completed_at": "2026-11-20T10:00:00Z"},
        {"conclusion": "fine"},
        {"conclusion": "stale"},
        {"started_at": "yesterday"},
        {"details_url": "javascript:alert(1)"},
        {"output": {"title": "x"}},
        {"output": {"summary": "x"}},
        {"output": {"title": "x", "summary": "x" * 65536}},
        {"output": {"title": "x", "summary": "x", "text": "x" * 65536}},
        {"output": {"title": "x", "summary": "x", "annotations": [REMARK] * 51}},
        {"output": {"title": "x", "summary": "x", "annotations": [REMARK | {"annotation_level": "bad"}]}},
        {"output": {"title": "x", "summary": "x", "annotations": [REMARK | {"end_line": 2, "start_column": 1}]}},
        {"actions": [BUTTON] * 4},
        {"actions": [BUTTON | {"label": "x" * 21}]},
        {"actions": [BUTTON | {"identifier": "x" * 21}]},
        {"actions": [BUTTON | {"description": "x" * 41}]},
    ],
)
def test_a_check_run_that_github_refuses_is_refused(untouched: Project, fields: dict[str, Any]) -> None:
    body = {"name": "slipway", "head_sha": untouched.copy.head} | fields
    kept = {key: value for key, value in body.items() if value is not None}
    answer = untouched.bot.post(f"{untouched.path}/check-runs", json=kept)
    assert answer.status_code == 422, answer.text
    assert answer.json()["message"]
    listed = untouched.bot.get(f"{untouched.path}/commits/{untouched.copy.head}/check-runs").json()
    assert listed == {"total_count": 0, "check_runs": []}


def test_only_an_app_writes_check_runs(untouched: Project) -> None:
    body = {"name": "mine", "head_sha": untouched.copy.head}
    answer = untouched.writer.post(f"{untouched.path}/check-runs", json=body)
    assert (answer.status_code, answer.json()["message"]) == (403, "You must authenticate via a GitHub App.")


def test_the_newest_of_each_name_is_listed(project: Project) -> None:
    first, second, other = _make(project), _make(project), _make(project, name="other")
    path = f"{project.path}/commits/topic/check-runs"

    def ids(**query: str) -> list[int]:
        return [one["id"] for one in project.writer.get(path, params=query).json()["check_runs"]]

    assert ids() == [other["id"], second["id"]]
    assert ids(filter="all") == [other["id"], second["id"], first["id"]]
    assert ids(check_name="other") == [other["id"]]
    assert ids(status="completed") == ids(app_id="1") == []


def test_annotations_add_up(project: Project) -> None:
    output = {"title": "x", "summary": "x", "annotations": [REMARK] * 50}
    run = _make(project, output=output)
    changed = _change(project, run, output=output)
    assert changed["output"]["annotations_count"] == 100
    listed = project.bot.get(f"{project.path}/check-runs/{run['id']}/annotations", params={"per_page": 100}).json()
    assert len(listed) == 100
    assert listed[0]["path"] == "a.py"


def test_a_check_can_be_asked_for_again(project: Project) -> None:
    run = _make(project)
    path = f"{project.path}/check-runs/{run['id']}/rerequest"
    assert project.bot.post(path).status_code == 422
    _change(project, run, conclusion="failure")
    assert project.bot.post(path).status_code == 201
    assert project.expect("check_run.rerequested").payload["check_run"]["check_suite"]["conclusion"] == "failure"


def test_the_worst_status_of_all_contexts_counts(project: Project) -> None:
    def give(context: str, state: str) -> None:
        body = {"context": context, "state": state, "description": "x" * 140}
        assert project.bot.post(f"{project.path}/statuses/{project.copy.head}", json=body).status_code == 201

    def combined() -> tuple[str, int]:
        found = project.bot.get(f"{project.path}/commits/{project.copy.head}/status").json()
        return found["state"], found["total_count"]

    assert combined() == ("pending", 0)
    give("slipway", "pending")
    give("other", "success")
    assert combined() == ("pending", 2)
    give("slipway", "success")
    assert combined() == ("success", 2)
    give("other", "error")
    assert combined() == ("failure", 2)
    assert len(project.bot.get(f"{project.path}/commits/topic/statuses").json()) == 4


@pytest.mark.parametrize(
    "fields",
    [{"state": "done"}, {"state": None}, {"description": "x" * 141}, {"target_url": "ftp://x/"}, {"context": 3}],
)
def test_a_status_that_github_refuses_is_refused(untouched: Project, fields: dict[str, Any]) -> None:
    body = {"state": "success"} | fields
    assert untouched.bot.post(f"{untouched.path}/statuses/{untouched.copy.head}", json=body).status_code == 422


def test_a_status_of_an_unknown_commit_is_refused(untouched: Project) -> None:
    answer = untouched.bot.post(f"{untouched.path}/statuses/{'0' * 40}", json={"state": "success"})
    assert (answer.status_code, answer.json()["message"]) == (422, f"No commit found for SHA: {'0' * 40}")
