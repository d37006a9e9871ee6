"""Git's objects one by one, as an App makes a commit with them, and what follows at the world."""

import base64
from typing import Any

import pytest

from tests.playground.app_tokens import app_client, installation_client
from tests.playground.conftest import Project
from tests.playground.site import Browser


def _made(project: Project, what: str, **body: Any) -> dict[str, Any]:
    answer = project.bot.post(f"{project.path}/git/{what}", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def _commit(project: Project, **says: Any) -> dict[str, Any]:
    """A commit of the App's on top of `topic` that writes `Procfile`; nothing points at it yet."""
    head = project.copy.head
    base = project.bot.get(f"{project.path}/git/commits/{head}").json()["tree"]["sha"]
    blob = _made(project, "blobs", content=base64.b64encode(b"web: \xff\n").decode(), encoding="base64")
    entry = {"path": "Procfile", "mode": "100644", "type": "blob", "sha": blob["sha"]}
    tree = _made(project, "trees", base_tree=base, tree=[entry])
    return _made(project, "commits", message="Say how\n\nBecause", tree=tree["sha"], parents=[head], **says)


def _move(project: Project, sha: str, **says: Any) -> tuple[int, str]:
    answer = project.bot.patch(f"{project.path}/git/refs/heads/topic", json={"sha": sha, **says})
    return answer.status_code, answer.json().get("message", "")


def test_a_commit_is_written_in_the_apps_name_and_shown_once_a_branch_has_it(project: Project) -> None:
    made = _commit(project)
    assert (made["author"]["name"], made["message"]) == ("slipway[bot]", "Say how\n\nBecause")
    assert project.copy.head not in project.writer.get(f"{project.path}/commits").text
    assert _move(project, made["sha"]) == (200, "")
    shown = project.writer.get(f"{project.path}/commits/topic").json()
    assert [file["filename"] for file in shown["files"]] == ["Procfile"]
    raw = {"accept": "application/vnd.github.raw"}
    file = project.writer.get(f"{project.path}/contents/Procfile?ref=topic", headers=raw)
    assert file.content == b"web: \xff\n"


def test_a_move_by_the_app_is_a_push_that_the_pull_request_follows(project: Project, browser: Browser) -> None:
    opened, before = project.open_pull(), project.copy.head
    made = _commit(project)
    assert _move(project, made["sha"])[0] == 200
    pushed = project.expect("push", 2).payload
    assert (pushed["before"], pushed["after"], pushed["sender"]["login"]) == (before, made["sha"], "slipway[bot]")
    followed = project.expect("pull_request.synchronize").payload
    assert (followed["before"], followed["after"], followed["sender"]["login"]) == (before, made["sha"], "slipway[bot]")
    commits = project.bot.get(f"{project.path}/pulls/{opened['number']}/commits").json()
    assert [one["sha"] for one in commits] == [before, made["sha"]]
    page = browser.page(f"/{project.full_name}/pull/{opened['number']}")
    assert "Say how" in page
    assert made["sha"][:7] in page


def test_a_branch_that_went_on_is_not_moved_aside(project: Project) -> None:
    made = _commit(project)
    project.copy.commit("more.txt", "x")
    project.copy.push("topic")
    assert _move(project, made["sha"]) == (422, "Update is not a fast forward")
    assert _move(project, "0" * 40) == (422, "Object does not exist")


def test_objects_are_read_as_they_were_made(project: Project) -> None:
    made = _commit(project, author={"name": "Ann", "email": "ann@example.com", "date": "2026-01-02T03:04:05Z"})
    again = project.bot.get(f"{project.path}/git/commits/{made['sha']}").json()
    assert again == made
    assert (made["author"]["name"], made["author"]["email"]) == ("Ann", "ann@example.com")
    assert made["author"]["date"].startswith("2026-01-02T03:04:05")
    entries = project.bot.get(f"{project.path}/git/trees/{made['tree']['sha']}").json()["tree"]
    entry = next(one for one in entries if one["path"] == "Procfile")
    blob = project.bot.get(f"{project.path}/git/blobs/{entry['sha']}").json()
    assert (entry["mode"], base64.b64decode(blob["content"])) == ("100644", b"web: \xff\n")


def test_a_name_is_taken_out_of_a_tree(project: Project) -> None:
    base = project.bot.get(f"{project.path}/git/commits/{project.copy.head}").json()["tree"]["sha"]
    gone = {"path": "topic.txt", "mode": "100644", "type": "blob", "sha": None}
    new = {"path": "a/b.sh", "mode": "100755", "type": "blob", "content": "x"}
    tree = _made(project, "trees", base_tree=base, tree=[gone, new])
    assert {(one["path"], one["type"]) for one in tree["tree"]} == {("README.md", "blob"), ("a", "tree")}


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("trees", {"tree": [], "base_tree": "0" * 40}),
        ("trees", {"tree": [{"path": "../x", "mode": "100644", "content": "x"}]}),
        ("trees", {"tree": [{"path": "x", "mode": "100644", "type": "blob", "sha": "0" * 40}]}),
        ("trees", {"tree": [{"path": "x", "mode": "777", "content": "x"}]}),
        ("commits", {"message": "x", "tree": "0" * 40}),
        ("commits", {"tree": "0" * 40}),
    ],
)
def test_what_github_refuses_is_refused(untouched: Project, what: str, body: dict[str, Any]) -> None:
    assert untouched.bot.post(f"{untouched.path}/git/{what}", json=body).status_code == 422


def test_what_is_not_there_is_not_found(untouched: Project) -> None:
    for what in ("blobs", "trees", "commits"):
        assert untouched.bot.get(f"{untouched.path}/git/{what}/{'0' * 40}").status_code == 404


def test_whoever_only_reads_makes_nothing(project: Project) -> None:
    with (
        app_client(project.playground) as app,
        installation_client(project.playground, app, project.full_name, permissions={"contents": "read"}) as bot,
    ):
        assert bot.post(f"{project.path}/git/blobs", json={"content": "x"}).status_code == 403
        assert bot.delete(f"{project.path}/git/refs/heads/topic").status_code == 403
        moved = {"sha": project.copy.head}
        assert bot.patch(f"{project.path}/git/refs/heads/topic", json=moved).status_code == 403
