"""What a person clicks beside talking: labels, titles, drafts, branches, settings, installations, people."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.playground.app_tokens import app_client, installation_client
from tests.playground.conftest import Project
from tests.playground.receiver import Receiver, receiving
from tests.playground.running import RunningPlayground, running_playground
from tests.playground.site import Browser


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[tuple[RunningPlayground, Receiver, Browser]]:
    """A playground of its own, for what would be in the way of other tests, with somebody acting as admin."""
    events = "pull_request repository organization membership member"
    with (
        receiving() as receiver,
        running_playground(tmp_path, webhook_url=receiver.url, app_events=events) as playground,
        httpx.Client(base_url=playground.web_url, trust_env=False, verify=False) as client,
    ):
        browser = Browser(client)
        browser.act_as("admin")
        yield playground, receiver, browser


def test_labels_are_put_on_and_taken_off(project: Project, browser: Browser) -> None:
    project.open_pull()
    path = f"/{project.full_name}/pull/1"
    browser.press(f"{path}/labels", label=" keep it ")
    assert project.expect("pull_request.labeled").payload["label"]["name"] == "keep it"
    assert '<span class="label">keep it</span>' in browser.page(path)
    browser.press(f"{path}/labels/take", label="keep it")
    assert project.expect("pull_request.unlabeled").payload["pull_request"]["labels"] == []
    assert browser.send(f"{path}/labels", label="x" * 51).status_code == 422


def test_a_title_and_a_base_are_changed_together(project: Project, browser: Browser) -> None:
    project.open_pull()
    project.copy.push("main:release")
    browser.press(f"/{project.full_name}/pull/1/words", title="Better", base="release")
    payload = project.expect("pull_request.edited").payload
    assert (payload["changes"]["title"]["from"], payload["changes"]["base"]["ref"]["from"]) == ("Topic", "main")
    assert payload["pull_request"]["base"]["ref"] == "release"
    assert browser.send(f"/{project.full_name}/pull/1/words", title=" ", base="main").status_code == 422


def test_a_draft_comes_and_goes(project: Project, browser: Browser) -> None:
    project.open_pull()
    path = f"/{project.full_name}/pull/1/draft"
    browser.press(path, draft="1")
    assert project.expect("pull_request.converted_to_draft").payload["pull_request"]["draft"] is True
    assert "Ready for review" in browser.page(f"/{project.full_name}/pull/1")
    browser.press(path, draft="0")
    assert project.expect("pull_request.ready_for_review").payload["pull_request"]["draft"] is False


def test_a_branch_is_deleted_from_its_pull_request_or_from_the_list(project: Project, browser: Browser) -> None:
    project.open_pull()
    project.copy.push("main:spare")
    browser.press(f"/{project.full_name}/branches/delete", branch="spare")
    browser.press(f"/{project.full_name}/pull/1/branch/delete")
    assert project.expect("pull_request.closed").payload["pull_request"]["state"] == "closed"
    assert list(project.copy.remote_refs()) == ["HEAD", "refs/heads/main", "refs/pull/1/head", "refs/pull/1/merge"]
    assert browser.send(f"/{project.full_name}/branches/delete", branch="main").status_code == 422


def test_all_checks_are_run_again_by_one_button(project: Project, browser: Browser) -> None:
    project.open_pull()
    body = {"name": "slipway", "head_sha": project.copy.head, "conclusion": "failure"}
    suite = project.bot.post(f"{project.path}/check-runs", json=body).json()["check_suite"]["id"]
    path = f"/{project.full_name}/suites/{suite}/rerequest"
    assert path in browser.page(f"/{project.full_name}/pull/1")
    browser.press(path, here=f"/{project.full_name}/pull/1")
    assert project.expect("check_suite.rerequested").payload["sender"]["login"] == "writer"


def test_another_bot_opens_a_pull_request(project: Project, browser: Browser) -> None:
    location = browser.press(f"/{project.full_name}/gardener")
    payload = project.expect("pull_request.opened").payload
    assert (payload["sender"]["type"], payload["pull_request"]["user"]["login"]) == ("Bot", "gardener[bot]")
    assert payload["pull_request"]["changed_files"] == 1
    assert "gardener[bot]" in browser.page(location)


def test_a_repository_is_renamed_archived_and_deleted_in_its_settings(project: Project, browser: Browser) -> None:
    name = project.full_name.split("/")[1]
    settings = browser.press(f"/{project.full_name}/settings", action="rename", name=f"{name}-anew")
    assert settings == f"/{project.full_name}-anew/settings"
    browser.press(settings, action="archive")
    assert "Unarchive" in browser.page(settings)
    browser.press(settings, action="archive")
    browser.press(settings, action="visibility")
    assert "Make private" in browser.page(settings)
    assert browser.press(settings, action="delete") == "/"
    assert browser.client.get(settings).status_code == 404


def test_roles_are_given_and_taken_in_the_settings(project: Project, browser: Browser) -> None:
    settings = f"/{project.full_name}/settings"
    for role, action in (("write", "added"), ("read", "edited"), ("none", "removed")):
        browser.press(settings, action="role", login="reader", role=role)
        assert project.expect(f"member.{action}").payload["member"]["login"] == "reader"
    assert browser.send(settings, action="role", login="reader", role="king").status_code == 422


def test_settings_are_for_who_administers(project: Project, browser: Browser) -> None:
    assert browser.client.get("/acme/shop/settings").status_code == 403
    assert browser.send("/acme/shop/settings", action="delete").status_code == 403
    browser.act_as("reader")
    assert browser.client.get(f"/{project.full_name}/settings").status_code == 404
    assert "Settings" not in browser.page("/acme/shop")


def test_an_archived_pull_request_is_only_read(project: Project, browser: Browser) -> None:
    project.open_pull()
    project.writer.patch(project.path, json={"archived": True})
    page = browser.page(f"/{project.full_name}/pull/1")
    assert "archived" in page
    assert "<textarea" not in page
    assert browser.send(f"/{project.full_name}/pull/1/comments", body="x").status_code == 403


def test_an_installation_sees_more_and_less(alone: tuple[RunningPlayground, Receiver, Browser]) -> None:
    playground, receiver, browser = alone
    with app_client(playground) as app:
        shop = app.get("/repos/acme/shop/installation").json()
        path = f"/settings/installations/{shop['id']}"
        browser.press(path, action="selected")
        with installation_client(playground, app, "acme/shop") as bot:
            repository = bot.get("/repos/acme/shop").json()["id"]
            browser.press(path, action="remove", repository=str(repository))
            removed = receiver.expect("installation_repositories.removed").payload
            assert [one["full_name"] for one in removed["repositories_removed"]] == ["acme/shop"]
            assert bot.get("/repos/acme/shop").status_code == 404
        browser.press(path, action="all")
        added = receiver.expect("installation_repositories.added").payload
        assert ([one["id"] for one in added["repositories_added"]], added["repository_selection"]) == (
            [repository],
            "all",
        )


def test_a_permission_is_withheld_and_accepted(alone: tuple[RunningPlayground, Receiver, Browser]) -> None:
    playground, receiver, browser = alone
    with app_client(playground) as app:
        path = f"/settings/installations/{app.get('/repos/acme/shop/installation').json()['id']}"
        browser.press(path, action="withhold", permission="checks")
        with installation_client(playground, app, "acme/shop") as bot:
            sha = bot.get("/repos/acme/shop/pulls/1").json()["head"]["sha"]
            run = {"name": "slipway", "head_sha": sha}
            assert bot.post("/repos/acme/shop/check-runs", json=run).status_code == 403
        assert "Accept new permissions" in browser.page(path)
        browser.press(path, action="accept")
        payload = receiver.expect("installation.new_permissions_accepted").payload
        assert payload["installation"]["permissions"]["checks"] == "write"
        with installation_client(playground, app, "acme/shop") as bot:
            assert bot.post("/repos/acme/shop/check-runs", json=run).status_code == 201


def test_the_app_is_suspended_sent_away_and_installed_anew(
    alone: tuple[RunningPlayground, Receiver, Browser],
) -> None:
    playground, receiver, browser = alone
    with app_client(playground) as app:
        before = app.get("/repos/acme/shop/installation").json()["id"]
        for action in ("suspend", "suspend", "uninstall"):
            browser.press(f"/settings/installations/{before}", action=action)
        assert app.get("/repos/acme/shop/installation").status_code == 404
        browser.press("/settings/installations", account="acme")
        created = receiver.expect("installation.created").payload
        assert created["installation"]["id"] == app.get("/repos/acme/shop/installation").json()["id"] > before
    assert [one["full_name"] for one in created["repositories"]] == ["acme/shop", "acme/api", "acme/site"]
    assert [name.split(".")[1] for name in receiver.names] == ["suspend", "unsuspend", "deleted", "created"]
    assert receiver.received[0].payload["sender"]["login"] == "admin"


def test_only_its_owner_sees_an_installation(playground: RunningPlayground, browser: Browser) -> None:
    with app_client(playground) as app:
        acme = app.get("/repos/acme/shop/installation").json()["id"]
    assert browser.client.get(f"/settings/installations/{acme}").status_code == 404
    assert browser.send(f"/settings/installations/{acme}", action="uninstall").status_code == 404
    assert browser.send("/settings/installations", account="acme").status_code == 404
    assert "writer" in browser.page("/settings/installations")


def test_people_leave_and_come_back(alone: tuple[RunningPlayground, Receiver, Browser]) -> None:
    _, receiver, browser = alone
    people = "/organizations/acme/people"
    browser.press(people, action="leave", team="makers", login="reader")
    browser.press(people, action="join", team="makers", login="reader")
    browser.press(people, action="dismiss", login="reader")
    browser.press(people, action="welcome", login="reader")
    receiver.expect("organization.member_added")
    assert receiver.names == [
        "membership.removed",
        "membership.added",
        "membership.removed",
        "organization.member_removed",
        "organization.member_added",
    ]
    browser.act_as("writer")
    assert browser.send(people, action="dismiss", login="reader").status_code == 403
