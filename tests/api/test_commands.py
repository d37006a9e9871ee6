"""`POST /api/commands`: one line does what a comment does."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from engine.access.tokens import Scope
from engine.domain.event import Person, PullRequest
from engine.errors import Unreachable
from engine.store import history_schema
from tests.access.world import SHOP
from tests.api.deploys import A, B, Deploys, code_of

APPROVED = b"environments: {production: {approvals: 1, checks: none}}"


def say(deploys: Deploys, command: str, *, by: str = "writer", key: str = "", **more: object) -> httpx.Response:
    """One command about the shop."""
    body = {"repository": SHOP.full_name, "command": command} | more
    return deploys.call("POST", "/api/commands", body, by=by, headers={"Idempotency-Key": key} if key else None)


def done(answer: httpx.Response) -> dict[str, Any]:
    """What a command that wasn't refused is answered."""
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def open_pull_request(deploys: Deploys, number: int = 1, sha: str = B) -> None:
    """A pull request of a branch of the shop."""
    deploys.web.world.forge.repositories[SHOP.id].pull_requests[number] = PullRequest(
        number, "A change", sha, "feature", SHOP.id, "main", Person(12, "writer"), draft=False, open=True, merged=False
    )


def test_a_deploy_is_started_and_told(deploys: Deploys) -> None:
    told = done(say(deploys, "deploy main to production"))
    (release,) = deploys.releases()
    assert (told["state"], told["reason"], told["build"]) == ("working", "", None)
    assert told["deployment"]["id"] == release.id
    assert (release.sha, release.door, release.requested_by) == (A, "api", "writer")


def test_a_deploy_that_waits_says_for_what(deploys: Deploys) -> None:
    deploys.write(APPROVED)
    told = done(say(deploys, "deploy"))
    assert told["reason"] == "approval_needed"
    assert [each["code"] for each in told["obstacles"]] == ["approval_needed"]


def test_a_preview_is_built_and_told(deploys: Deploys) -> None:
    open_pull_request(deploys)
    told = done(say(deploys, "preview", pull_request=1))
    assert (told["state"], told["build"]["version"], told["build"]["sha"]) == ("working", "build_v0_1", B)
    assert told["build"]["page_url"].endswith(f"/jobs/{told['build']['id']}")


def test_the_command_itself_can_name_everything(deploys: Deploys) -> None:
    open_pull_request(deploys)
    told = done(deploys.call("POST", "/api/commands", {"command": "preview acme/shop#1"}))
    assert told["build"]["sha"] == B
    address = "status https://github.example/acme/shop/pull/1"
    assert "Preview: build_v0_1" in done(deploys.call("POST", "/api/commands", {"command": address}))["message"]


def test_status_without_a_pull_request_tells_of_the_environments(deploys: Deploys) -> None:
    deploys.served(A)
    message = done(say(deploys, "status", by="reader"))["message"]
    assert "production" in message
    assert "Preview" not in message


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("preview stop", (422, "which_pull_request")),
        ("preview stop #99", (404, "no_such_pull_request")),
        ("preview stop #1", (409, "no_preview")),
        ("frobnicate", (422, "unknown_command")),
        ("subscribe acme/shop", (422, "unknown_command")),
        ("logs nowhere #1", (422, "no_such_stage")),
        ("deploy main to mars", (404, "no_such_environment")),
        ("deploy nowhere to production", (422, "no_such_ref")),
        ("rollback production v9", (404, "no_such_release")),
    ],
)
def test_what_can_not_be_is_refused_by_its_reason(deploys: Deploys, command: str, expected: tuple[int, str]) -> None:
    open_pull_request(deploys)
    assert code_of(say(deploys, command)) == expected


def test_a_refusal_speaks_of_commands_as_they_are_written_here(deploys: Deploys) -> None:
    error = say(deploys, "preview stpo #1").json()["error"]
    assert error["message"] == "preview stpo #1 has words that the command doesn't take. Did you mean preview stop #1?"
    assert error["fix"] == "Ask help to see how the command is written."


