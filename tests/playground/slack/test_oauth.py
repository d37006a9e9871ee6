"""Installing the app into many workspaces."""

import pytest

from tests.playground.slack.conftest import Ground
from tests.playground.slack.script import SCOPES


def _asked(ground: Ground, **other: str) -> dict[str, str]:
    return {
        "client_id": ground.playground.slack["client_id"],
        "scope": SCOPES,
        "state": "s",
        "redirect_uri": "http://localhost:8080/slack/oauth",
    } | other


def test_a_code_becomes_a_token_for_one_workspace(ground: Ground) -> None:
    told = ground.script.exchange(ground.script.code("Globex"))
    team = ground.script.workspace("Globex")
    assert (told["ok"], told["token_type"], told["team"]) == (True, "bot", {"id": team["team_id"], "name": "Globex"})
    assert told["authed_user"]["id"] == ground.script.user_id("gina", "Globex")
    assert told["enterprise"] is None and told["is_enterprise_install"] is False
    there = ground.client_of(told["access_token"])
    assert there.auth_test()["team"] == "Globex"
    assert told["access_token"] != ground.token


def test_a_code_is_spent_by_being_shown(ground: Ground) -> None:
    code = ground.script.code()
    assert ground.script.exchange(code)["ok"]
    assert ground.script.exchange(code)["error"] == "invalid_code"
    assert ground.script.exchange("guessed")["error"] == "invalid_code"


def test_a_code_needs_the_apps_secret_and_its_address(ground: Ground) -> None:
    assert ground.script.exchange(ground.script.code(), secret="wrong")["error"] == "bad_client_secret"
    elsewhere = ground.script.exchange(ground.script.code(), redirect_uri="http://localhost:8080/other")
    assert elsewhere["error"] == "bad_redirect_uri"
    app = ground.playground.slack
    said = {"client_id": "1.2", "client_secret": app["client_secret"], "code": "x"}
    answer = ground.script.client.post("/slack/api/oauth.v2.access", data=said)
    assert answer.json()["error"] == "invalid_client_id"


def test_somebody_can_say_no(ground: Ground) -> None:
    told = ground.script.do("authorize", user="admin", query=_asked(ground), allow=False)
    assert told["location"] == "http://localhost:8080/slack/oauth?error=access_denied&state=s"


@pytest.mark.parametrize(
    ("other", "word"),
    [
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"redirect_uri": "http://evil.example/slack/oauth"}, "bad_redirect_uri"),
        ({"redirect_uri": "http://localhost:8080.evil.example/"}, "bad_redirect_uri"),
        ({"scope": "chat:write,admin"}, "invalid_scope: admin"),
        ({"scope": ""}, "invalid_scope"),
        ({"user_scope": "chat:write"}, "invalid_scope"),
    ],
)
def test_what_the_app_may_not_ask_for(ground: Ground, other: dict[str, str], word: str) -> None:
    refused = ground.script.try_to("authorize", user="admin", query=_asked(ground, **other))
    assert refused.status_code == 422
    assert refused.json()["message"].startswith(word)


def test_the_credentials_stay_over_a_restart_and_are_for_the_owner_alone(ground: Ground) -> None:
    path = ground.playground.data_dir / "playground" / "slack.json"
    assert path.stat().st_mode & 0o777 == 0o600
    told = ground.playground.slack
    assert told["api_url"] == f"{ground.playground.web_url}/slack/api"
    assert told["web_url"] == f"http://localhost:{ground.playground.port}/slack"
