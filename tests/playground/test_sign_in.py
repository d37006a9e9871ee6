"""Signing in to the bot through the playground."""

import base64
import hashlib
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.playground.running import RunningPlayground

CALLBACK = "http://localhost:8080/auth/callback?next=1"


@pytest.fixture
def browser(playground: RunningPlayground) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=playground.web_url, trust_env=False, verify=False) as client:
        yield client


def _form(playground: RunningPlayground, **fields: str) -> dict[str, str]:
    return {
        "client_id": playground.app["client_id"],
        "redirect_uri": CALLBACK,
        "state": "s/t&e",
        "login": "reader",
        **fields,
    }


def _code(browser: httpx.Client, playground: RunningPlayground, **fields: str) -> str:
    answer = browser.post("/login/oauth/authorize", data=_form(playground, **fields))
    assert answer.status_code == 303, answer.text
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


def _exchange(browser: httpx.Client, playground: RunningPlayground, code: str, /, **fields: str) -> dict[str, str]:
    said = {
        "client_id": playground.app["client_id"],
        "client_secret": playground.app["client_secret"],
        "code": code,
        **fields,
    }
    answer = browser.post("/login/oauth/access_token", data=said, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    content: dict[str, str] = answer.json()
    return content


def test_the_page_offers_every_account(playground: RunningPlayground, browser: httpx.Client) -> None:
    page = browser.get("/login/oauth/authorize", params=_form(playground)).text
    assert re.findall(r'class="account" name="login" value="(\w+)"', page) == ["admin", "writer", "reader"]
    assert 'value="s/t&amp;e"' in page


def test_from_the_page_to_who_somebody_is(playground: RunningPlayground, browser: httpx.Client) -> None:
    answer = browser.post("/login/oauth/authorize", data=_form(playground))
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert answer.headers["location"].startswith("http://localhost:8080/auth/callback?next=1&")
    assert (query["state"], query["next"]) == (["s/t&e"], ["1"])
    granted = _exchange(browser, playground, query["code"][0])
    assert (granted["token_type"], granted["access_token"][:4]) == ("bearer", "ghu_")
    with playground.client(granted["access_token"]) as client:
        assert client.get("/user").json()["login"] == "reader"
        assert client.get("/repos/acme/shop").json()["permissions"]["push"] is False
        assert client.get("/app").status_code == 401


def test_a_code_is_good_once(playground: RunningPlayground, browser: httpx.Client) -> None:
    code = _code(browser, playground)
    assert "access_token" in _exchange(browser, playground, code)
    assert _exchange(browser, playground, code)["error"] == "bad_verification_code"


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"code": "nonsense"}, "bad_verification_code"),
        ({"client_secret": "wrong"}, "incorrect_client_credentials"),
        ({"client_id": "wrong"}, "incorrect_client_credentials"),
        ({"redirect_uri": "http://localhost:8080/elsewhere"}, "redirect_uri_mismatch"),
    ],
)
def test_a_wrong_exchange_is_told_with_200(
    playground: RunningPlayground, browser: httpx.Client, fields: dict[str, str], error: str
) -> None:
    assert _exchange(browser, playground, _code(browser, playground), **fields)["error"] == error


def test_without_asking_for_json_the_answer_is_a_form(playground: RunningPlayground, browser: httpx.Client) -> None:
    said = {"client_id": "x", "client_secret": "x", "code": "x"}
    answer = browser.post("/login/oauth/access_token", data=said)
    assert parse_qs(answer.text)["error"] == ["incorrect_client_credentials"]


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "",
        "https://evil.example/",
        "http://localhost:8081/auth/callback",
        "https://localhost:8080/auth/callback",
        "http://localhost.evil.example:8080/",
        "http://localhost:8080@evil.example/",
        "http://user@localhost:8080/",
        "http://localhost:8080\\@evil.example/",
        "javascript:alert(1)",
    ],
)
def test_nobody_is_sent_to_another_site(
    playground: RunningPlayground, browser: httpx.Client, redirect_uri: str
) -> None:
    form = _form(playground, redirect_uri=redirect_uri)
    assert browser.get("/login/oauth/authorize", params=form).status_code == 422
    answer = browser.post("/login/oauth/authorize", data=form)
    assert answer.status_code == 422
    assert "location" not in answer.headers


@pytest.mark.parametrize(("verifier", "key"), [("a" * 43, "access_token"), ("b" * 43, "error")])
def test_a_code_with_a_challenge_needs_its_verifier(
    playground: RunningPlayground, browser: httpx.Client, verifier: str, key: str
) -> None:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"a" * 43).digest()).decode().rstrip("=")
    code = _code(browser, playground, code_challenge=challenge, code_challenge_method="S256")
    assert key in _exchange(browser, playground, code, code_verifier=verifier)


def test_an_unknown_application_is_refused(playground: RunningPlayground, browser: httpx.Client) -> None:
    assert browser.get("/login/oauth/authorize", params=_form(playground, client_id="other")).status_code == 404


def test_a_signed_in_person_reaches_only_what_the_app_reaches(
    playground: RunningPlayground, browser: httpx.Client
) -> None:
    with playground.acting_as("reader") as reader:
        reader.post("/repos/acme/api/forks", json={})
        granted = _exchange(browser, playground, _code(browser, playground))
        with playground.client(granted["access_token"]) as through_app:
            assert reader.get("/repos/reader/api").status_code == 200
            assert through_app.get("/repos/reader/api").status_code == 404
            assert through_app.get("/repos/acme/api").status_code == 200
