"""Variables through the API: set, unset, and secrets that nothing reads back."""

import pytest

from engine.access.tokens import Scope
from engine.store import audit
from engine.variables.variables import variables_of
from tests.api.deploys import Deploys, code_of

CANARY = "canary-91ce"


@pytest.fixture
def variables(deploys: Deploys) -> str:
    """The path of an environment's variables."""
    answer = deploys.call("POST", "/api/environments", {"repository": "acme/shop", "environment": "production"})
    return f"/api/environments/{answer.json()['id']}/variables"


def test_a_secret_is_set_and_shown_by_no_answer(deploys: Deploys, variables: str) -> None:
    answers = [
        deploys.call("PUT", f"{variables}/TOKEN", {"value": CANARY}),
        deploys.call("GET", variables),
        deploys.call("GET", f"{variables}/TOKEN"),
        deploys.call("PUT", f"{variables}/OTHER", {"value": "x"}),
        deploys.call("DELETE", f"{variables}/OTHER"),
    ]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert all(CANARY not in answer.text for answer in answers)
    assert answers[2].json() | {"set_at": ""} == {
        "key": "TOKEN", "value": None, "is_secret": True, "guard": False, "set_by": "writer",
        "set_at": "", "version": 1,
    }  # fmt: skip


def test_it_is_the_very_value_that_runs(deploys: Deploys, variables: str) -> None:
    value = "  line one\nünïcode 'quoted' \\ \n"
    deploys.call("PUT", f"{variables}/TEXT", {"value": value})
    with deploys.web.world.database.read() as connection:
        held = variables_of(deploys.web.settings).at(connection, deploys.environment().id, 1)
    assert held["TEXT"].reveal() == value


def test_a_plain_value_is_read_back(deploys: Deploys, variables: str) -> None:
    deploys.call("PUT", f"{variables}/COLOUR", {"value": "red", "is_secret": False, "guard": True})
    shown = deploys.call("GET", f"{variables}/COLOUR").json()
    assert (shown["value"], shown["is_secret"], shown["guard"]) == ("red", False, True)


def test_several_are_one_version(deploys: Deploys, variables: str) -> None:
    body = {"variables": [{"key": "A", "value": "1"}, {"key": "B", "value": "2"}]}
    answer = deploys.call("PUT", variables, body).json()
    assert ([each["key"] for each in answer["variables"]], answer["version"]) == (["A", "B"], 1)


def test_what_is_unset_is_gone(deploys: Deploys, variables: str) -> None:
    deploys.call("PUT", f"{variables}/A", {"value": "1"})
    assert deploys.call("DELETE", f"{variables}/A").json()["variables"] == []
    assert code_of(deploys.call("GET", f"{variables}/A")) == (404, "not_found")
    assert code_of(deploys.call("DELETE", f"{variables}/A")) == (404, "no_such_variable")


def test_whoever_only_reads_sees_no_names(deploys: Deploys, variables: str) -> None:
    deploys.call("PUT", f"{variables}/COLOUR", {"value": "red", "is_secret": False})
    for method, path in (("GET", variables), ("GET", f"{variables}/COLOUR"), ("DELETE", f"{variables}/COLOUR")):
        answer = deploys.call(method, path, by="reader")
        assert code_of(answer) == (403, "not_permitted")
        assert "red" not in answer.text
    assert code_of(deploys.call("PUT", f"{variables}/A", {"value": "1"}, by="reader")) == (403, "not_permitted")


def test_a_token_that_only_reads_sets_nothing(deploys: Deploys, variables: str) -> None:
    headers = deploys.key("writer", Scope.READ)
    answer = deploys.web.client.request("PUT", f"{variables}/A", headers=headers, json={"value": "1"})
    assert code_of(answer) == (403, "not_permitted")


@pytest.mark.parametrize("key", ["1A", "A-B", "PATH", "SLIPWAY_X", "A%20B", "%C3%84", "A" * 300])
def test_a_name_that_no_process_can_have_is_refused(deploys: Deploys, variables: str, key: str) -> None:
    assert code_of(deploys.call("PUT", f"{variables}/{key}", {"value": CANARY})) == (422, "bad_arguments")


def test_a_value_that_is_too_long_is_refused(deploys: Deploys, variables: str) -> None:
    answer = deploys.call("PUT", f"{variables}/A", {"value": "x" * 70_000})
    assert code_of(answer) == (422, "bad_arguments")
    assert len(answer.text) < 1000


def test_the_audit_names_who_set_it_and_no_value(deploys: Deploys, variables: str) -> None:
    deploys.call("PUT", f"{variables}/TOKEN", {"value": CANARY})
    with deploys.web.world.database.read() as connection:
        lines = audit.of_subject(connection, deploys.environment().id)
    assert (lines[-1].who, lines[-1].door) == ("writer", "api")
    assert CANARY not in repr(lines)
