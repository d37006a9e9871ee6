"""Pull requests: opened, changed, followed, closed, merged, from branches and from forks."""

from pathlib import Path
from typing import Any

import pytest

from tests.playground.conftest import Project
from tests.playground.working_copy import WorkingCopy


def _patch(project: Project, number: int, **fields: Any) -> dict[str, Any]:
    answer = project.writer.patch(f"{project.path}/pulls/{number}", json=fields)
    assert answer.status_code == 200, answer.text
    changed: dict[str, Any] = answer.json()
    return changed


def test_opening_tells_the_app(project: Project) -> None:
    opened = project.open_pull(body="Please")
    payload = project.expect("pull_request.opened").payload
    assert payload["number"] == opened["number"] == 1
    assert payload["pull_request"]["head"]["sha"] == project.copy.head
    assert payload["pull_request"]["mergeable"] is True
    assert payload["pull_request"]["changed_files"] == 1
    assert payload["pull_request"]["body"] == "Please"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"head": "nothing"}, 422),
        ({"base": "nothing"}, 422),
        ({"head": "main"}, 422),
        ({"head": "stranger:topic"}, 422),
        ({"title": " "}, 422),
        ({"title": None}, 422),
        ({"title": 3}, 422),
    ],
)
def test_a_pull_request_that_makes_no_sense_is_refused(untouched: Project, fields: dict[str, Any], status: int) -> None:
    body = {"title": "Topic", "head": "topic", "base": "main"} | fields
    assert untouched.writer.post(f"{untouched.path}/pulls", json=body).status_code == status
    assert untouched.writer.get(f"{untouched.path}/pulls", params={"state": "all"}).json() == []


def test_one_branch_has_one_open_pull_request(project: Project) -> None:
    project.open_pull()
    answer = project.writer.post(f"{project.path}/pulls", json={"title": "2", "head": "topic", "base": "main"})
    assert answer.status_code == 422
    assert "A pull request already exists for writer:topic." in answer.text


def test_a_push_moves_the_pull_request(project: Project) -> None:
    number = project.open_pull()["number"]
    before, after = project.copy.head, project.copy.commit("topic.txt", "two\n")
    project.copy.push("topic")
    payload = project.expect("pull_request.synchronize").payload
    assert (payload["before"], payload["after"]) == (before, after)
    assert project.bot.get(f"{project.path}/pulls/{number}").json()["head"]["sha"] == after
    assert project.copy.remote_refs()[f"refs/pull/{number}/head"] == after


def test_closing_and_reopening(project: Project) -> None:
    number = project.open_pull()["number"]
    closed = _patch(project, number, state="closed")
    assert (closed["state"], closed["merged"], closed["closed_at"] is None) == ("closed", False, False)
    moved = project.copy.commit("topic.txt", "while closed\n")
    project.copy.push("topic")
    reopened = _patch(project, number, state="open")
    assert (reopened["state"], reopened["closed_at"], reopened["head"]["sha"]) == ("open", None, moved)
    assert "pull_request.synchronize" not in [one.name for one in project.webhooks()]


def test_a_retarget_tells_what_it_was(project: Project) -> None:
    number = project.open_pull()["number"]
    project.copy.push("main:release")
    changed = _patch(project, number, base="release", title="For the release")
    assert changed["base"]["ref"] == "release"
    changes = project.expect("pull_request.edited").payload["changes"]
    assert changes["base"]["ref"]["from"] == "main"
    assert changes["title"]["from"] == "Topic"


def test_merging_closes_pushes_and_is_done_once(project: Project) -> None:
    number = project.open_pull()["number"]
    merged = project.writer.put(f"{project.path}/pulls/{number}/merge", json={})
    assert merged.json()["merged"] is True
    payload = project.expect("pull_request.closed").payload
    assert payload["pull_request"]["merged"] is True
    assert payload["pull_request"]["merged_by"]["login"] == "writer"
    assert project.expect("push", 2).payload["after"] == merged.json()["sha"]
    assert project.copy.remote_refs()["refs/heads/main"] == merged.json()["sha"]
    assert project.writer.put(f"{project.path}/pulls/{number}/merge", json={}).status_code == 405
    assert project.writer.patch(f"{project.path}/pulls/{number}", json={"state": "open"}).status_code == 422


def test_merging_another_head_than_was_seen_is_refused(project: Project) -> None:
    number = project.open_pull()["number"]
    answer = project.writer.put(f"{project.path}/pulls/{number}/merge", json={"sha": "0" * 40})
    assert answer.status_code == 409


def test_a_squash_is_one_commit(project: Project) -> None:
    number = project.open_pull()["number"]
    sha = project.writer.put(f"{project.path}/pulls/{number}/merge", json={"merge_method": "squash"}).json()["sha"]
    commit = project.bot.get(f"{project.path}/commits/{sha}").json()
    assert len(commit["parents"]) == 1
    assert commit["commit"]["message"] == f"Topic (#{number})"


