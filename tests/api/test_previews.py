"""The API: what it tells, whom, and share links."""

from datetime import datetime
from typing import Any

import pytest

from engine.access import shares, tokens
from engine.access.hashes import hash_of
from engine.access.tokens import Scope
from engine.domain.permission import Role
from engine.errors import Unreachable
from engine.forge.memory import MemoryRepository
from engine.store import audit
from tests.access.world import OUTSIDER, READER, WRITER
from tests.signin.client import Web

BOTH = (Scope.READ, Scope.WRITE)
LIST = "/api/previews?repository=acme/shop&pull_request=1"


def key(web: Web, login: str, *scopes: Scope, seconds: float = 60) -> dict[str, str]:
    """The header of somebody's token."""
    with web.world.database.write() as connection:
        token = tokens.mint(connection, login, scopes or BOTH, seconds, web.clock())
    return {"Authorization": f"Bearer {token}"}


def code_of(answer: Any) -> tuple[int, str]:
    """Status and code of a refusal, which always has a message."""
    error = answer.json()["error"]
    assert error.keys() == {"code", "message", "fix"}
    assert error["message"]
    return answer.status_code, error["code"]


def test_a_served_preview_is_listed_with_the_documented_fields(web: Web) -> None:
    preview = web.world.preview()
    build = web.world.serve(preview, "tcp:127.0.0.1:1", "a" * 40)
    assert web.client.get(LIST, headers=key(web, "reader")).json() == [
        {
            "id": preview.id,
            "name": "pr-1",
            "state": "ready",
            "sha": "a" * 40,
            "version": "build_v0_1",
            "serving_sha": "a" * 40,
            "url": web.settings.preview_url(preview.label),
            "job_url": f"http://localhost:8080/jobs/{build.id}",
        }
    ]


def test_state_sha_and_version_are_the_newest_builds(web: Web) -> None:
    preview = web.world.preview()
    web.world.serve(preview, "tcp:127.0.0.1:1", "a" * 40)
    web.world.build(preview, "b" * 40)
    web.world.fail(preview)
    (shown,) = web.client.get(LIST, headers=key(web, "reader")).json()
    assert (shown["state"], shown["sha"], shown["version"]) == ("failed", "b" * 40, "build_v0_2")
    assert shown["serving_sha"] == "a" * 40


def test_what_is_not_there_yet_is_null(web: Web) -> None:
    web.world.preview()
    (shown,) = web.client.get(LIST, headers=key(web, "reader")).json()
    assert shown["state"] == "waiting"
    assert [shown[name] for name in ("sha", "version", "serving_sha", "job_url")] == [None] * 4


@pytest.mark.parametrize("life", ["stopped", "removed"])
def test_a_preview_that_ended_says_so(web: Web, life: str) -> None:
    preview = web.world.preview()
    web.world.serve(preview, "tcp:127.0.0.1:1")
    web.world.end(preview, life)
    (shown,) = web.client.get(LIST, headers=key(web, "reader")).json()
    assert (shown["state"], shown["serving_sha"]) == (life, None)


def test_a_pull_request_without_preview_is_an_empty_list(web: Web) -> None:
    web.world.preview(number=2)
    assert web.client.get(LIST, headers=key(web, "reader")).json() == []


def test_a_repository_that_no_delivery_has_named_yet_has_an_empty_list_for_its_people(web: Web) -> None:
    web.world.forge.repositories[8] = MemoryRepository("acme/new", roles={"reader": Role.READ})
    new = "/api/previews?repository=acme/new&pull_request=1"
    assert web.client.get(new, headers=key(web, "reader")).json() == []
    assert web.client.get(new, headers=key(web, "outsider")).status_code == 404


def test_a_name_in_another_case_finds_the_same_previews(web: Web) -> None:
    web.world.preview()
    (shown,) = web.client.get(LIST.replace("acme/shop", "Acme/Shop"), headers=key(web, "reader")).json()
    assert shown["name"] == "pr-1"


def test_all_previews_of_a_repository_are_listed(web: Web) -> None:
    for number in (1, 2, 3):
        web.world.preview(number=number)
    listed = web.client.get("/api/previews?repository=acme/shop", headers=key(web, "reader")).json()
    assert [shown["name"] for shown in listed] == ["pr-3", "pr-2", "pr-1"]


def test_one_preview_is_found_by_its_id(web: Web) -> None:
    preview = web.world.preview()
    assert web.client.get(f"/api/previews/{preview.id}", headers=key(web, "reader")).json()["name"] == "pr-1"


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer slp_nonsense", "Basic cmVhZGVyOng=", "Bearer é"])
def test_a_bad_key_is_401(web: Web, value: str) -> None:
    answer = web.client.get(LIST, headers={"Authorization": value.encode()})
    assert code_of(answer) == (401, "sign_in_first")
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_no_key_and_an_expired_one_are_401(web: Web) -> None:
    expired = key(web, "reader", seconds=60)
    web.clock.at += 60
    assert code_of(web.client.get(LIST)) == (401, "sign_in_first")
    assert code_of(web.client.get(LIST, headers=expired)) == (401, "sign_in_first")


def test_a_hundred_bad_keys_a_minute_are_enough(web: Web) -> None:
    for _ in range(100):
        assert web.client.get(LIST).status_code == 401
    answer = web.client.get(LIST)
    assert code_of(answer) == (429, "too_many")
    assert web.client.get(LIST, headers=key(web, "reader")).status_code == 200
    web.clock.at += int(answer.headers["retry-after"])
    assert web.client.get(LIST).status_code == 401


