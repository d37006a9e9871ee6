"""Webhooks of deployments, statuses and remarks: only for an App that subscribed to them."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.playground.app_tokens import app_client, installation_client
from tests.playground.conftest import Project
from tests.playground.receiver import Receiver, receiving
from tests.playground.running import RunningPlayground, running_playground

SHOP = "/repos/acme/shop"


@pytest.fixture
def subscribed(tmp_path: Path) -> Iterator[tuple[RunningPlayground, Receiver]]:
    events = "commit_comment deployment deployment_status push status"
    with (
        receiving() as receiver,
        running_playground(tmp_path, webhook_url=receiver.url, app_events=events) as playground,
    ):
        yield playground, receiver


@pytest.fixture
def bot(subscribed: tuple[RunningPlayground, Receiver]) -> Iterator[httpx.Client]:
    with app_client(subscribed[0]) as app, installation_client(subscribed[0], app, "acme/shop") as client:
        yield client


def test_a_deployment_and_its_statuses_are_told(
    subscribed: tuple[RunningPlayground, Receiver], bot: httpx.Client
) -> None:
    receiver = subscribed[1]
    made = bot.post(f"{SHOP}/deployments", json={"ref": "main", "environment": "staging"}).json()
    told = receiver.expect("deployment.created").payload
    assert (told["deployment"]["id"], told["workflow_run"], told["sender"]["type"]) == (made["id"], None, "Bot")
    bot.post(f"{SHOP}/deployments/{made['id']}/statuses", json={"state": "success"})
    told = receiver.expect("deployment_status.created").payload
    assert (told["deployment_status"]["state"], told["deployment"]["id"]) == ("success", made["id"])
    again = bot.post(f"{SHOP}/deployments", json={"ref": "main", "environment": "staging"}).json()
    bot.post(f"{SHOP}/deployments/{again['id']}/statuses", json={"state": "success"})
    last = receiver.expect("deployment_status.created", 3).payload
    assert (last["deployment_status"]["state"], last["deployment"]["id"]) == ("inactive", made["id"])


def test_a_commit_status_and_a_remark_are_told(
    subscribed: tuple[RunningPlayground, Receiver], bot: httpx.Client
) -> None:
    playground, receiver = subscribed
    with playground.acting_as("writer") as writer:
        sha = writer.get(f"{SHOP}/branches/main").json()["commit"]["sha"]
        writer.post(f"{SHOP}/statuses/{sha}", json={"state": "success", "context": "ci"})
        told = receiver.expect("status").payload
        assert (told["state"], told["context"], told["sha"]) == ("success", "ci", sha)
        assert {"main", "autumn-sale"} == {one["name"] for one in told["branches"]}
        writer.post(f"{SHOP}/commits/{sha}/comments", json={"body": "Well done"})
        assert receiver.expect("commit_comment.created").payload["comment"]["commit_id"] == sha


def test_an_app_that_did_not_subscribe_hears_nothing(project: Project) -> None:
    made = project.bot.post(f"{project.path}/deployments", json={"ref": "main"}).json()
    project.bot.post(f"{project.path}/deployments/{made['id']}/statuses", json={"state": "success"})
    project.bot.post(f"{project.path}/commits/main/comments", json={"body": "x"})
    project.writer.post(f"{project.path}/statuses/{made['sha']}", json={"state": "success"})
    project.open_pull()
    project.expect("pull_request.opened")
    assert not {"deployment", "deployment_status", "commit_comment", "status"} & {
        one.event for one in project.webhooks()
    }


def _gardener(project: Project) -> httpx.Client:
    known = json.loads((project.playground.data_dir / "playground" / "gardener.json").read_bytes())
    return project.playground.client(known["token"])


def test_another_app_has_check_runs_of_its_own(project: Project) -> None:
    body = {"name": "slipway", "head_sha": project.copy.head}
    ours = project.bot.post(f"{project.path}/check-runs", json=body).json()
    with _gardener(project) as gardener:
        theirs = gardener.post(f"{project.path}/check-runs", json=body | {"conclusion": "failure"}).json()
        assert theirs["app"]["slug"] == "gardener"
        assert theirs["check_suite"]["id"] != ours["check_suite"]["id"]
        assert gardener.patch(f"{project.path}/check-runs/{ours['id']}", json={"name": "x"}).status_code == 403
    assert project.bot.patch(f"{project.path}/check-runs/{theirs['id']}", json={"name": "x"}).status_code == 403
    path = f"{project.path}/commits/topic/check-runs"
    assert {one["id"] for one in project.writer.get(path).json()["check_runs"]} == {ours["id"], theirs["id"]}
    one_app = project.writer.get(path, params={"app_id": theirs["app"]["id"]}).json()
    assert [one["id"] for one in one_app["check_runs"]] == [theirs["id"]]
    assert project.expect("check_run.completed").payload["check_run"]["app"]["slug"] == "gardener"
    suites = project.bot.get(f"{project.path}/commits/topic/check-suites").json()
    assert [(one["app"]["slug"], one["conclusion"]) for one in suites["check_suites"]] == [
        ("slipway", None),
        ("gardener", "failure"),
    ]
