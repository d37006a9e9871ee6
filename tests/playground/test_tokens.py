"""Who is let in, and how far: the App's JSON web tokens, installation tokens, people's tokens."""

import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.playground.app_tokens import app_client, installation_client, json_web_token
from tests.playground.conftest import Project
from tests.playground.running import RunningPlayground

NOW = int(time.time())


@pytest.mark.parametrize("issuer", ["app_id", "client_id"])
def test_the_app_is_known_by_either_id(playground: RunningPlayground, issuer: str) -> None:
    with playground.client(json_web_token(playground, iss=str(playground.app[issuer]))) as app:
        assert app.get("/app").json()["slug"] == "slipway"


@pytest.mark.parametrize(
    ("claims", "status", "message"),
    [
        ({"exp": NOW - 1}, 401, "'Expiration time' claim ('exp') must be"),
        ({"exp": None}, 401, "'Expiration time' claim ('exp') must be"),
        ({"exp": "soon"}, 401, "'Expiration time' claim ('exp') must be"),
        ({"exp": NOW + 3600}, 401, "too far in the future"),
        ({"iat": NOW + 3600}, 401, "'Issued at' claim ('iat') must be"),
        ({"iat": None}, 401, "'Issued at' claim ('iat') must be"),
        ({"iss": None}, 401, "Missing 'issuer' claim"),
        ({"iss": "1"}, 404, "Integration not found"),
    ],
)
def test_a_wrong_claim_is_refused_by_name(
    playground: RunningPlayground, claims: dict[str, Any], status: int, message: str
) -> None:
    with playground.client(json_web_token(playground, **claims)) as app:
        answer = app.get("/app")
        assert answer.status_code == status
        assert message in answer.json()["message"]


def test_a_token_of_another_key_is_refused(playground: RunningPlayground) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = jwt.encode({"iat": NOW, "exp": NOW + 60, "iss": str(playground.app["app_id"])}, key, algorithm="RS256")
    with playground.client(forged) as app:
        answer = app.get("/app")
        assert (answer.status_code, answer.json()["message"]) == (401, "A JSON web token could not be decoded")


def test_an_unsigned_token_is_refused(playground: RunningPlayground) -> None:
    claims = {"iat": NOW, "exp": NOW + 60, "iss": str(playground.app["app_id"])}
    with playground.client(jwt.encode(claims, "", algorithm="none")) as app:
        assert app.get("/app").status_code == 401


@pytest.mark.parametrize(
    "authorization", ["Bearer nonsense", "token ghp_nobody", "Basic !!", "Digest x", "Bearer a.b.c.d"]
)
def test_bad_credentials_are_refused(playground: RunningPlayground, authorization: str) -> None:
    with playground.client(None) as client:
        answer = client.get("/repos/acme/shop", headers={"Authorization": authorization})
        assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")


def test_each_kind_of_token_opens_its_own_doors_only(playground: RunningPlayground) -> None:
    with (
        app_client(playground) as app,
        installation_client(playground, app, "acme/shop") as bot,
        playground.acting_as("admin") as admin,
        playground.client(None) as nobody,
    ):
        assert [client.get("/app").status_code for client in (app, bot, admin, nobody)] == [200, 401, 401, 401]
        assert [client.get("/user").status_code for client in (app, bot, admin, nobody)] == [401, 403, 200, 401]
        shop = [client.get("/repos/acme/shop").status_code for client in (app, bot, admin, nobody)]
        assert shop == [401, 200, 200, 404]
        listed = [client.get("/installation/repositories").status_code for client in (app, bot, admin, nobody)]
        assert listed == [403, 200, 403, 403]


def test_a_token_reaches_only_the_repositories_asked_for(playground: RunningPlayground) -> None:
    with app_client(playground) as app, installation_client(playground, app, "acme/shop", repositories=["shop"]) as bot:
        listed = bot.get("/installation/repositories").json()
        assert [one["full_name"] for one in listed["repositories"]] == ["acme/shop"]
        assert listed["repository_selection"] == "selected"
        assert bot.get("/repos/acme/shop").status_code == 200
        assert bot.get("/repos/acme/api").status_code == 404


def test_a_token_has_only_the_permissions_asked_for(playground: RunningPlayground) -> None:
    permissions = {"issues": "read"}
    with (
        app_client(playground) as app,
        installation_client(playground, app, "acme/shop", permissions=permissions) as bot,
    ):
        assert bot.get("/repos/acme/shop").status_code == 200
        assert bot.get("/repos/acme/shop/issues/1/comments").status_code == 200
        refused = [
            bot.post("/repos/acme/shop/issues/1/comments", json={"body": "no"}),
            bot.get("/repos/acme/shop/contents/app.py"),
            bot.post("/repos/acme/shop/check-runs", json={"name": "x", "head_sha": "0" * 40}),
        ]
        assert {(one.status_code, one.json()["message"]) for one in refused} == {
            (403, "Resource not accessible by integration")
        }


@pytest.mark.parametrize(
    "body",
    [
        {"permissions": {"members": "write"}},
        {"permissions": {"administration": "read"}},
        {"permissions": {"issues": "all"}},
        {"repositories": ["shop", "nothing"]},
        {"repository_ids": [1]},
        {"repositories": "shop"},
    ],
)
def test_a_token_with_more_than_the_installation_has_is_refused(
    playground: RunningPlayground, body: dict[str, Any]
) -> None:
    with app_client(playground) as app:
        installation = app.get("/repos/acme/shop/installation").json()["id"]
        assert app.post(f"/app/installations/{installation}/access_tokens", json=body).status_code == 422


def test_a_revoked_token_is_over(project: Project) -> None:
    assert project.bot.delete("/installation/token").status_code == 204
    assert project.bot.get(project.path).status_code == 401


def test_the_app_sees_no_repository_that_it_was_not_given(project: Project) -> None:
    with project.playground.acting_as("reader") as reader, app_client(project.playground) as app:
        fork = reader.post("/repos/acme/site/forks", json={}).json()["full_name"]
        assert app.get(f"/repos/{fork}/installation").status_code == 404
        assert project.bot.get(f"/repos/{fork}").status_code == 404


def test_a_call_without_a_user_agent_is_refused(playground: RunningPlayground) -> None:
    with playground.acting_as("admin") as admin:
        assert admin.get("/user", headers={"User-Agent": ""}).status_code == 403


def test_answers_carry_the_headers_clients_read(playground: RunningPlayground) -> None:
    with playground.acting_as("admin") as admin:
        headers = admin.get("/user").headers
        assert int(headers["x-ratelimit-remaining"]) + int(headers["x-ratelimit-used"]) == 5000
        assert int(headers["x-ratelimit-reset"]) > time.time()
        assert headers["date"]
        assert headers["x-github-request-id"]
        assert headers["content-type"] == "application/json; charset=utf-8"
