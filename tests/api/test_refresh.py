"""`POST /auth/refresh`: sessions and tokens that go on under another name, and end all the same."""

import pytest

from engine.access import sessions, tokens
from engine.access.hashes import hash_of
from engine.access.tokens import Scope
from tests.access.world import READER
from tests.api.deploys import Deploys, code_of
from tests.signin.client import Web

LIST = "/api/previews?repository=acme/shop"


def proof(web: Web) -> dict[str, str]:
    """What a page of ours sends with a session."""
    return {"X-Slipway-CSRF": sessions.csrf_of(web.session)}


def test_a_session_goes_on_under_another_value(web: Web) -> None:
    web.sign_in(READER)
    old = web.session
    web.clock.at += web.settings.session_ttl - 1
    answer = web.client.post("/auth/refresh", headers=proof(web))
    assert answer.status_code == 200, answer.text
    assert web.session not in ("", old)
    assert answer.json()["csrf"] == hash_of(f"csrf:{web.session}")
    assert "HttpOnly; SameSite=Lax" in answer.headers["set-cookie"]
    assert web.session not in answer.text
    web.clock.at += web.settings.session_ttl - 1
    assert web.client.get(LIST).status_code == 200


def test_the_old_value_is_dead_at_once(web: Web) -> None:
    web.sign_in(READER)
    old, header = web.session, proof(web)
    assert web.client.post("/auth/refresh", headers=header).status_code == 200
    web.client.hold(f"slipway_{web.world.instance}_session", old)
    assert web.client.get(LIST).status_code == 401
    assert code_of(web.client.post("/auth/refresh", headers=header)) == (401, "sign_in_first")


def test_a_session_ends_a_week_after_signing_in_however_often_it_was_refreshed(web: Web) -> None:
    web.sign_in(READER)
    began = web.clock.at
    while web.client.post("/auth/refresh", headers=proof(web)).status_code == 200:
        web.clock.at += web.settings.session_ttl / 2
        assert web.clock.at < began + 2 * sessions.LONGEST
    assert web.clock.at >= began + sessions.LONGEST
    assert web.client.get(LIST).status_code == 401


def test_another_sites_page_refreshes_nothing(web: Web) -> None:
    web.sign_in(READER)
    old = web.session
    for headers in ({}, {"Origin": "https://evil.example"}, {"X-Slipway-CSRF": "guess"}):
        assert code_of(web.client.post("/auth/refresh", headers=headers)) == (403, "csrf")
    assert web.session == old
    assert web.client.get(LIST).status_code == 200


def test_a_token_goes_on_under_another_value_with_the_same_scopes(deploys: Deploys) -> None:
    web, old = deploys.web, deploys.key("reader", Scope.READ, seconds=100)
    web.clock.at += 90
    answer = web.client.post("/auth/refresh", headers=old)
    new = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert answer.json()["expires_at"] == "2027-01-15T08:03:10Z"
    web.clock.at += 90
    assert web.client.get(LIST, headers=new).status_code == 200
    assert code_of(web.client.get(LIST, headers=old)) == (401, "sign_in_first")
    refused = web.client.post("/api/deployments", headers=new, json={"repository": "acme/shop"})
    assert code_of(refused) == (403, "not_permitted")


def test_a_token_ends_a_year_after_it_was_made(deploys: Deploys) -> None:
    month = 30 * 86400.0
    key, began = deploys.key("reader", seconds=month), deploys.web.clock.at
    while (answer := deploys.web.client.post("/auth/refresh", headers=key)).status_code == 200:
        key = {"Authorization": f"Bearer {answer.json()['token']}"}
        deploys.web.clock.at += month / 2
        assert deploys.web.clock.at < began + 2 * tokens.LONGEST
    assert deploys.web.clock.at >= began + tokens.LONGEST


@pytest.mark.parametrize("value", ["Bearer slp_nothing", "Bearer", ""])
def test_what_is_no_good_key_is_not_refreshed(deploys: Deploys, value: str) -> None:
    answer = deploys.web.client.post("/auth/refresh", headers={"Authorization": value})
    assert code_of(answer) == (401, "sign_in_first")


def test_a_revoked_token_is_not_refreshed(deploys: Deploys) -> None:
    key = deploys.key("reader")
    with deploys.web.world.database.write() as connection:
        assert tokens.revoke(connection, key["Authorization"].removeprefix("Bearer "), deploys.web.clock())
    assert code_of(deploys.web.client.post("/auth/refresh", headers=key)) == (401, "sign_in_first")


def test_reading_refreshes_nothing(web: Web) -> None:
    web.sign_in(READER)
    assert web.client.get("/auth/refresh").status_code == 405
