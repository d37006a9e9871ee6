"""What becomes of repositories: renamed, transferred, hidden and shown, archived, deleted."""

from pathlib import Path
from typing import Any

import pytest

from tests.playground.app_tokens import app_client, installation_client
from tests.playground.conftest import Project
from tests.playground.running import eventually
from tests.playground.working_copy import GitSaidNo, WorkingCopy

REMOVED = "installation_repositories.removed"


def _patch(project: Project, **fields: Any) -> dict[str, Any]:
    answer = project.writer.patch(project.path, json=fields)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


def _told(project: Project, repository_id: int, name: str) -> dict[str, Any]:
    """The last webhook of a name about a repository by its id, whatever it is called."""

    def look() -> dict[str, Any] | None:
        same = [one.payload for one in list(project.receiver.received) if one.name == name]
        about = [one for one in same if one["repository"]["id"] == repository_id]
        return about[-1] if about else None

    return eventually(look, f"{name} about {repository_id}")


def _left(project: Project, repository_id: int) -> dict[str, Any]:
    """The webhook by which a repository left an installation."""

    def look() -> dict[str, Any] | None:
        removals = [one.payload for one in list(project.receiver.received) if one.name == REMOVED]
        about = [one for one in removals if repository_id in [gone["id"] for gone in one["repositories_removed"]]]
        return about[-1] if about else None

    return eventually(look, f"{REMOVED} of {repository_id}")


def test_a_renamed_repository_is_found_under_its_old_name_by_a_redirect(project: Project) -> None:
    repository_id, new = project.bot.get(project.path).json()["id"], f"{project.full_name}-anew"
    assert _patch(project, name=new.split("/")[1])["full_name"] == new
    payload = _told(project, repository_id, "repository.renamed")
    assert payload["changes"] == {"repository": {"name": {"from": project.full_name.split("/")[1]}}}
    assert payload["repository"]["full_name"] == new
    moved = project.bot.get(f"{project.path}/branches?per_page=1")
    assert (moved.status_code, moved.json()["message"]) == (301, "Moved Permanently")
    assert moved.headers["location"].endswith(f"/api/v3/repositories/{repository_id}/branches?per_page=1")
    assert project.bot.get(moved.json()["url"]).json()[0]["name"] == "main"


def test_what_is_written_under_an_old_name_is_redirected_with_its_method(project: Project) -> None:
    project.open_pull()
    _patch(project, name=f"{project.full_name.split('/')[1]}-anew")
    moved = project.bot.post(f"{project.path}/issues/1/comments", json={"body": "Where are you?"})
    assert moved.status_code == 307
    followed = project.bot.post(moved.headers["location"], json={"body": "There!"})
    assert (followed.status_code, followed.json()["body"]) == (201, "There!")


def test_git_follows_a_renamed_repository_and_pushes_to_it(project: Project) -> None:
    _patch(project, name=f"{project.full_name.split('/')[1]}-anew")
    sha = project.copy.commit("later.txt", "later\n", message="After the move")
    project.copy.push("topic")
    assert project.copy.remote_refs()["refs/heads/topic"] == sha


def test_a_new_repository_takes_an_old_name_for_itself(project: Project) -> None:
    name = project.full_name.split("/")[1]
    _patch(project, name=f"{name}-anew")
    made = project.writer.post("/user/repos", json={"name": name, "private": True}).json()
    assert project.writer.get(project.path).json()["id"] == made["id"]


def test_nobody_is_redirected_to_what_they_may_not_see(project: Project) -> None:
    _patch(project, name=f"{project.full_name.split('/')[1]}-anew")
    with project.playground.acting_as("reader") as reader:
        assert reader.get(project.path).status_code == 404


def test_a_transferred_repository_changes_its_installation(project: Project) -> None:
    repository = project.bot.get(project.path).json()
    answer = project.writer.post(f"{project.path}/transfer", json={"new_owner": "acme"})
    assert (answer.status_code, answer.json()["owner"]["login"]) == (202, "acme")
    payload = _told(project, repository["id"], "repository.transferred")
    assert payload["changes"]["owner"]["from"]["user"]["login"] == "writer"
    assert payload["organization"]["login"] == "acme"
    assert payload["installation"]["id"] != _left(project, repository["id"])["installation"]["id"]
    assert project.bot.get(f"/repositories/{repository['id']}").status_code == 404
    with (
        app_client(project.playground) as app,
        installation_client(project.playground, app, answer.json()["full_name"]) as bot,
    ):
        assert bot.get(project.path).status_code == 301
        assert bot.get(f"/repositories/{repository['id']}").json()["full_name"] == answer.json()["full_name"]


