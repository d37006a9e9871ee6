"""Who may call the Web API, and how a call is read."""

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.playground.slack.conftest import Ground
from tests.playground.slack.script import SCOPES


def _word(client: WebClient, method: str, **said: object) -> str:
    with pytest.raises(SlackApiError) as refused:
        client.api_call(method, json=said)
    return str(refused.value.response["error"])


def test_a_token_tells_whose_it_is(ground: Ground) -> None:
    told = ground.client.auth_test()
    assert (told["team"], told["user"], told["team_id"]) == ("Acme", "slipway", ground.script.workspace()["team_id"])
    assert told["user_id"] == ground.script.look("install")["bot_user_id"]
    assert str(told["bot_id"]).startswith("B0")


@pytest.mark.parametrize(("token", "word"), [("", "not_authed"), ("xoxb-1-2-3", "invalid_auth"), ("Ω", "invalid_auth")])
def test_a_token_that_was_never_given_is_refused(ground: Ground, token: str, word: str) -> None:
    answer = ground.script.client.post("/slack/api/auth.test", data={"token": token})
    assert answer.json() == {"ok": False, "error": word}


def test_a_token_ends_when_it_is_revoked_and_when_the_app_is_uninstalled(ground: Ground) -> None:
    ground.script.do("revoke")
    assert _word(ground.client, "auth.test") == "token_revoked"
    again = ground.client_of(ground.script.install())
    assert again.auth_test()["ok"]
    ground.script.do("uninstall")
    assert _word(again, "auth.test") == "account_inactive"
    assert _word(ground.client, "auth.test") == "token_revoked"


def test_installed_again_the_app_keeps_its_token_and_never_loses_scopes(ground: Ground) -> None:
    again = ground.script.exchange(ground.script.code(scopes="chat:write,team:read"))
    assert again["access_token"] == ground.token
    assert again["scope"] == ",".join(sorted([*SCOPES.split(","), "team:read"]))
    assert ground.client.team_info()["team"]["domain"] == "acme"


@pytest.mark.parametrize(
    ("method", "needed"),
    [
        ("team.info", "team:read"),
        ("conversations.history", "im:history"),
        ("conversations.info", "im:read"),
    ],
)
def test_a_scope_that_is_missing_is_named(ground: Ground, method: str, needed: str) -> None:
    direct = ground.client.conversations_open(users=ground.script.user_id("writer"))["channel"]["id"]
    with pytest.raises(SlackApiError) as refused:
        ground.client.api_call(method, params={"channel": direct})
    told = refused.value.response
    assert (told["error"], told["needed"], told["provided"]) == (
        "missing_scope",
        needed,
        ",".join(sorted(SCOPES.split(","))),
    )


def test_without_the_scope_nothing_is_posted_and_no_view_is_lost(ground: Ground) -> None:
    ground.script.do("uninstall")
    poor = ground.client_of(ground.script.install(scopes="commands"))
    assert _word(poor, "chat.postMessage", channel=ground.script.channel_id("deploys"), text="x") == "missing_scope"
    assert _word(poor, "users.info", user=ground.script.user_id("writer")) == "missing_scope"
    assert _word(poor, "conversations.open", users=ground.script.user_id("writer")) == "missing_scope"


def test_arguments_come_by_form_by_json_or_by_query(ground: Ground) -> None:
    channel = ground.script.channel_id("deploys")
    header = {"Authorization": f"Bearer {ground.token}"}
    post = ground.script.client.post
    sent = [
        post("/slack/api/chat.postMessage", data={"token": ground.token, "channel": channel, "text": "form"}),
        post("/slack/api/chat.postMessage", json={"channel": channel, "text": "json"}, headers=header),
        post("/slack/api/chat.postMessage", params={"channel": channel, "text": "query"}, headers=header),
    ]
    assert [one.json()["message"]["text"] for one in sent] == ["form", "json", "query"]
    # With JSON, the token is taken from the header alone.
    assert post("/slack/api/auth.test", json={"token": ground.token}).json()["error"] == "not_authed"


def test_methods_that_only_read_do_not_see_json(ground: Ground) -> None:
    header = {"Authorization": f"Bearer {ground.token}"}
    said = {"user": ground.script.user_id("writer")}
    post = ground.script.client.post
    assert post("/slack/api/users.info", json=said, headers=header).json()["error"] == "user_not_found"
    assert post("/slack/api/users.info", data=said, headers=header).json()["user"]["name"] == "writer"


def test_what_cannot_be_read_is_refused(ground: Ground) -> None:
    def word(**request: object) -> str:
        answer: httpx.Response = ground.script.client.post("/slack/api/auth.test", **request)  # type: ignore[arg-type]
        return str(answer.json()["error"])

    assert word(content=b"{", headers={"content-type": "application/json"}) == "invalid_json"
    assert word(content=b"[]", headers={"content-type": "application/json"}) == "json_not_object"
    assert word(content=b"<a/>", headers={"content-type": "text/xml"}) == "invalid_post_type"
    assert _word(ground.client, "chat.shout") == "unknown_method"


def test_people_are_told_by_their_ids(ground: Ground) -> None:
    told = ground.client.users_info(user=ground.script.user_id("writer"))["user"]
    assert (told["name"], told["is_bot"], told["real_name"]) == ("writer", False, "Wren Writer")
    assert [one["name"] for one in ground.client.users_list()["members"]] == ["admin", "writer", "reader", "slipway"]
    stranger = ground.script.user_id("gina", "Globex")
    for word in (stranger, "writer", ""):
        with pytest.raises(SlackApiError, match="user_not_found"):
            ground.client.users_info(user=word)
