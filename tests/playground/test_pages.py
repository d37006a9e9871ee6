"""The pages: who you are, what you see, what you can press."""

import re
from html.parser import HTMLParser

import httpx
import pytest

from tests.playground.app_tokens import app_client, installation_client
from tests.playground.conftest import Project
from tests.playground.running import RunningPlayground
from tests.playground.site import Browser


class Tags(HTMLParser):
    """The tags of a page as a browser reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_front_page_leads_to_the_sample_pull_requests(browser: Browser) -> None:
    page = browser.page("/")
    for name in ("shop", "api", "site"):
        assert f'href="/acme/{name}/pull/1"' in page
    assert "You act as <b>writer</b>" in page


def test_somebody_else_is_chosen_and_remembered(browser: Browser) -> None:
    browser.act_as("reader")
    assert "You act as <b>reader</b>" in browser.page("/")


def test_the_cookie_belongs_to_this_playground_and_to_no_script(
    playground: RunningPlayground, browser: Browser
) -> None:
    cookie = browser.client.get("/").headers["set-cookie"]
    assert cookie.startswith(f"playground_{playground.port}=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_a_cookie_that_was_tampered_with_is_nobody_special(playground: RunningPlayground, browser: Browser) -> None:
    browser.page("/")
    name = f"playground_{playground.port}"
    forged = browser.client.cookies[name].strip('"').replace("writer", "admin")
    answer = httpx.get(f"{playground.web_url}/", cookies={name: forged}, trust_env=False, verify=False)
    assert "You act as <b>writer</b>" in answer.text


def test_a_comment_is_said_by_the_form(project: Project, browser: Browser) -> None:
    project.open_pull()
    answer = browser.send(f"/{project.full_name}/pull/1/comments", body="/preview\r\nplease")
    assert answer.status_code == 303
    assert project.expect("issue_comment.created").payload["comment"]["body"] == "/preview\nplease"
    assert "/preview" in browser.page(f"/{project.full_name}/pull/1")


def test_a_form_from_elsewhere_does_nothing(project: Project, browser: Browser) -> None:
    project.open_pull()
    browser.page("/")
    for token in ("", "0" * 64, "ä"):
        answer = browser.client.post(
            f"/{project.full_name}/pull/1/comments", data={"body": "forged", "form_token": token}
        )
        assert answer.status_code == 403
    with httpx.Client(base_url=project.playground.web_url, trust_env=False, verify=False) as other:
        token = re.findall(r'name="form_token" value="(\w+)"', other.get("/").text)[0]
    stolen = browser.client.post(f"/{project.full_name}/pull/1/comments", data={"body": "x", "form_token": token})
    assert stolen.status_code == 403
    assert project.bot.get(f"{project.path}/issues/1/comments").json() == []


def test_a_pull_request_is_closed_reopened_and_merged_by_buttons(project: Project, browser: Browser) -> None:
    project.open_pull()
    path = f"/{project.full_name}/pull/1"
    for state in ("closed", "open"):
        assert browser.send(f"{path}/state", state=state).status_code == 303
        assert project.bot.get(f"{project.path}/pulls/1").json()["state"] == state
    assert browser.send(f"{path}/merge").status_code == 303
    assert "Merged" in browser.page(path)


def test_the_buttons_of_a_completed_check_reach_the_app(project: Project, browser: Browser) -> None:
    project.open_pull()
    action = {"label": "Restart", "identifier": "restart", "description": "Once more"}
    body = {"name": "slipway", "head_sha": project.copy.head, "conclusion": "failure", "actions": [action]}
    run = project.bot.post(f"{project.path}/check-runs", json=body).json()["id"]
    assert "Restart" in browser.page(f"/{project.full_name}/pull/1")
    assert browser.send(f"/{project.full_name}/runs/{run}/rerequest", here="/").status_code == 303
    assert project.expect("check_run.rerequested").payload["sender"]["login"] == "writer"
    assert browser.send(f"/{project.full_name}/runs/{run}/action", identifier="restart", here="/").status_code == 303
    assert project.expect("check_run.requested_action").payload["requested_action"] == {"identifier": "restart"}
    assert browser.send(f"/{project.full_name}/runs/{run}/action", identifier="other", here="/").status_code == 422


def test_a_reader_sees_and_comments_and_presses_nothing(playground: RunningPlayground, browser: Browser) -> None:
    browser.act_as("reader")
    page = browser.page("/acme/site/pull/1")
    assert "Close pull request" not in page
    assert ">Merge<" not in page
    assert browser.send("/acme/site/pull/1/state", state="closed").status_code == 403
    assert browser.send("/acme/site/pull/1/merge").status_code == 403
    assert browser.send("/acme/site/pull/1/comments", body="Nice").status_code == 303


def test_what_somebody_may_not_see_is_not_there(project: Project, browser: Browser) -> None:
    project.open_pull()
    browser.act_as("reader")
    for path in ("", "/pull/1", "/pull/1/live", "/pull/1/files", f"/commit/{project.copy.head}"):
        assert browser.client.get(f"/{project.full_name}{path}").status_code == 404
    assert project.full_name.split("/")[1] not in browser.page("/")


def test_what_people_write_stays_text(playground: RunningPlayground, browser: Browser) -> None:
    evil = '<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a></div></main>'
    with app_client(playground) as app, installation_client(playground, app, "acme/site") as bot:
        bot.post("/repos/acme/site/issues/1/comments", json={"body": f"<!-- hidden -->\n{evil}"})
        sha = bot.get("/repos/acme/site/pulls/1").json()["head"]["sha"]
        output = {"title": evil, "summary": evil, "text": evil}
        bot.post("/repos/acme/site/check-runs", json={"name": evil, "head_sha": sha, "output": output})
    page = browser.page("/acme/site/pull/1")
    assert "hidden -->" not in page
    assert page.count("</main>") == 1
    tags = Tags()
    tags.feed(page)
    assert [attributes.get("src") for name, attributes in tags.found if name == "script"] == ["/static/live.js"]
    assert not [one for one in tags.found for name in one[1] if name.startswith("on")]
    assert not [one for one in tags.found if (one[1].get("href") or "").startswith("javascript:")]


def test_pages_forbid_foreign_scripts_and_frames(browser: Browser) -> None:
    headers = browser.client.get("/").headers
    assert "default-src 'none'; script-src 'self'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"


def test_a_name_that_was_pointed_here_is_refused(playground: RunningPlayground) -> None:
    answer = httpx.get(f"{playground.web_url}/", headers={"Host": "evil.example"}, trust_env=False, verify=False)
    assert answer.status_code == 400


def test_the_webhook_log_is_shown_and_sends_again(project: Project, browser: Browser) -> None:
    project.open_pull()
    received = project.expect("pull_request.opened")
    with app_client(project.playground) as app:
        logged = next(one for one in app.get("/app/hook/deliveries").json() if one["guid"] == received.guid)
    assert received.guid in browser.page("/deliveries")
    assert project.full_name in browser.page(f"/deliveries/{logged['id']}")
    assert browser.send(f"/deliveries/{logged['id']}/attempts").status_code == 303
    assert project.expect("pull_request.opened", 2).guid == received.guid


def test_a_pushed_branch_is_offered_by_a_button(project: Project, browser: Browser) -> None:
    assert "Open pull request" in browser.page(f"/{project.full_name}")
    answer = browser.send(f"/{project.full_name}/pulls", branch="topic")
    assert answer.headers["location"] == f"/{project.full_name}/pull/1"
    assert project.expect("pull_request.opened").payload["pull_request"]["title"] == "Write topic.txt"


@pytest.mark.parametrize("here", ["https://evil.example/", "//evil.example/", "/\\evil.example/", ""])
def test_choosing_somebody_leads_nowhere_else(browser: Browser, here: str) -> None:
    assert browser.send("/account", login="admin", here=here).headers["location"] == "/"
