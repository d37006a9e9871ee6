"""Comments and reactions."""

from typing import Any

import pytest

from tests.playground.conftest import Project
from tests.playground.running import RunningPlayground


def _say(project: Project, body: str) -> dict[str, Any]:
    answer = project.writer.post(f"{project.path}/issues/1/comments", json={"body": body})
    assert answer.status_code == 201, answer.text
    said: dict[str, Any] = answer.json()
    return said


def test_a_comment_is_made_edited_and_deleted(project: Project) -> None:
    project.open_pull()
    said = _say(project, "First")
    path = f"{project.path}/issues/comments/{said['id']}"
    assert project.writer.patch(path, json={"body": "Second"}).json()["body"] == "Second"
    assert project.expect("issue_comment.edited").payload["changes"] == {"body": {"from": "First"}}
    assert project.writer.delete(path).status_code == 204
    assert project.expect("issue_comment.deleted").payload["comment"]["id"] == said["id"]
    assert project.writer.get(path).status_code == 404


@pytest.mark.parametrize("body", ["", "  \n", "x" * 65537])
def test_an_empty_or_too_long_comment_is_refused(project: Project, body: str) -> None:
    project.open_pull()
    answer = project.bot.post(f"{project.path}/issues/1/comments", json={"body": body})
    assert (answer.status_code, answer.json()["message"]) == (422, "Validation Failed")
    assert project.bot.get(f"{project.path}/issues/1/comments").json() == []


def test_the_longest_comment_is_taken(project: Project) -> None:
    project.open_pull()
    assert len(_say(project, "x" * 65536)["body"]) == 65536


@pytest.mark.parametrize("content", [b"{", b"[]", b'"body"', b"{}", b'{"body": 3}'])
def test_a_body_that_is_no_comment_is_refused(project: Project, content: bytes) -> None:
    project.open_pull()
    answer = project.writer.post(f"{project.path}/issues/1/comments", content=content)
    assert answer.status_code in (400, 422)
    assert set(answer.json()) >= {"message", "documentation_url", "status"}


def test_the_bot_is_known_as_a_bot(project: Project) -> None:
    project.open_pull()
    said = project.bot.post(f"{project.path}/issues/1/comments", json={"body": "Hello"}).json()
    assert (said["user"]["login"], said["user"]["type"]) == ("slipway[bot]", "Bot")
    assert said["performed_via_github_app"]["slug"] == "slipway"
    assert project.expect("issue_comment.created").payload["sender"]["type"] == "Bot"


def test_the_same_reaction_twice_is_the_first_one(project: Project) -> None:
    project.open_pull()
    path = f"{project.path}/issues/comments/{_say(project, '/preview')['id']}/reactions"
    first, second = (project.bot.post(path, json={"content": "eyes"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    project.writer.post(path, json={"content": "eyes"})
    assert [one["user"]["login"] for one in project.bot.get(path).json()] == ["slipway[bot]", "writer"]
    assert project.bot.delete(f"{path}/{first.json()['id']}").status_code == 204
    assert [one["user"]["login"] for one in project.bot.get(path).json()] == ["writer"]
    assert project.bot.post(path, json={"content": "thumbsup"}).status_code == 422


def test_a_reader_comments_and_changes_only_what_they_said(playground: RunningPlayground) -> None:
    conversation = "/repos/acme/api/issues/1/comments"
    with playground.acting_as("reader") as reader, playground.acting_as("writer") as writer:
        own = reader.post(conversation, json={"body": "Mine"}).json()["id"]
        other = writer.post(conversation, json={"body": "Yours"}).json()["id"]
        assert reader.patch(f"/repos/acme/api/issues/comments/{own}", json={"body": "Still mine"}).status_code == 200
        assert reader.patch(f"/repos/acme/api/issues/comments/{other}", json={"body": "Mine?"}).status_code == 403
        assert reader.delete(f"/repos/acme/api/issues/comments/{other}").status_code == 403
        assert writer.delete(f"/repos/acme/api/issues/comments/{own}").status_code == 204


def test_comments_come_in_pages(project: Project) -> None:
    project.open_pull()
    for number in range(5):
        _say(project, str(number))
    first = project.bot.get(f"{project.path}/issues/1/comments", params={"per_page": 2})
    assert [one["body"] for one in first.json()] == ["0", "1"]
    assert set(first.links) == {"next", "last"}
    last = project.bot.get(first.links["last"]["url"])
    assert [one["body"] for one in last.json()] == ["4"]
    assert set(last.links) == {"prev", "first"}
