"""Comments on lines of a pull request, and suggestions that somebody takes over."""

from typing import Any

import pytest

from tests.playground.conftest import Project
from tests.playground.site import Browser

SUGGESTION = "Better:\n\n```suggestion\none\nand a half\n```"


@pytest.fixture
def pull(project: Project) -> int:
    """The number of a pull request that adds `topic.txt` and writes the third of many lines anew."""
    return int(project.open_pull()["number"])


def _say(project: Project, pull: int, **fields: Any) -> Any:
    known = {"body": SUGGESTION, "commit_id": project.copy.head, "path": "topic.txt", "line": 1, "side": "RIGHT"}
    return project.bot.post(f"{project.path}/pulls/{pull}/comments", json=known | fields)


def test_a_comment_stands_on_its_line(project: Project, pull: int) -> None:
    answer = _say(project, pull)
    assert answer.status_code == 201, answer.text
    said = answer.json()
    assert (said["path"], said["line"], said["user"]["login"]) == ("topic.txt", 1, "slipway[bot]")
    assert said["diff_hunk"] == "@@ -0,0 +1 @@\n+one"
    assert said["html_url"].endswith(f"/pull/{pull}#discussion_r{said['id']}")
    assert project.writer.get(f"{project.path}/pulls/{pull}/comments").json() == [said]
    assert project.writer.get(f"{project.path}/pulls/comments").json() == [said]
    assert project.writer.get(f"{project.path}/pulls/comments/{said['id']}").json() == said


def test_a_line_that_is_not_shown_is_refused_in_githubs_words(project: Project, pull: int) -> None:
    refused = _say(project, pull, line=2)
    assert (refused.status_code, refused.json()["message"]) == (422, "Validation Failed")
    wrong, missing = refused.json()["errors"]
    assert wrong["message"] == "pull_request_review_thread.line must be part of the diff"
    assert (missing["code"], missing["field"]) == ("missing_field", "pull_request_review_thread.diff_hunk")


def test_what_github_refuses_is_refused(project: Project, pull: int) -> None:
    refused: tuple[dict[str, Any], ...] = (
        {"path": "README.md"},
        {"commit_id": "0" * 40},
        {"line": None},
        {"start_line": 1},
        {"side": "LEFT"},
        {"body": " "},
        {"body": "x" * 65537},
    )
    for fields in refused:
        assert _say(project, pull, **fields).status_code == 422, fields
    assert project.bot.get(f"{project.path}/pulls/{pull}/comments").json() == []


def test_lines_of_two_hunks_are_no_place(project: Project) -> None:
    copy = project.copy
    copy.git("switch", "--quiet", "main")
    lines = [f"{number}\n" for number in range(1, 31)]
    copy.commit("many.txt", "".join(lines))
    copy.push("main")
    copy.commit("many.txt", "".join(["first\n", *lines[1:-1], "last\n"]), branch="both")
    copy.push("both")
    number = project.open_pull(head="both")["number"]
    where = {"commit_id": copy.head, "path": "many.txt"}
    assert _say(project, number, **where, line=30).status_code == 201
    assert _say(project, number, **where, line=3, start_line=1).status_code == 201
    assert _say(project, number, **where, line=15).status_code == 422
    refused = _say(project, number, **where, line=30, start_line=1).json()["errors"][0]["message"]
    assert refused.endswith("start_line must be part of the same hunk as the line.")


def test_what_was_said_is_changed_and_deleted(project: Project, pull: int) -> None:
    path = f"{project.path}/pulls/comments/{_say(project, pull).json()['id']}"
    assert project.bot.patch(path, json={"body": "Never mind"}).json()["body"] == "Never mind"
    with project.playground.acting_as("reader") as reader:
        project.writer.put(f"{project.path}/collaborators/reader", json={"permission": "pull"})
        assert reader.patch(path, json={"body": "x"}).status_code == 403
    assert project.writer.delete(path).status_code == 204
    assert project.writer.get(path).status_code == 404


def test_the_newest_come_first_when_asked(project: Project, pull: int) -> None:
    ids = [_say(project, pull).json()["id"] for _ in range(2)]
    newest = project.bot.get(f"{project.path}/pulls/{pull}/comments?sort=created&direction=desc&per_page=1").json()
    assert [one["id"] for one in newest] == [ids[1]]


def test_a_suggestion_becomes_a_commit_of_whoever_takes_it(project: Project, pull: int, browser: Browser) -> None:
    comment = _say(project, pull).json()["id"]
    address = f"/{project.full_name}/pull/{pull}"
    assert "Commit suggestion" in browser.page(address)
    browser.press(f"{address}/suggestions/{comment}")
    made = project.writer.get(f"{project.path}/commits/topic").json()
    assert (made["author"]["login"], made["commit"]["message"].split("\n")[0]) == ("writer", "Update topic.txt")
    assert "Co-authored-by: slipway[bot]" in made["commit"]["message"]
    assert project.expect("push", 2).payload["after"] == made["sha"]
    raw = {"accept": "application/vnd.github.raw"}
    assert project.writer.get(f"{project.path}/contents/topic.txt?ref=topic", headers=raw).text == "one\nand a half\n"
    assert "Commit suggestion" not in browser.page(address)
    assert browser.send(f"{address}/suggestions/{comment}").status_code == 422
