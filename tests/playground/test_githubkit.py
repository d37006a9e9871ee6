"""The bot's own client, unmodified, finds a GitHub here."""

from collections.abc import Iterator

import githubkit
import pytest
from githubkit import AppAuthStrategy, GitHub
from githubkit.exception import RequestFailed

from tests.playground.running import RunningPlayground


@pytest.fixture
def app(playground: RunningPlayground) -> Iterator[GitHub[AppAuthStrategy]]:
    strategy = AppAuthStrategy(str(playground.app["app_id"]), playground.app["private_key_pem"])
    with githubkit.GitHub(strategy, base_url=playground.api_url, http_cache=False, auto_retry=False) as client:
        yield client


def test_from_the_app_to_a_check_run(app: GitHub[AppAuthStrategy]) -> None:
    found = app.rest.apps.get_repo_installation("acme", "shop").parsed_data
    bot = app.with_auth(app.auth.as_installation(found.id))
    pull = bot.rest.pulls.get("acme", "shop", 1).parsed_data
    assert pull.user.login == "writer"
    run = bot.rest.checks.create(
        "acme", "shop", name="slipway", head_sha=pull.head.sha, status="in_progress"
    ).parsed_data
    output = {"title": "Ready", "summary": "It runs."}
    done = bot.rest.checks.update("acme", "shop", run.id, conclusion="success", output=output).parsed_data
    assert (done.status, done.conclusion, done.output.title) == ("completed", "success", "Ready")
    assert done.head_sha == pull.head.sha


def test_comments_and_reactions(app: GitHub[AppAuthStrategy]) -> None:
    bot = app.with_auth(app.auth.as_installation(app.rest.apps.get_repo_installation("acme", "api").parsed_data.id))
    comment = bot.rest.issues.create_comment("acme", "api", 1, body="Working on it").parsed_data
    eyes = bot.rest.reactions.create_for_issue_comment("acme", "api", comment.id, content="eyes").parsed_data
    assert eyes.content == "eyes"
    changed = bot.rest.issues.update_comment("acme", "api", comment.id, body="Done").parsed_data
    assert (changed.id, changed.body) == (comment.id, "Done")
    assert changed.user is not None
    assert changed.user.login == "slipway[bot]"


def test_files_of_a_commit_and_what_somebody_may_do(app: GitHub[AppAuthStrategy]) -> None:
    bot = app.with_auth(app.auth.as_installation(app.rest.apps.get_repo_installation("acme", "site").parsed_data.id))
    page = bot.rest.repos.get_content(
        "acme", "site", "index.html", headers={"Accept": "application/vnd.github.raw+json"}
    )
    assert page.content.startswith(b"<!doctype html>")
    permission = bot.rest.repos.get_collaborator_permission_level("acme", "site", "reader").parsed_data
    assert (permission.permission, permission.role_name) == ("read", "read")


def test_what_is_not_there_is_a_404(app: GitHub[AppAuthStrategy]) -> None:
    with pytest.raises(RequestFailed) as refused:
        app.rest.apps.get_repo_installation("acme", "nothing")
    assert refused.value.response.status_code == 404
