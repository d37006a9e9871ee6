"""Repositories: made, forked, read, shared."""

import base64

import pytest

from tests.playground.app_tokens import app_client
from tests.playground.conftest import Project
from tests.playground.receiver import Receiver
from tests.playground.running import RunningPlayground, eventually


def test_a_new_repository_is_covered_by_the_installation(project: Project, receiver: Receiver) -> None:
    def look() -> dict[str, object] | None:
        told = [one.payload for one in receiver.received if one.name == "installation_repositories.added"]
        same = [one for one in told if one["repositories_added"][0]["full_name"] == project.full_name]
        return same[0] if same else None

    told = eventually(look, "installation_repositories.added")
    assert told["repositories_removed"] == []
    assert project.expect("repository.created").payload["installation"]["id"] > 0
    with app_client(project.playground) as app:
        assert app.get(f"{project.path}/installation").json()["account"]["login"] == "writer"


@pytest.mark.parametrize("name", ["", "..", "a b", "a/b", "x.git", "shöp", "x" * 101])
def test_a_bad_name_is_refused(playground: RunningPlayground, name: str) -> None:
    with playground.acting_as("writer") as writer:
        assert writer.post("/user/repos", json={"name": name}).status_code == 422


def test_a_taken_name_is_refused_in_any_case(untouched: Project) -> None:
    answer = untouched.writer.post("/user/repos", json={"name": untouched.full_name.split("/")[1].upper()})
    assert answer.status_code == 422
    assert "name already exists on this account" in answer.text


def test_an_empty_repository_takes_its_first_branch_as_default(playground: RunningPlayground, project: Project) -> None:
    name = f"empty-{project.full_name[7:]}"
    made = project.writer.post("/user/repos", json={"name": name}).json()
    project.copy.git("push", "--quiet", playground.git_url(made["full_name"], playground.token("writer")), "topic")
    found = project.writer.get(f"/repos/{made['full_name']}").json()
    assert (found["default_branch"], found["private"]) == ("topic", False)


def test_a_repository_is_found_by_its_id(project: Project) -> None:
    found = project.bot.get(project.path).json()
    assert found["id"] > 2**31
    assert project.bot.get(f"/repositories/{found['id']}").json() == found
    assert project.bot.get("/repositories/1").status_code == 404


def test_a_file_comes_as_json_or_raw(project: Project) -> None:
    path = f"{project.path}/contents/topic.txt"
    shown = project.bot.get(path, params={"ref": "topic"}).json()
    assert base64.b64decode(shown["content"]) == b"one\n"
    assert (shown["type"], shown["size"], shown["path"]) == ("file", 4, "topic.txt")
    raw = project.bot.get(path, params={"ref": "topic"}, headers={"Accept": "application/vnd.github.raw+json"})
    assert raw.content == b"one\n"
    assert project.bot.get(path).status_code == 404
    assert project.bot.get(path, params={"ref": "nothing"}).status_code == 404


def test_a_folder_comes_as_a_list(project: Project) -> None:
    project.copy.commit("folder/inner.txt", "x")
    project.copy.push("topic")
    listed = project.bot.get(f"{project.path}/contents/", params={"ref": "topic"}).json()
    assert [(one["name"], one["type"]) for one in listed] == [
        ("README.md", "file"),
        ("folder", "dir"),
        ("topic.txt", "file"),
    ]
    inner = project.bot.get(f"{project.path}/contents/folder", params={"ref": "topic"}).json()
    assert [one["path"] for one in inner] == ["folder/inner.txt"]


@pytest.mark.parametrize("ref", ["main~1", "main^{tree}", "--help", ":/Initial", "main@{0}", "HEAD", "a b"])
def test_an_expression_is_not_the_name_of_a_commit(untouched: Project, ref: str) -> None:
    assert untouched.bot.get(f"{untouched.path}/commits/{ref}").status_code == 422


def test_a_branch_a_ref_and_a_commit_agree(project: Project) -> None:
    project.copy.push("topic:feature/one")
    sha = project.copy.head
    assert project.bot.get(f"{project.path}/branches/feature/one").json()["commit"]["sha"] == sha
    assert project.bot.get(f"{project.path}/git/ref/heads/feature/one").json()["object"]["sha"] == sha
    assert project.bot.get(f"{project.path}/commits/feature%2Fone").json()["sha"] == sha
    assert project.bot.get(f"{project.path}/commits/{sha[:8]}").json()["sha"] == sha
    assert project.bot.get(f"{project.path}/branches/nothing").status_code == 404


def test_somebody_is_let_in_and_out_again(project: Project) -> None:
    path = f"{project.path}/collaborators/reader"
    with project.playground.acting_as("reader") as reader:
        assert reader.get(project.path).status_code == 404
        assert project.writer.put(path, json={"permission": "push"}).status_code == 204
        assert reader.get(project.path).json()["permissions"]["push"] is True
        assert project.bot.get(f"{path}/permission").json()["permission"] == "write"
        assert project.writer.put(path, json={"permission": "pull"}).status_code == 204
        assert project.bot.get(f"{path}/permission").json()["permission"] == "read"
        assert project.writer.delete(path).status_code == 204
        assert reader.get(project.path).status_code == 404
        assert project.bot.get(f"{path}/permission").json()["permission"] == "none"
    for action in ("added", "edited", "removed"):
        assert project.expect(f"member.{action}").payload["member"]["login"] == "reader"


def test_only_administrators_let_somebody_in(untouched: Project) -> None:
    for client in (untouched.writer, untouched.bot):
        answer = client.put("/repos/acme/shop/collaborators/reader", json={"permission": "push"})
        assert answer.status_code in (403, 404)
    unknown = untouched.writer.put(f"{untouched.path}/collaborators/reader", json={"permission": "everything"})
    assert unknown.status_code == 422


def test_an_owner_takes_a_repository_out_of_the_installation(project: Project, receiver: Receiver) -> None:
    repository = project.writer.get(project.path).json()["id"]
    with app_client(project.playground) as app:
        installation = app.get(f"{project.path}/installation").json()["id"]
        path = f"/user/installations/{installation}/repositories/{repository}"
        assert project.writer.delete(path).status_code == 204
        receiver.expect("installation_repositories.removed")
        assert app.get(f"{project.path}/installation").status_code == 404
        assert project.bot.get(project.path).status_code == 404
        assert project.writer.put(path).status_code == 204
        assert project.bot.get(project.path).status_code == 200