def test_a_conflict_is_seen_and_not_merged(project: Project) -> None:
    number = project.open_pull()["number"]
    project.copy.git("switch", "--quiet", "main")
    project.copy.commit("topic.txt", "otherwise\n")
    project.copy.push("main")
    pull = project.bot.get(f"{project.path}/pulls/{number}").json()
    assert (pull["mergeable"], pull["mergeable_state"]) == (False, "dirty")
    assert project.writer.put(f"{project.path}/pulls/{number}/merge", json={}).status_code == 405


def test_pushing_the_head_to_the_base_counts_as_merged(project: Project) -> None:
    number = project.open_pull()["number"]
    project.copy.push("topic:main")
    assert project.expect("pull_request.closed").payload["pull_request"]["merged"] is True
    assert project.bot.get(f"{project.path}/pulls/{number}/merge").status_code == 204


def test_deleting_the_branch_closes(project: Project) -> None:
    project.open_pull()
    project.copy.push("--delete", "topic")
    assert project.expect("pull_request.closed").payload["pull_request"]["merged"] is False


def test_a_fork_offers_its_branch_and_its_pushes_arrive_upstream(project: Project, tmp_path: Path) -> None:
    playground = project.playground
    with playground.acting_as("admin") as admin:
        fork = admin.post("/repos/acme/site/forks", json={"name": f"site-of-{project.full_name[7:]}"}).json()[
            "full_name"
        ]
        copy = WorkingCopy.clone(playground.git_url(fork, playground.token("admin")), tmp_path / "fork")
        branch = f"from-{project.full_name[7:]}"
        copy.commit("fork.txt", "one", branch=branch)
        copy.push(branch)
        body = {"title": "From a fork", "head": f"admin:{branch}", "base": "main"}
        opened = admin.post("/repos/acme/site/pulls", json=body).json()
        assert (opened["head"]["repo"]["full_name"], opened["head"]["repo"]["fork"]) == (fork, True)
        after = copy.commit("fork.txt", "two")
        copy.push(branch)
        moved = admin.get(f"/repos/acme/site/pulls/{opened['number']}").json()
        assert moved["head"]["sha"] == after
        upstream = WorkingCopy.clone(playground.git_url("acme/site", playground.token("reader")), tmp_path / "up")
        upstream.git("fetch", "--quiet", "origin", f"refs/pull/{opened['number']}/head")
        assert upstream.git("rev-parse", "FETCH_HEAD") == after


def test_pull_requests_are_found_by_state_head_and_base(project: Project) -> None:
    number = project.open_pull()["number"]

    def numbers(**query: str) -> list[int]:
        return [one["number"] for one in project.bot.get(f"{project.path}/pulls", params=query).json()]

    assert numbers() == numbers(head="writer:topic") == numbers(base="main") == numbers(state="all") == [number]
    assert numbers(head="writer:other") == numbers(base="other") == numbers(state="closed") == []


def test_labels_are_told_when_they_change(project: Project) -> None:
    number = project.open_pull()["number"]
    path = f"{project.path}/issues/{number}/labels"
    assert [one["name"] for one in project.writer.post(path, json={"labels": ["keep", "bug"]}).json()] == [
        "bug",
        "keep",
    ]
    assert project.expect("pull_request.labeled", 2).payload["label"]["name"] == "bug"
    project.writer.post(path, json=["bug"])
    assert [one["name"] for one in project.writer.delete(f"{path}/bug").json()] == ["keep"]
    assert project.expect("pull_request.unlabeled").payload["label"]["name"] == "bug"
    assert [one.name for one in project.webhooks()].count("pull_request.labeled") == 2
    assert project.writer.delete(f"{path}/bug").status_code == 404


def test_readers_look_and_change_nothing(project: Project) -> None:
    with project.playground.acting_as("reader") as reader:
        pull = "/repos/acme/shop/pulls/1"
        assert reader.get(pull).status_code == 200
        answers = [
            reader.patch(pull, json={"state": "closed"}),
            reader.put(f"{pull}/merge", json={}),
            reader.post("/repos/acme/shop/issues/1/labels", json={"labels": ["x"]}),
            reader.post("/repos/acme/shop/pulls", json={"title": "x", "head": "autumn-sale", "base": "main"}),
        ]
        assert [one.status_code for one in answers] == [403] * 4
        assert reader.get(project.path).status_code == 404


def test_files_and_comparison_tell_the_same_change(project: Project) -> None:
    number = project.open_pull()["number"]
    files = project.bot.get(f"{project.path}/pulls/{number}/files").json()
    compared = project.bot.get(f"{project.path}/compare/main...topic").json()
    assert [(one["filename"], one["status"], one["patch"]) for one in files] == [
        ("topic.txt", "added", "@@ -0,0 +1 @@\n+one")
    ]
    assert compared["files"] == files
    assert (compared["status"], compared["ahead_by"], compared["behind_by"]) == ("ahead", 1, 0)
