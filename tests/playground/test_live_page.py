"""The page of a pull request in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.playground.browser import Tab, chromium
from tests.playground.conftest import Project
from tests.playground.running import eventually

pytestmark = pytest.mark.browser

ANSWER = "### Preview\n\n<details><summary>Log</summary>\n\n```\nlistening\n```\n</details>"


@pytest.fixture
def tab(tmp_path: Path) -> Iterator[Tab]:
    with chromium(tmp_path / "profile") as opened:
        yield opened


def _conversation(tab: Tab) -> str:
    return str(tab.value("document.querySelector('[data-live]')?.innerText ?? ''"))


def test_the_page_follows_what_happens_and_keeps_what_is_typed(project: Project, tab: Tab) -> None:
    project.open_pull()
    tab.open(f"http://localhost:{project.playground.port}/{project.full_name}/pull/1")
    tab.value("document.querySelector('#body').value = '/preview later'")
    said = project.bot.post(f"{project.path}/issues/1/comments", json={"body": ANSWER}).json()["id"]
    eventually(lambda: "slipway[bot]" in _conversation(tab), "the bot's comment to appear")
    tab.value("document.querySelector('.said details').open = true")
    project.bot.post(f"{project.path}/check-runs", json={"name": "slipway / preview", "head_sha": project.copy.head})
    project.bot.patch(f"{project.path}/issues/comments/{said}", json={"body": ANSWER.replace("Preview", "Ready")})
    eventually(lambda: "slipway / preview" in _conversation(tab), "the check to appear")
    eventually(lambda: "Ready" in _conversation(tab), "the comment to change")
    assert tab.value("document.querySelector('#body').value") == "/preview later"
    assert tab.value("document.querySelector('.said details').open") is True


def test_a_comment_is_typed_and_sent(project: Project, tab: Tab) -> None:
    project.open_pull()
    tab.open(f"http://localhost:{project.playground.port}/{project.full_name}/pull/1")
    tab.value("document.querySelector('#body').value = '/preview'")
    tab.value("document.querySelector('button.primary').click()")
    assert project.expect("issue_comment.created").payload["comment"]["body"] == "/preview"
    eventually(lambda: "/preview" in _conversation(tab), "the comment to be shown")


def test_a_sign_in_leads_the_browser_to_the_bot(project: Project, tab: Tab) -> None:
    client_id = project.playground.app["client_id"]
    redirect = "http://localhost:8080/auth/callback"
    tab.open(f"{project.playground.web_url}/login/oauth/authorize?client_id={client_id}&redirect_uri={redirect}")
    tab.value("document.querySelector('button.account').click()")
    # Nobody listens there in this test: what counts is that the content security policy let the browser go.
    eventually(lambda: tab.value("location.href").startswith(("chrome-error:", redirect)), "the browser to leave")