def test_somebody_elses_preview_is_not_there(web: Web) -> None:
    preview = web.world.preview()
    theirs = key(web, "outsider")
    for method, path in (
        ("GET", LIST),
        ("GET", f"/api/previews/{preview.id}"),
        ("GET", "/api/previews/pv_nothing"),
        ("GET", "/api/previews?repository=acme/nothing"),
        ("POST", f"/api/previews/{preview.id}/share"),
        ("DELETE", f"/api/previews/{preview.id}/share/shr_1"),
    ):
        assert code_of(web.client.request(method, path, headers=theirs)) == (404, "not_found")


@pytest.mark.parametrize(
    "query",
    ["", "?repository=shop", "?repository=acme/shop/x", "?repository=acme/shop&pull_request=x"]
    + [
        f"?repository=acme/shop&pull_request={number}"
        for number in ("0", "-1", "", "1.5", "9" * 12, "1" + "0" * 24, "١")
    ],
)
def test_a_bad_parameter_is_said(web: Web, query: str) -> None:
    assert code_of(web.client.get(f"/api/previews{query}", headers=key(web, "reader"))) == (400, "bad_arguments")


def test_github_being_away_is_503(web: Web) -> None:
    web.world.preview()
    web.world.forge.outage = Unreachable("GET: no route to host")
    assert code_of(web.client.get(LIST, headers=key(web, "reader"))) == (503, "unreachable")


def test_a_writer_makes_a_share_link(web: Web) -> None:
    preview = web.world.preview()
    answer = web.client.post(f"/api/previews/{preview.id}/share", headers=key(web, "writer"), json={"ttl": 3600})
    made = answer.json()
    assert (answer.status_code, made.keys()) == (201, {"url", "expires_at"})
    assert datetime.fromisoformat(made["expires_at"]).timestamp() == web.clock.at + 3600
    start, _, token = made["url"].partition("token=")
    assert start == f"{web.settings.preview_url(preview.label)}.slipway/share?"
    with web.world.database.read() as connection:
        assert shares.find(connection, token, preview_id=preview.id, now=web.clock()) is not None
        (line,) = audit.of_subject(connection, preview.id)
    assert (line.who, line.door, line.outcome) == ("writer", "api", "done")
    assert token not in line.did


def test_a_share_link_lives_as_long_as_the_setting_says(web: Web) -> None:
    preview = web.world.preview()
    made = web.client.post(f"/api/previews/{preview.id}/share", headers=key(web, "writer")).json()
    assert datetime.fromisoformat(made["expires_at"]).timestamp() == web.clock.at + web.settings.share_ttl


def test_a_reader_is_refused_with_the_reason(web: Web) -> None:
    preview = web.world.preview()
    path = f"/api/previews/{preview.id}/share"
    assert code_of(web.client.post(path, headers=key(web, "reader"))) == (403, "not_permitted")


def test_a_token_that_only_reads_is_refused(web: Web) -> None:
    preview = web.world.preview()
    path = f"/api/previews/{preview.id}/share"
    assert code_of(web.client.post(path, headers=key(web, "writer", Scope.READ))) == (403, "not_permitted")


@pytest.mark.parametrize(
    "body", ["x", "[]", '{"ttl": "1"}', '{"ttl": true}', '{"ttl": 1}', '{"ttl": 1e99}', '{"ttl": null}', '{"for": 60}']
)
def test_a_bad_body_is_said(web: Web, body: str) -> None:
    preview = web.world.preview()
    answer = web.client.post(f"/api/previews/{preview.id}/share", headers=key(web, "writer"), content=body)
    assert code_of(answer) == (400, "bad_arguments")


def test_a_long_body_is_not_read(web: Web) -> None:
    preview = web.world.preview()
    answer = web.client.post(f"/api/previews/{preview.id}/share", headers=key(web, "writer"), content=b" " * 5000)
    assert answer.status_code == 413


def test_a_preview_that_is_gone_is_not_shared(web: Web) -> None:
    preview = web.world.preview()
    web.world.end(preview, "removed")
    answer = web.client.post(f"/api/previews/{preview.id}/share", headers=key(web, "writer"))
    assert code_of(answer) == (409, "pull_request_closed")


def test_a_share_link_is_revoked_by_its_address(web: Web) -> None:
    preview, writer = web.world.preview(), key(web, "writer")
    answer = web.client.post(f"/api/previews/{preview.id}/share", headers=writer)
    token = answer.json()["url"].partition("token=")[2]
    assert web.client.delete(answer.headers["location"], headers=writer).status_code == 204
    assert web.client.delete(answer.headers["location"], headers=writer).status_code == 404
    with web.world.database.read() as connection:
        assert shares.find(connection, token, preview_id=preview.id, now=web.clock()) is None


def test_reading_makes_no_share_link(web: Web) -> None:
    preview = web.world.preview()
    assert web.client.get(f"/api/previews/{preview.id}/share", headers=key(web, "writer")).status_code == 405


def test_somebody_signed_in_reads_by_their_cookie(web: Web) -> None:
    web.world.preview()
    web.sign_in(READER)
    assert len(web.client.get(LIST).json()) == 1
    web.sign_in(OUTSIDER)
    assert code_of(web.client.get(LIST)) == (404, "not_found")


def test_a_cookie_alone_changes_nothing(web: Web) -> None:
    preview = web.world.preview()
    web.sign_in(WRITER)
    path = f"/api/previews/{preview.id}/share"
    assert code_of(web.client.post(path, headers={"Origin": "http://evil.example"})) == (403, "csrf")
    assert code_of(web.client.post(path, headers={"X-Slipway-CSRF": "guess"})) == (403, "csrf")
    proof = {"X-Slipway-CSRF": hash_of(f"csrf:{web.session}")}
    assert web.client.post(path, headers=proof).status_code == 201
