"""What an App sees of its installations, and what it may not do without a permission."""

import json
from pathlib import Path

from tests.playground.app_tokens import app_client, installation_client, installation_token
from tests.playground.conftest import Project
from tests.playground.receiver import receiving
from tests.playground.running import RunningPlayground, running_playground


def test_installations_are_listed_page_by_page(playground: RunningPlayground) -> None:
    with app_client(playground) as app:
        everywhere = app.get("/app/installations").json()
        first = app.get("/app/installations", params={"per_page": 3})
        rest = app.get(first.links["next"]["url"]).json()
    assert [one["id"] for one in [*first.json(), *rest]] == [one["id"] for one in everywhere]
    assert {one["account"]["login"]: one["target_type"] for one in everywhere} == {
        "acme": "Organization",
        "admin": "User",
        "writer": "User",
        "reader": "User",
    }
    assert all(one["permissions"]["checks"] == "write" for one in everywhere)


def test_the_repositories_of_an_installation_are_listed_page_by_page(project: Project) -> None:
    with app_client(project.playground) as app, installation_client(project.playground, app, "acme/shop") as bot:
        first = bot.get("/installation/repositories", params={"per_page": 2})
        second = bot.get(first.links["next"]["url"])
        names = [one["full_name"] for answer in (first, second) for one in answer.json()["repositories"]]
        assert names[:3] == ["acme/shop", "acme/api", "acme/site"]
        assert first.json()["total_count"] == len(bot.get("/installation/repositories").json()["repositories"])
        assert bot.get(f"/repos/{project.full_name}").status_code == 404
        assert app.get("/installation/repositories").status_code in (401, 403)


def test_open_pull_requests_and_their_files_are_listed_page_by_page(project: Project) -> None:
    for number in range(3):
        project.copy.git("switch", "--quiet", "main")
        for file in range(3):
            project.copy.commit(f"{number}-{file}.txt", "x\n", branch=f"b{number}" if file == 0 else None)
        project.copy.push(f"b{number}")
        project.open_pull(head=f"b{number}", title=str(number))
    first = project.bot.get(f"{project.path}/pulls", params={"state": "open", "per_page": 2})
    second = project.bot.get(first.links["next"]["url"])
    assert [one["number"] for answer in (first, second) for one in answer.json()] == [3, 2, 1]
    files = project.bot.get(f"{project.path}/pulls/1/files", params={"per_page": 2})
    assert [one["filename"] for one in files.json()] == ["0-0.txt", "0-1.txt"]
    assert [one["filename"] for one in project.bot.get(files.links["next"]["url"]).json()] == ["0-2.txt"]


def test_a_commit_has_its_whole_message(project: Project) -> None:
    sha = project.copy.commit("x.txt", "x\n", message="Change it\n\n[skip preview]\nand say why")
    project.copy.push("topic")
    commit = project.bot.get(f"{project.path}/commits/{sha}").json()
    assert commit["commit"]["message"] == "Change it\n\n[skip preview]\nand say why"
    assert [one["filename"] for one in commit["files"]] == ["x.txt"]


def test_what_a_token_was_not_minted_for_is_refused(project: Project) -> None:
    project.open_pull()
    with app_client(project.playground) as app:
        token = installation_token(app, project.full_name, permissions={"metadata": "read"})
    with project.playground.client(token) as bot:
        calls = [
            bot.get(f"{project.path}/pulls"),
            bot.get(f"{project.path}/pulls/1/files"),
            bot.get(f"{project.path}/commits/topic"),
            bot.get(f"{project.path}/commits/topic/check-runs"),
            bot.get(f"{project.path}/issues/1"),
            bot.post(f"{project.path}/issues/1/comments", json={"body": "x"}),
            bot.post(f"{project.path}/check-runs", json={"name": "x", "head_sha": project.copy.head}),
            bot.patch(f"{project.path}/pulls/1", json={"title": "x"}),
            bot.post(f"{project.path}/issues/1/labels", json={"labels": ["x"]}),
        ]
        said = {(one.status_code, one.json()["message"]) for one in calls}
        assert said == {(403, "Resource not accessible by integration")}
        assert bot.get(project.path).status_code == 200


def test_a_bot_that_is_not_ours_pushes_and_opens_a_pull_request(tmp_path: Path, project: Project) -> None:
    known = json.loads((project.playground.data_dir / "playground" / "gardener.json").read_bytes())
    with project.playground.client(known["token"]) as bot:
        body = {"title": "From a bot", "head": "topic", "base": "main"}
        assert bot.post(f"{project.path}/pulls", json=body).status_code == 201
        opened = project.expect("pull_request.opened").payload
        assert (opened["sender"]["login"], opened["sender"]["type"]) == ("gardener[bot]", "Bot")
        asked = project.bot.get(f"{project.path}/collaborators/gardener[bot]/permission")
        assert (asked.status_code, asked.json()["message"]) == (404, "gardener[bot] is not a user")


def test_who_is_not_subscribed_hears_no_people(tmp_path: Path) -> None:
    with (
        receiving() as receiver,
        running_playground(tmp_path, webhook_url=receiver.url) as playground,
        playground.acting_as("admin") as admin,
    ):
        admin.delete("/orgs/acme/members/reader")
        admin.post("/repos/acme/shop/issues/1/comments", json={"body": "Bye"})
        receiver.expect("issue_comment.created")
        assert receiver.names == ["issue_comment.created"]
