"""Check suites, buttons of check runs, and refs moved without a push."""

from pathlib import Path
from typing import Any

import pytest

from tests.playground.app_tokens import app_client, installation_client
from tests.playground.conftest import Project
from tests.playground.receiver import receiving
from tests.playground.running import running_playground

BUTTON = {"label": "Restart", "identifier": "restart", "description": "Start it once more"}


def _run(project: Project, **fields: Any) -> dict[str, Any]:
    body = {"name": "slipway", "head_sha": project.copy.head, **fields}
    made: dict[str, Any] = project.bot.post(f"{project.path}/check-runs", json=body).json()
    return made


def test_a_push_asks_for_a_suite(project: Project) -> None:
    sha = project.copy.commit("more.txt", "more\n", message="More")
    project.copy.push("topic")
    suite = project.expect("check_suite.requested", 2).payload["check_suite"]
    assert (suite["head_sha"], suite["head_branch"], suite["status"]) == (sha, "topic", "queued")
    assert (suite["head_commit"]["message"], suite["conclusion"]) == ("More", None)


def test_a_suite_is_asked_for_again_as_a_whole(project: Project) -> None:
    number = project.open_pull()["number"]
    suite_id = _run(project, conclusion="failure")["check_suite"]["id"]
    _run(project, name="other", conclusion="success")
    path = f"{project.path}/check-suites/{suite_id}"
    shown = project.bot.get(path).json()
    assert (shown["status"], shown["conclusion"], shown["latest_check_runs_count"]) == ("completed", "failure", 2)
    assert project.bot.post(f"{path}/rerequest").status_code == 201
    payload = project.expect("check_suite.rerequested").payload
    assert payload["check_suite"]["id"] == suite_id
    assert [one["number"] for one in payload["check_suite"]["pull_requests"]] == [number]
    assert project.writer.post(f"{path}/rerequest").status_code == 403


def test_a_suite_lists_its_runs(project: Project) -> None:
    run = _run(project)
    listed = project.writer.get(f"{project.path}/commits/topic/check-suites").json()
    assert (listed["total_count"], listed["check_suites"][0]["id"]) == (1, run["check_suite"]["id"])
    runs = project.writer.get(f"{project.path}/check-suites/{run['check_suite']['id']}/check-runs").json()
    assert [one["id"] for one in runs["check_runs"]] == [run["id"]]
    assert project.bot.get(f"{project.path}/check-suites/1").status_code == 404


def test_an_app_that_did_not_ask_for_check_runs_hears_only_what_it_is_asked_to_do(tmp_path: Path) -> None:
    with (
        receiving() as receiver,
        running_playground(tmp_path, webhook_url=receiver.url, app_events="push") as playground,
        app_client(playground) as app,
        installation_client(playground, app, "acme/shop") as bot,
    ):
        sha = bot.get("/repos/acme/shop/pulls/1").json()["head"]["sha"]
        body = {"name": "slipway", "head_sha": sha, "conclusion": "failure"}
        run = bot.post("/repos/acme/shop/check-runs", json=body).json()
        bot.post(f"/repos/acme/shop/check-suites/{run['check_suite']['id']}/rerequest")
        bot.post(f"/repos/acme/shop/check-runs/{run['id']}/rerequest")
        receiver.expect("check_run.rerequested")
        assert receiver.names == ["check_suite.rerequested", "check_run.rerequested"]


@pytest.mark.parametrize(
    "actions",
    [
        [BUTTON] * 4,
        [BUTTON | {"label": "x" * 21}],
        [BUTTON | {"description": "x" * 41}],
        [BUTTON | {"identifier": "x" * 21}],
        [{"label": "x", "identifier": "x"}],
    ],
)
def test_buttons_beyond_githubs_limits_are_refused(untouched: Project, actions: list[dict[str, str]]) -> None:
    body = {"name": "slipway", "head_sha": untouched.copy.head, "conclusion": "success", "actions": actions}
    assert untouched.bot.post(f"{untouched.path}/check-runs", json=body).status_code == 422


def test_three_buttons_are_taken(project: Project) -> None:
    actions = [BUTTON | {"identifier": name} for name in ("a", "b", "c")]
    assert _run(project, conclusion="success", actions=actions)["conclusion"] == "success"


def test_a_branch_is_made_moved_and_deleted_by_calls(project: Project) -> None:
    main = project.copy.git("rev-parse", "main")
    made = project.writer.post(f"{project.path}/git/refs", json={"ref": "refs/heads/new", "sha": main})
    assert (made.status_code, made.json()["object"]["sha"]) == (201, main)
    path = f"{project.path}/git/refs/heads/new"
    assert project.writer.patch(path, json={"sha": project.copy.head}).status_code == 200
    assert project.writer.patch(path, json={"sha": main}).status_code == 422
    assert project.writer.patch(path, json={"sha": main, "force": True}).status_code == 200
    assert project.expect("push", 4).payload["forced"] is True
    assert project.writer.delete(path).status_code == 204
    assert project.writer.delete(path).status_code == 422
    assert project.expect("push", 5).payload["deleted"] is True


def test_deleting_the_branch_by_a_call_closes_its_pull_request(project: Project) -> None:
    project.open_pull()
    assert project.writer.delete(f"{project.path}/git/refs/heads/topic").status_code == 204
    assert project.expect("pull_request.closed").payload["pull_request"]["merged"] is False
    assert project.writer.delete(f"{project.path}/git/refs/heads/main").status_code == 422
