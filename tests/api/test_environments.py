"""Environments through the API: what they show, locks, promotion, restart."""

import pytest

from tests.api.deploys import TWO, A, B, Deploys, code_of

ORDER = b"environments: {staging: {checks: none}, production: {checks: none, after: staging}}"


@pytest.fixture
def production(deploys: Deploys) -> str:
    """The path of an environment that nobody has deployed to."""
    answer = deploys.call("POST", "/api/environments", {"repository": "acme/shop", "environment": "production"})
    assert answer.status_code == 200, answer.text
    return f"/api/environments/{answer.json()['id']}"


def test_environments_are_listed_with_what_serves_and_what_comes(deploys: Deploys) -> None:
    served = deploys.served()
    deploys.push(B, A)
    coming = deploys.ask().json()["id"]
    (shown,) = deploys.call("GET", "/api/environments?repository=acme/shop", by="reader").json()
    assert (shown["name"], shown["serving"]["id"], shown["serving"]["sha"]) == ("production", served, A)
    assert [each["id"] for each in shown["coming"]] == [coming]
    assert shown["rules"]["checks"] == "none"
    assert shown["url"] == deploys.web.settings.release_url(deploys.environment().label)


def test_what_ended_without_serving_is_listed_until_something_serves(deploys: Deploys) -> None:
    deploys.served()
    deploys.push(B, A)
    failed = deploys.ask().json()["id"]
    deploys.fail(failed)
    (shown,) = deploys.call("GET", "/api/environments?repository=acme/shop", by="reader").json()
    assert (shown["ended"]["id"], shown["ended"]["state"]) == (failed, "FAILED")
    deploys.served(B)
    (shown,) = deploys.call("GET", "/api/environments?repository=acme/shop", by="reader").json()
    assert shown["ended"] is None


def test_environments_are_listed_in_their_order(deploys: Deploys) -> None:
    deploys.write(ORDER)
    for name in ("production", "staging"):
        deploys.call("POST", "/api/environments", {"repository": "acme/shop", "environment": name})
    listed = deploys.call("GET", "/api/environments?repository=acme/shop", by="reader").json()
    assert [each["name"] for each in listed] == ["staging", "production"]


def test_an_environment_that_slipway_yml_names_is_there_for_whoever_asks(deploys: Deploys) -> None:
    deploys.write(TWO)
    body = {"repository": "acme/shop", "environment": "staging"}
    assert deploys.call("POST", "/api/environments", body).json()["name"] == "staging"
    answer = deploys.call("POST", "/api/environments", body | {"environment": "mars"})
    assert code_of(answer) == (404, "no_such_environment")


def test_a_lock_shows_its_holder_its_reason_and_the_line(deploys: Deploys, production: str) -> None:
    mine = deploys.call("POST", f"{production}/lock", {"reason": "a sale"}).json()
    theirs = deploys.call("POST", f"{production}/lock", {"reason": "a test"}, by="other").json()
    assert (mine["lock"]["holder"], mine["lock"]["reason"]) == ("writer", "a sale")
    assert [(each["holder"], each["place"]) for each in theirs["queue"]] == [("other", 1)]
    assert theirs["message"]


def test_an_unlock_lets_the_next_one_in(deploys: Deploys, production: str) -> None:
    deploys.call("POST", f"{production}/lock")
    deploys.call("POST", f"{production}/lock", by="other")
    shown = deploys.call("POST", f"{production}/unlock").json()
    assert (shown["lock"]["holder"], shown["queue"]) == ("other", [])


def test_anothers_lock_is_ended_by_force_and_with_a_reason_only(deploys: Deploys, production: str) -> None:
    deploys.call("POST", f"{production}/lock")
    assert code_of(deploys.call("POST", f"{production}/unlock", by="other")) == (409, "locked")
    forced = deploys.call("POST", f"{production}/unlock", {"force": True}, by="other")
    assert code_of(forced) == (422, "reason_needed")
    done = deploys.call("POST", f"{production}/unlock", {"force": True, "reason": "an outage"}, by="other")
    assert (done.status_code, done.json()["lock"]) == (200, None)
    assert code_of(deploys.call("POST", f"{production}/unlock")) == (409, "not_locked")


def test_what_serves_before_is_promoted(deploys: Deploys) -> None:
    deploys.write(ORDER)
    deploys.served(A, environment="staging")
    production = deploys.environment().id
    answer = deploys.call("POST", f"/api/environments/{production}/promote")
    made = answer.json()
    assert (answer.status_code, made["kind"], made["sha"], made["environment"]) == (201, "promotion", A, "production")


def test_nothing_before_is_nothing_to_promote(deploys: Deploys, production: str) -> None:
    assert code_of(deploys.call("POST", f"{production}/promote")) == (409, "nothing_to_promote")


def test_a_restart_needs_something_that_runs(deploys: Deploys, production: str) -> None:
    assert code_of(deploys.call("POST", f"{production}/restart")) == (409, "nothing_deployed")
    deploys.served()
    answer = deploys.call("POST", f"{production}/restart")
    assert (answer.status_code, bool(answer.json()["message"])) == (200, True)


def test_readers_look_and_change_nothing(deploys: Deploys, production: str) -> None:
    assert deploys.call("GET", production, by="reader").status_code == 200
    for verb in ("lock", "unlock", "promote", "restart"):
        assert code_of(deploys.call("POST", f"{production}/{verb}", by="reader")) == (403, "not_permitted")


def test_unknown_words_are_refused(deploys: Deploys, production: str) -> None:
    answer = deploys.call("POST", f"{production}/lock", {"why": "x", "force": "yes"})
    assert code_of(answer) == (422, "bad_arguments")
    assert len(answer.json()["error"]["problems"]) == 2
