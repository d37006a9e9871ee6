"""Git over HTTP: who may read, who may push, and that what is pushed arrives whole."""

import gzip
import os
from pathlib import Path

import httpx
import pytest

from tests.playground.app_tokens import app_client, installation_token
from tests.playground.conftest import Project
from tests.playground.running import RunningPlayground
from tests.playground.working_copy import GitSaidNo, WorkingCopy, git

ADVERTISED = "/info/refs?service=git-upload-pack"


def _copy(playground: RunningPlayground, login: str, folder: Path) -> WorkingCopy:
    return WorkingCopy.clone(playground.git_url("acme/site", playground.token(login)), folder)


@pytest.mark.parametrize("login", ["admin", "writer", "reader"])
def test_members_clone_a_private_repository(playground: RunningPlayground, login: str, tmp_path: Path) -> None:
    copy = _copy(playground, login, tmp_path / "copy")
    assert (copy.folder / "index.html").is_file()


def test_an_installation_token_clones_what_it_reaches(playground: RunningPlayground, tmp_path: Path) -> None:
    with app_client(playground) as app:
        token = installation_token(app, "acme/site", repositories=["site"])
    WorkingCopy.clone(playground.git_url("acme/site", token), tmp_path / "copy")
    with pytest.raises(GitSaidNo, match="not found"):
        WorkingCopy.clone(playground.git_url("acme/shop", token), tmp_path / "other")


def test_an_installation_token_without_contents_is_refused(playground: RunningPlayground, tmp_path: Path) -> None:
    with app_client(playground) as app:
        token = installation_token(app, "acme/site", permissions={"checks": "write"})
    with pytest.raises(GitSaidNo, match="403"):
        WorkingCopy.clone(playground.git_url("acme/site", token), tmp_path / "copy")


def test_nobody_is_asked_who_they_are(playground: RunningPlayground) -> None:
    for name in ("acme/site", "acme/nothing"):
        answer = httpx.get(f"{playground.web_url}/{name}.git{ADVERTISED}", trust_env=False, verify=False)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == 'Basic realm="GitHub"'


def test_a_bad_password_is_refused(playground: RunningPlayground, tmp_path: Path) -> None:
    with pytest.raises(GitSaidNo, match="Authentication failed"):
        WorkingCopy.clone(playground.git_url("acme/site", "ghp_wrong"), tmp_path / "copy")


def test_a_token_may_stand_where_the_user_name_stands(playground: RunningPlayground) -> None:
    url = f"{playground.web_url}/acme/site.git{ADVERTISED}"
    assert httpx.get(url, auth=(playground.token("reader"), ""), trust_env=False, verify=False).status_code == 200
    assert (
        httpx.get(url, auth=(playground.token("reader"), "x-oauth-basic"), trust_env=False, verify=False).status_code
        == 200
    )


def test_a_reader_may_not_push(playground: RunningPlayground, tmp_path: Path) -> None:
    copy = _copy(playground, "reader", tmp_path / "copy")
    copy.commit("mine.txt", "mine", branch="mine")
    with pytest.raises(GitSaidNo, match="403"):
        copy.push("mine")


def test_a_bot_that_only_reads_may_not_push(project: Project) -> None:
    with app_client(project.playground) as app:
        token = installation_token(app, project.full_name, permissions={"contents": "read"})
    with pytest.raises(GitSaidNo, match="403"):
        project.copy.git("push", "--quiet", project.playground.git_url(project.full_name, token), "HEAD:refs/heads/bot")


def test_a_public_repository_is_cloned_by_anybody_and_pushed_by_its_owner(
    playground: RunningPlayground, tmp_path: Path
) -> None:
    with playground.acting_as("reader") as reader:
        reader.post("/user/repos", json={"name": "open", "private": False, "auto_init": True})
    copy = WorkingCopy.clone(playground.git_url("reader/open"), tmp_path / "copy")
    copy.commit("x.txt", "x")
    with pytest.raises(GitSaidNo, match="could not read Username"):
        copy.push("main")
    with pytest.raises(GitSaidNo, match="403"):
        copy.git("push", playground.git_url("reader/open", playground.token("writer")), "main")
    copy.git("push", playground.git_url("reader/open", playground.token("reader")), "main")


def test_a_large_push_in_chunks_arrives_whole(project: Project, tmp_path: Path) -> None:
    content = os.urandom(5_000_000)
    sha = project.copy.commit("large.bin", content, branch="large")
    project.copy.git("-c", "http.postBuffer=65536", "push", "--quiet", "origin", "large")
    other = WorkingCopy.clone(
        project.playground.git_url(project.full_name, project.playground.token("writer")), tmp_path / "o"
    )
    other.git("switch", "--quiet", "large")
    assert other.head == sha
    assert (other.folder / "large.bin").read_bytes() == content


def test_a_compressed_request_is_understood(project: Project) -> None:
    sha = project.copy.head
    wanted = f"0032want {sha}\n00000009done\n".encode()
    answer = httpx.post(
        f"{project.playground.web_url}/{project.full_name}.git/git-upload-pack",
        content=gzip.compress(wanted),
        headers={"Content-Type": "application/x-git-upload-pack-request", "Content-Encoding": "gzip"},
        auth=("x", project.playground.token("writer")),
        trust_env=False,
    )
    assert answer.status_code == 200
    assert b"PACK" in answer.content


def test_any_commit_can_be_fetched_by_its_sha(project: Project, tmp_path: Path) -> None:
    first = project.copy.head
    project.copy.commit("topic.txt", "two\n")
    project.copy.git("commit", "--quiet", "--amend", "--message", "Again")
    project.copy.push("topic")
    git("init", "--quiet", str(tmp_path / "bare"))
    url = project.playground.git_url(project.full_name, project.playground.token("writer"))
    git("fetch", "--quiet", "--depth=1", url, first, folder=tmp_path / "bare")
    assert git("rev-parse", "FETCH_HEAD", folder=tmp_path / "bare") == first


def test_the_head_of_a_pull_request_can_be_fetched_but_not_pushed(project: Project) -> None:
    number = project.open_pull()["number"]
    assert project.copy.remote_refs()[f"refs/pull/{number}/head"] == project.copy.head
    assert f"refs/pull/{number}/merge" in project.copy.remote_refs()
    with pytest.raises(GitSaidNo, match="hidden ref"):
        project.copy.push(f"HEAD:refs/pull/{number}/head")


def test_names_that_climb_out_are_not_found(playground: RunningPlayground) -> None:
    for path in ("/acme/..%2f..%2fsite.git", "/..%2facme/site.git", "/acme/site.git%00"):
        answer = httpx.get(
            f"{playground.web_url}{path}{ADVERTISED}", auth=("x", playground.token("admin")), trust_env=False
        )
        assert answer.status_code == 404
