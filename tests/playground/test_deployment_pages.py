"""Environments, commits and branches as their pages show them."""

from typing import Any

from tests.playground.conftest import Project
from tests.playground.site import Browser

URL = "http://staging--shop.localhost:1234/"


def _deployed(project: Project, ref: str, environment: str, state: str, **fields: Any) -> int:
    body = {"ref": ref, "environment": environment, "auto_merge": False, "required_contexts": [], **fields}
    made = project.bot.post(f"{project.path}/deployments", json=body).json()
    status = {"state": state, "environment_url": URL, "log_url": "http://localhost:1/log"}
    project.bot.post(f"{project.path}/deployments/{made['id']}/statuses", json=status)
    return int(made["id"])


def test_a_repository_shows_its_environments_with_links_and_states(project: Project, browser: Browser) -> None:
    assert "Environments" not in browser.page(f"/{project.full_name}")
    _deployed(project, "main", "staging", "success")
    _deployed(project, "topic", "staging", "failure")
    _deployed(project, "topic", "pull 1", "inactive", transient_environment=True)
    page = browser.page(f"/{project.full_name}")
    box = page.split('id="environments"')[1].split("</section>")[0]
    assert f'href="{URL}"' in box
    assert [word in box for word in ("active", "failure", "staging", "pull 1")] == [True, True, True, False]
    history = browser.page(f"/{project.full_name}/deployments")
    assert "destroyed" in history
    one = browser.page(f"/{project.full_name}/deployments/activity_log?environments_filter=staging")
    assert "destroyed" not in one


def test_a_pull_request_shows_where_its_commits_went(project: Project, browser: Browser) -> None:
    project.open_pull()
    _deployed(project, "main", "production", "success")
    _deployed(project, "topic", "staging", "in_progress")
    page = browser.page(f"/{project.full_name}/pull/1")
    assert "in progress" in page
    assert "staging" in page
    assert "production" not in page


def test_a_commit_shows_checks_deployments_and_what_was_said(project: Project, browser: Browser) -> None:
    sha = project.copy.head
    _deployed(project, "topic", "staging", "success")
    project.bot.post(f"{project.path}/commits/{sha}/comments", json={"body": "It **went** well"})
    path = f"/{project.full_name}/commit/{sha}"
    browser.press(f"{path}/comments", body="Thanks <script>alert(1)</script>")
    page = browser.page(path)
    assert "<strong>went</strong>" in page
    assert "<script>alert" not in page
    assert URL in page
    assert "It <strong>" in browser.page(f"{path}/live")


def test_buttons_of_a_commit_without_a_pull_request_are_pressed(project: Project, browser: Browser) -> None:
    buttons = [{"label": word, "identifier": word.lower(), "description": word} for word in ("Approve", "Reject")]
    body = {"name": "production", "head_sha": project.copy.head, "conclusion": "action_required", "actions": buttons}
    run = project.bot.post(f"{project.path}/check-runs", json=body).json()["id"]
    path = f"/{project.full_name}/commit/{project.copy.head}"
    page = browser.page(path)
    assert ("Approve" in page, "Reject" in page) == (True, True)
    assert browser.press(f"/{project.full_name}/runs/{run}/action", identifier="approve", here=path) == path
    told = project.expect("check_run.requested_action").payload
    assert (told["requested_action"]["identifier"], told["check_run"]["pull_requests"]) == ("approve", [])
    assert browser.send(f"/{project.full_name}/runs/{run}/action", identifier="deploy").status_code == 422


def test_the_gardeners_ci_says_what_it_is_asked_to(project: Project, browser: Browser) -> None:
    path = f"/{project.full_name}/commit/{project.copy.head}"
    for state in ("pending", "failure", "success"):
        browser.press(f"{path}/ci", state=state, here=path)
        combined = project.bot.get(f"{project.path}/commits/topic/status").json()
        assert (combined["state"], combined["statuses"][0]["context"]) == (state, "ci")
    (newest, *_) = project.bot.get(f"{project.path}/commits/topic/statuses").json()
    assert newest["creator"]["login"] == "gardener[bot]"
    assert browser.send(f"{path}/ci", state="fine").status_code == 422


def test_a_branch_shows_its_commits_and_how_far_it_is(project: Project, browser: Browser) -> None:
    project.copy.push("topic:feature/one")
    page = browser.page(f"/{project.full_name}/tree/feature/one")
    assert "1 commit ahead of and 0 behind" in page
    assert "Write topic.txt" in page
    assert "The default branch" in browser.page(f"/{project.full_name}/tree/main")
    assert browser.client.get(f"/{project.full_name}/tree/none").status_code == 404
    assert f'href="/{project.full_name}/tree/feature/one"' in browser.page(f"/{project.full_name}")


def test_samples_say_what_to_try(browser: Browser) -> None:
    for name, word in (("shop", "/promote"), ("api", "/deploy main"), ("site", "/rollback")):
        assert f"<code>{word}</code>" in browser.page(f"/acme/{name}")