def test_a_refused_deploy_lists_every_obstacle(deploys: Deploys) -> None:
    deploys.write(b"environments: {staging: {checks: none}, production: {checks: none, after: staging}}")
    done(say(deploys, "lock production a sale", by="other"))
    answer = say(deploys, "deploy to production")
    assert {each["code"] for each in answer.json()["error"]["obstacles"]} == {"locked", "out_of_order"}


def test_a_reader_changes_nothing(deploys: Deploys) -> None:
    assert code_of(say(deploys, "deploy", by="reader")) == (403, "not_permitted")
    assert deploys.releases() == []


def test_a_token_for_reading_asks_and_changes_nothing(deploys: Deploys) -> None:
    reading = deploys.key("writer", Scope.READ)
    body = {"repository": "acme/shop", "command": "deploy"}
    assert code_of(deploys.web.client.post("/api/commands", json=body, headers=reading)) == (403, "not_permitted")
    body["command"] = "status"
    assert deploys.web.client.post("/api/commands", json=body, headers=reading).status_code == 200


@pytest.mark.parametrize("name", ["acme/nothing", "acme/shop"])
def test_what_is_not_yours_is_not_there(deploys: Deploys, name: str) -> None:
    body = {"repository": name, "command": "status"}
    answer = deploys.call("POST", "/api/commands", body, by="outsider")
    assert code_of(answer) == (404, "not_found")


def test_a_repository_must_be_named_once(deploys: Deploys) -> None:
    nothing = deploys.call("POST", "/api/commands", {"command": "status"})
    assert code_of(nothing) == (422, "which_repository")
    assert code_of(say(deploys, "status acme/other")) == (422, "bad_arguments")
    assert code_of(say(deploys, "preview #1", pull_request=2)) == (422, "bad_arguments")


def test_a_value_that_is_typed_is_neither_repeated_nor_kept(deploys: Deploys) -> None:
    answer = say(deploys, "env set production API_KEY=swordfish")
    assert answer.status_code == 422
    assert "swordfish" not in answer.text
    with deploys.web.world.database.read() as connection:
        kept = [repr(tuple(row)) for row in connection.execute(select(history_schema.asks))]
    assert kept
    assert not any("swordfish" in row for row in kept)


def test_the_same_request_is_one_command(deploys: Deploys) -> None:
    first, again = (done(say(deploys, "deploy", key="k")) for _ in range(2))
    assert first["deployment"]["id"] == again["deployment"]["id"]
    assert len(deploys.releases()) == 1


def test_the_same_request_is_refused_twice_the_same(deploys: Deploys) -> None:
    first, again = (say(deploys, "preview stop", key="k") for _ in range(2))
    assert (first.status_code, first.json()) == (again.status_code, again.json())


def test_a_key_belongs_to_one_request(deploys: Deploys) -> None:
    done(say(deploys, "status", key="k"))
    assert code_of(say(deploys, "deploy", key="k")) == (422, "idempotency_key_reused")
    assert deploys.ask(key="d").status_code == 201
    assert code_of(say(deploys, "deploy", key="d")) == (422, "idempotency_key_reused")


def test_rollbacks_are_counted_with_those_of_the_other_call(deploys: Deploys) -> None:
    deploys.served(A)
    second = deploys.served(B)
    for _ in range(5):
        assert say(deploys, "rollback production --plan").status_code == 200
    for _ in range(4):
        say(deploys, "rollback production v9")
    assert done(say(deploys, "rollback production", key="k"))["deployment"]["kind"] == "rollback"
    assert done(say(deploys, "rollback production", key="k"))["deployment"]["kind"] == "rollback"
    assert code_of(say(deploys, "rollback production")) == (429, "too_many")
    assert code_of(deploys.call("POST", f"/api/deployments/{second}/rollback")) == (429, "too_many")


def test_without_github_nothing_is_decided(deploys: Deploys) -> None:
    done(say(deploys, "status"))
    deploys.web.world.forge.outage = Unreachable("GitHub is away")
    assert code_of(say(deploys, "deploy")) == (503, "unreachable")