def test_only_who_administers_changes_a_repository(project: Project) -> None:
    with project.playground.acting_as("reader") as reader:
        assert project.writer.patch("/repos/acme/shop", json={"name": "x"}).status_code == 403
        assert project.writer.delete("/repos/acme/shop").status_code == 403
        assert reader.post("/repos/acme/shop/transfer", json={"new_owner": "reader"}).status_code == 403
        assert reader.patch(project.path, json={"private": False}).status_code == 404
    assert project.bot.patch(project.path, json={"archived": True}).status_code == 403


def test_a_repository_is_shown_and_hidden(project: Project) -> None:
    with project.playground.acting_as("reader") as reader:
        assert _patch(project, private=False)["visibility"] == "public"
        assert project.expect("repository.publicized").payload["repository"]["private"] is False
        assert reader.get(project.path).status_code == 200
        assert _patch(project, visibility="private")["private"] is True
        assert project.expect("repository.privatized").payload["repository"]["visibility"] == "private"
        assert reader.get(project.path).status_code == 404


def test_an_archived_repository_is_read_and_not_written(project: Project) -> None:
    project.open_pull()
    assert _patch(project, archived=True)["archived"] is True
    assert project.expect("repository.archived").payload["repository"]["archived"] is True
    refused = project.bot.post(f"{project.path}/issues/1/comments", json={"body": "Hello"})
    assert (refused.status_code, refused.json()["message"]) == (403, "Repository was archived so is read-only.")
    assert project.writer.patch(project.path, json={"name": "other"}).status_code == 403
    project.copy.commit("late.txt", "late\n")
    with pytest.raises(GitSaidNo, match="archived"):
        project.copy.push("topic")
    assert project.bot.get(f"{project.path}/pulls/1").status_code == 200
    assert _patch(project, archived=False)["archived"] is False
    assert project.expect("repository.unarchived")


def test_a_description_and_a_default_branch_are_edited(project: Project) -> None:
    _patch(project, description="Better", default_branch="topic")
    changes = project.expect("repository.edited").payload["changes"]
    assert changes == {"description": {"from": None}, "default_branch": {"from": "main"}}
    assert project.writer.patch(project.path, json={"default_branch": "nowhere"}).status_code == 422


def test_a_deleted_repository_is_gone_and_its_name_free(project: Project) -> None:
    repository = project.bot.get(project.path).json()
    assert project.writer.delete(project.path).status_code == 204
    project.expect("repository.deleted")
    assert _left(project, repository["id"])["repository_selection"] == "selected"
    assert project.bot.get(project.path).status_code == 404
    again = project.writer.post("/user/repos", json={"name": repository["name"], "private": True})
    assert (again.status_code, again.json()["id"] > repository["id"]) == (201, True)


def test_a_pull_request_outlives_the_fork_it_came_from(project: Project, tmp_path: Path) -> None:
    _patch(project, private=False)
    with project.playground.acting_as("reader") as reader:
        fork = reader.post(f"{project.path}/forks", json={}).json()["full_name"]
        copy = WorkingCopy.clone(
            project.playground.git_url(fork, project.playground.token("reader")), tmp_path / "fork"
        )
        sha = copy.commit("fork.txt", "one", branch="from-afar")
        copy.push("from-afar")
        body = {"title": "From afar", "head": "reader:from-afar", "base": "main"}
        number = reader.post(f"{project.path}/pulls", json=body).json()["number"]
        assert reader.delete(f"/repos/{fork}").status_code == 204
    pull = project.bot.get(f"{project.path}/pulls/{number}").json()
    assert (pull["head"]["repo"], pull["head"]["sha"], pull["state"]) == (None, sha, "open")
    assert (pull["head"]["user"]["login"], pull["head"]["label"]) == ("reader", "reader:from-afar")
    assert [one["head"]["repo"] for one in project.bot.get(f"{project.path}/pulls").json()] == [None]
    project.writer.patch(f"{project.path}/pulls/{number}", json={"state": "closed"})
    assert project.expect("pull_request.closed").payload["pull_request"]["head"]["repo"] is None
    assert project.writer.patch(f"{project.path}/pulls/{number}", json={"state": "open"}).status_code == 422


def test_everything_of_a_repository_is_found_by_its_id(project: Project) -> None:
    number = project.open_pull()["number"]
    by_id = f"/repositories/{project.bot.get(project.path).json()['id']}"
    for rest in (
        "",
        f"/pulls/{number}",
        f"/pulls/{number}/files",
        f"/commits/{project.copy.head}",
        "/contents/README.md",
    ):
        assert project.bot.get(by_id + rest).json() == project.bot.get(project.path + rest).json()
    assert project.bot.get("/repositories/1").status_code == 404
    assert project.bot.get("/repositories/x").status_code == 404
