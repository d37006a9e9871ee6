"""Deployments: what may be deployed, what is told of it, what may be deleted."""

from typing import Any

import httpx
import pytest

from tests.playground.conftest import Project

READY = {"auto_merge": False, "required_contexts": []}


def _deploy(project: Project, ref: str = "topic", **fields: Any) -> dict[str, Any]:
    answer = project.bot.post(f"{project.path}/deployments", json={"ref": ref, **READY, **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def _tell(project: Project, deployment: dict[str, Any], state: str, **fields: Any) -> dict[str, Any]:
    path = f"{project.path}/deployments/{deployment['id']}/statuses"
    answer = project.bot.post(path, json={"state": state, **fields})
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def _state(project: Project, deployment: dict[str, Any]) -> str:
    told = project.writer.get(f"{project.path}/deployments/{deployment['id']}/statuses").json()
    return str(told[0]["state"]) if told else "none"


def test_a_deployment_remembers_what_was_asked_for(project: Project) -> None:
    made = _deploy(project, payload={"release": "dep_1"}, description="v1", transient_environment=True)
    assert (made["sha"], made["ref"], made["task"]) == (project.copy.head, "topic", "deploy")
    assert (made["environment"], made["payload"]) == ("production", {"release": "dep_1"})
    assert (made["transient_environment"], made["production_environment"]) == (True, True)
    assert (made["creator"]["login"], made["performed_via_github_app"]["slug"]) == ("slipway[bot]", "slipway")
    assert project.bot.get(f"{project.path}/deployments/{made['id']}").json() == made


@pytest.mark.parametrize(
    "fields",
    [
        {"ref": "nothing"},
        {"ref": None},
        {"environment": ""},
        {"environment": "x" * 256},
        {"payload": 3},
        {"required_contexts": "ci"},
        {"auto_merge": "no"},
    ],
)
def test_a_deployment_that_makes_no_sense_is_refused(untouched: Project, fields: dict[str, Any]) -> None:
    body = {"ref": "topic", **READY, **fields}
    assert untouched.bot.post(f"{untouched.path}/deployments", json=body).status_code == 422
    assert untouched.bot.get(f"{untouched.path}/deployments").json() == []


def test_every_context_must_be_green_unless_others_are_named(project: Project) -> None:
    path = f"{project.path}/deployments"
    statuses = f"{project.path}/statuses/{project.copy.head}"
    project.writer.post(statuses, json={"state": "failure", "context": "ci"})
    project.bot.post(f"{project.path}/check-runs", json={"name": "slipway", "head_sha": project.copy.head})
    refused = project.bot.post(path, json={"ref": "topic", "auto_merge": False})
    assert refused.status_code == 409
    (error,) = refused.json()["errors"]
    assert error["field"] == "required_contexts"
    assert error["contexts"] == [{"context": "ci", "state": "failure"}, {"context": "slipway", "state": "pending"}]
    named = {"ref": "topic", "auto_merge": False, "required_contexts": ["ci"]}
    assert project.bot.post(path, json=named).status_code == 409
    project.writer.post(statuses, json={"state": "success", "context": "ci"})
    assert project.bot.post(path, json=named).status_code == 201
    never = named | {"required_contexts": ["never"]}
    assert project.bot.post(path, json=never).json()["errors"][0]["contexts"][0]["state"] == "pending"


def _main_moves_on(project: Project, name: str) -> str:
    project.copy.git("switch", "--quiet", "main")
    sha = project.copy.commit(name, "of main\n")
    project.copy.push("main")
    return sha


def test_a_branch_that_is_behind_is_merged_instead_of_deployed(project: Project) -> None:
    moved = _main_moves_on(project, "other.txt")
    answer = project.bot.post(f"{project.path}/deployments", json={"ref": "topic"})
    assert (answer.status_code, answer.json()["message"]) == (202, "Auto-merged main into topic on deployment.")
    assert project.expect("push", 3).payload["ref"] == "refs/heads/topic"
    assert moved in [one["sha"] for one in project.bot.get(f"{project.path}/commits?sha=topic").json()]
    assert project.bot.post(f"{project.path}/deployments", json={"ref": "topic"}).status_code == 201


def test_a_branch_that_cannot_be_merged_is_a_conflict(project: Project) -> None:
    sha = project.copy.head
    _main_moves_on(project, "topic.txt")
    answer = project.bot.post(f"{project.path}/deployments", json={"ref": "topic"})
    assert (answer.status_code, answer.json()["message"]) == (409, "Conflict merging main into topic")
    assert project.bot.post(f"{project.path}/deployments", json={"ref": sha}).status_code == 409
    assert project.bot.post(f"{project.path}/deployments", json={"ref": sha} | READY).status_code == 201


def test_a_status_tells_where_to_look(project: Project) -> None:
    deployment = _deploy(project, environment="staging")
    url = "http://staging.localhost:1/"
    told = _tell(project, deployment, "success", environment_url=url, log_url="http://x/1", description="Live")
    assert (told["environment_url"], told["log_url"], told["target_url"]) == (url, "http://x/1", "http://x/1")
    assert (told["state"], told["environment"], told["creator"]["login"]) == ("success", "staging", "slipway[bot]")
    path = f"{project.path}/deployments/{deployment['id']}/statuses"
    assert project.bot.get(f"{path}/{told['id']}").json() == told
    assert project.bot.get(f"{path}/1").status_code == 404


def test_a_status_moves_a_deployment_to_another_environment(project: Project) -> None:
    deployment = _deploy(project, environment="staging")
    _tell(project, deployment, "in_progress", environment="qa")
    assert _tell(project, deployment, "queued")["environment"] == "qa"
    moved = project.bot.get(f"{project.path}/deployments/{deployment['id']}").json()
    assert (moved["environment"], moved["original_environment"]) == ("qa", "staging")
    listed = project.writer.get(f"{project.path}/environments").json()
    assert (listed["total_count"], [one["name"] for one in listed["environments"]]) == (2, ["qa", "staging"])


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "done"},
        {"state": None},
        {"description": "x" * 141},
        {"log_url": "ftp://x"},
        {"environment_url": "javascript:alert(1)"},
        {"environment": ""},
        {"auto_inactive": "yes"},
    ],
)
def test_a_status_that_github_refuses_is_refused(project: Project, fields: dict[str, Any]) -> None:
    deployment = _deploy(project)
    body = {"state": "success"} | fields
    assert project.bot.post(f"{project.path}/deployments/{deployment['id']}/statuses", json=body).status_code == 422
    assert _state(project, deployment) == "none"


