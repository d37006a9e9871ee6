"""What is said about commits."""

from typing import Any

import pytest

from tests.playground.app_tokens import app_client, installation_client
from tests.playground.conftest import Project


def _say(project: Project, **fields: Any) -> dict[str, Any]:
    path = f"{project.path}/commits/{project.copy.head}/comments"
    answer = project.bot.post(path, json={"body": "It **failed**", **fields})
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.json()
    return said


def test_a_comment_stands_on_its_commit(project: Project) -> None:
    said = _say(project)
    assert (said["commit_id"], said["user"]["login"], said["path"]) == (project.copy.head, "slipway[bot]", None)
    assert said["html_url"].endswith(f"/commit/{project.copy.head}#commitcomment-{said['id']}")
    assert project.writer.get(f"{project.path}/commits/topic/comments").json() == [said]
    assert project.writer.get(f"{project.path}/comments/{said['id']}").json() == said
    assert project.bot.get(f"{project.path}/commits/topic").json()["commit"]["comment_count"] == 1


def test_comments_come_in_pages(project: Project) -> None:
    ids = [_say(project)["id"] for _ in range(3)]
    first = project.bot.get(f"{project.path}/comments", params={"per_page": 2})
    assert [one["id"] for one in first.json()] == ids[:2]
    assert [one["id"] for one in project.bot.get(first.links["next"]["url"]).json()] == ids[2:]


def test_a_comment_may_stand_in_a_file(project: Project) -> None:
    said = _say(project, path="topic.txt", position=1)
    assert (said["path"], said["position"]) == ("topic.txt", 1)


@pytest.mark.parametrize(
    "fields", [{"body": " "}, {"body": None}, {"body": "x" * 65537}, {"path": "none.txt"}, {"position": 0}]
)
def test_a_comment_that_github_refuses_is_refused(untouched: Project, fields: dict[str, Any]) -> None:
    path = f"{untouched.path}/commits/{untouched.copy.head}/comments"
    assert untouched.bot.post(path, json={"body": "x"} | fields).status_code == 422
    assert untouched.bot.post(f"{untouched.path}/commits/{'0' * 40}/comments", json={"body": "x"}).status_code == 422
    assert untouched.bot.get(path).json() == []


def test_an_app_that_only_reads_contents_says_something_and_changes_nothing(project: Project) -> None:
    with (
        app_client(project.playground) as app,
        installation_client(project.playground, app, project.full_name, permissions={"contents": "read"}) as reading,
        installation_client(project.playground, app, project.full_name, permissions={"deployments": "write"}) as bot,
    ):
        said = reading.post(f"{project.path}/commits/{project.copy.head}/comments", json={"body": "It failed"}).json()
        path = f"{project.path}/comments/{said['id']}"
        assert reading.patch(path, json={"body": "Mended"}).status_code == 403
        assert reading.delete(path).status_code == 403
        assert bot.get(path).status_code == 200
        refused = bot.post(f"{project.path}/commits/topic/comments", json={"body": "x"})
    assert (refused.status_code, refused.json()["message"]) == (403, "Resource not accessible by integration")


def test_people_change_and_delete_what_they_said(project: Project) -> None:
    project.writer.put(f"{project.path}/collaborators/reader", json={"permission": "pull"})
    with project.playground.acting_as("reader") as reader:
        own = reader.post(f"{project.path}/commits/topic/comments", json={"body": "Hm"}).json()
        changed = reader.patch(f"{project.path}/comments/{own['id']}", json={"body": "Ah"})
        assert (changed.status_code, changed.json()["body"]) == (200, "Ah")
        others = _say(project)
        assert reader.patch(f"{project.path}/comments/{others['id']}", json={"body": "x"}).status_code == 403
        assert reader.delete(f"{project.path}/comments/{own['id']}").status_code == 204
    assert project.writer.delete(f"{project.path}/comments/{others['id']}").status_code == 204
    assert project.writer.get(f"{project.path}/comments").json() == []
