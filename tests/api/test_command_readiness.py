"""`POST /api/commands` with `readiness` and `fix`: what is answered at once, and what once it is over."""

import pytest

from engine.access.tokens import Scope
from engine.domain.event import Person, PullRequest
from engine.domain.inspection import FixState, FixWay, InspectionState
from engine.reports.subjects import mark_comment
from engine.store import fixes, inspections
from engine.store.inspections import Wanted
from tests.access.world import INSTALLATION, SHOP
from tests.api.deploys import A, B, Deploys, code_of
from tests.api.test_commands import done, say
from tests.intake.looking import ended, looked, seen_of

HEAD = Wanted(INSTALLATION, SHOP.id, 1, B)


@pytest.fixture
def opened(deploys: Deploys) -> Deploys:
    """Pull request 1 is open; its head was looked at, and a Procfile can be written."""
    world = deploys.web.world
    world.forge.repositories[SHOP.id].pull_requests[1] = PullRequest(
        1, "A change", B, "feature", SHOP.id, "main", Person(12, "writer"), draft=False, open=True, merged=False
    )
    with world.database.write() as connection:
        looked(connection, "procfile", wanted=HEAD)
    return deploys


def test_a_look_is_started_and_told_and_later_how_it_went(opened: Deploys) -> None:
    told = done(say(opened, "readiness #1", by="reader", key="k"))
    look = told["readiness"]
    assert (told["state"], look["state"], look["sha"], told["fix"]) == ("working", "waiting", B, None)
    assert look["page_url"].endswith("/projects/acme/shop/pulls/1/readiness")
    assert told["message"].startswith("Slipway looks whether commit bbbbbbb of acme/shop#1 is ready to ship")
    with opened.web.world.database.write() as connection:
        made = inspections.known_by(connection, look["id"])
        ended(connection, made, InspectionState.DONE, seen_of(B).json())
    told = done(say(opened, "readiness #1", by="reader", key="k"))
    assert (told["state"], told["readiness"]["state"], told["readiness"]["light"]) == ("done", "done", "yellow")
    assert "Ready to ship, with warnings" in told["message"]


def test_a_look_at_the_default_branch_needs_no_pull_request(opened: Deploys) -> None:
    look = done(say(opened, "readiness"))["readiness"]
    assert (look["sha"], look["light"]) == (A, "unknown")
    assert look["page_url"].endswith("/projects/acme/shop/readiness")


def test_a_fix_is_started_and_told_and_later_how_it_went(opened: Deploys) -> None:
    told = done(say(opened, "fix procfile #1", key="k"))
    fix = told["fix"]
    assert (told["state"], fix["name"], fix["sha"], fix["state"]) == ("working", "procfile", B, "waiting")
    assert told["readiness"] is None
    with opened.web.world.database.write() as connection:
        fixes.end(connection, fix["id"], FixState.DONE, "It is written.", 2.0, way=FixWay.COMMIT, commit_sha=A)
        mark_comment(connection, installation_id=INSTALLATION, repository_id=SHOP.id, number=1)
    told = done(say(opened, "fix procfile #1", key="k"))
    assert (told["state"], told["message"]) == ("done", "It is written.")
    assert (told["fix"]["way"], told["fix"]["commit_sha"]) == ("commit", A)


def test_a_fix_that_its_job_refused_is_a_refusal_when_it_is_asked_for_again(opened: Deploys) -> None:
    fix = done(say(opened, "fix procfile #1", key="k"))["fix"]
    with opened.web.world.database.write() as connection:
        fixes.end(connection, fix["id"], FixState.REFUSED, "Another commit came.", 2.0, reason="head_moved")
        mark_comment(connection, installation_id=INSTALLATION, repository_id=SHOP.id, number=1)
    answer = say(opened, "fix procfile #1", key="k")
    assert code_of(answer) == (409, "head_moved")
    assert answer.json()["error"]["message"] == "Another commit came."


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("fix procfile", (422, "which_pull_request")),
        ("fix kitchen #1", (422, "no_such_fix")),
        ("fix gitignore #1", (409, "nothing_to_fix")),
        ("readiness #99", (404, "no_such_pull_request")),
        ("readiness @main", (422, "bad_arguments")),
    ],
)
def test_what_can_not_be_is_refused_by_its_reason(opened: Deploys, command: str, expected: tuple[int, str]) -> None:
    assert code_of(say(opened, command)) == expected


def test_a_token_for_reading_looks_and_fixes_nothing(opened: Deploys) -> None:
    reading = opened.key("writer", Scope.READ)
    answers = [
        opened.web.client.post("/api/commands", json={"command": command}, headers=reading)
        for command in ("readiness acme/shop#1", "fix procfile acme/shop#1")
    ]
    assert [each.status_code for each in answers] == [200, 403]


@pytest.mark.parametrize("command", ["readiness acme/shop#1", "fix procfile acme/shop#1"])
def test_what_is_not_yours_is_not_there(opened: Deploys, command: str) -> None:
    assert code_of(opened.call("POST", "/api/commands", {"command": command}, by="outsider")) == (404, "not_found")