def test_a_success_ends_what_was_there_before(project: Project) -> None:
    first, failed, other = (_deploy(project, environment=name) for name in ("Staging", "staging", "qa"))
    for deployment, state in ((first, "success"), (failed, "failure"), (other, "success")):
        _tell(project, deployment, state)
    _tell(project, _deploy(project, environment="staging"), "success")
    assert [_state(project, one) for one in (first, failed, other)] == ["inactive", "failure", "success"]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ({"environment": "production"}, {}),
        ({"environment": "staging", "transient_environment": True}, {}),
        ({"environment": "staging"}, {"auto_inactive": False}),
    ],
)
def test_production_transient_and_asked_for_are_left_active(
    project: Project, made: dict[str, Any], told: dict[str, Any]
) -> None:
    first = _deploy(project, **made)
    _tell(project, first, "success")
    _tell(project, _deploy(project, **made), "success", **told)
    assert _state(project, first) == "success"


def test_an_active_deployment_is_deleted_only_when_it_is_the_only_one(project: Project) -> None:
    first, second = _deploy(project), _deploy(project)
    _tell(project, first, "success")
    path = f"{project.path}/deployments/{first['id']}"
    refused = project.bot.delete(path)
    assert refused.status_code == 422
    assert "active deployment" in refused.json()["message"]
    _tell(project, first, "inactive")
    assert [project.bot.delete(path).status_code, project.bot.get(path).status_code] == [204, 404]
    _tell(project, second, "success")
    assert project.bot.delete(f"{project.path}/deployments/{second['id']}").status_code == 204


def test_deployments_are_found_by_page_sha_ref_task_and_environment(project: Project) -> None:
    made = [_deploy(project, environment=f"e{number}") for number in range(3)]
    tagged = _deploy(project, ref="main", task="migrate")

    def ids(**query: str) -> list[int]:
        return [one["id"] for one in project.bot.get(f"{project.path}/deployments", params=query).json()]

    assert ids(per_page="2") == [tagged["id"], made[2]["id"]]
    assert ids(per_page="2", page="2") == [made[1]["id"], made[0]["id"]]
    assert ids(environment="e1") == [made[1]["id"]]
    assert ids(task="migrate") == ids(ref="main") == ids(sha=tagged["sha"]) == [tagged["id"]]
    assert ids(environment="nowhere") == []


def test_readers_look_and_deploy_nothing(project: Project) -> None:
    deployment = _deploy(project)
    project.writer.put(f"{project.path}/collaborators/reader", json={"permission": "pull"})
    path = f"{project.path}/deployments"
    with project.playground.acting_as("reader") as reader:
        assert [one["id"] for one in reader.get(path).json()] == [deployment["id"]]
        answers: list[httpx.Response] = [
            reader.post(path, json={"ref": "topic"}),
            reader.post(f"{path}/{deployment['id']}/statuses", json={"state": "success"}),
            reader.delete(f"{path}/{deployment['id']}"),
        ]
    assert [one.status_code for one in answers] == [403] * 3


def test_environments_are_shown_by_name_and_deleted_by_who_administers(project: Project) -> None:
    deployment = _deploy(project, environment="preview/7")
    path = f"{project.path}/environments/preview%2F7"
    shown = project.writer.get(path).json()
    assert (shown["name"], shown["protection_rules"]) == ("preview/7", [])
    # The App asks for no permission on actions, which is what GitHub wants for this.
    assert project.bot.get(path).status_code == 403
    assert project.writer.delete(path).status_code == 204
    assert project.writer.get(path).status_code == 404
    assert project.bot.get(f"{project.path}/deployments/{deployment['id']}").status_code == 404
