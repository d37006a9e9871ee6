"""Deployments through the API: asked for, refused with everything that stands in the way, looked at."""

import pytest

from engine.domain.permission import Role
from engine.domain.release import DeployState
from engine.errors import Unreachable
from engine.forge.memory import MemoryRepository
from engine.store import audit
from tests.api.deploys import TWO, A, B, C, Deploys, code_of

FIELDS = {
    "id",
    "state",
    "label",
    "status_message",
    "environment",
    "sha",
    "url",
    "requested_by",
    "timeline",
    "approvals",
}


def test_a_deployment_is_made_under_one_id(deploys: Deploys) -> None:
    answer = deploys.ask()
    made = answer.json()
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/deployments/{made['id']}"
    assert made["id"] == made["deployment_id"] == deploys.releases()[0].id
    assert made.keys() >= FIELDS
    said = [made[name] for name in ("state", "environment", "sha", "requested_by", "door")]
    assert said == ["PENDING", "production", A, "writer", "api"]
    assert made["url"] == deploys.web.settings.release_url(deploys.environment().label)


def test_it_is_shown_as_it_goes_on(deploys: Deploys) -> None:
    made = deploys.ask().json()["id"]
    deploys.serve(made)
    shown = deploys.call("GET", f"/api/deployments/{made}", by="reader").json()
    assert (shown["state"], shown["label"], shown["serving"]) == ("DEPLOYED", "Deployed", True)
    assert shown["finished_at"] == "2027-01-15T08:01:00Z"
    kinds = [moment["kind"] for moment in shown["timeline"]]
    assert kinds[0] == "PENDING"
    assert kinds[-1] == "DEPLOYED"


def test_every_problem_of_what_was_sent_is_told_at_once(deploys: Deploys) -> None:
    wrong = {"repository": "shop", "environment": "Prod", "port": "80", "strategy": "sudden", "colour": "red"}
    variables = [{"key": "1A", "value": "x"}, {"key": "A", "value": 5}, {"key": "B", "value": "x", "hidden": True}]
    answer = deploys.call("POST", "/api/deployments", wrong | {"env_vars": variables})
    assert code_of(answer) == (422, "bad_arguments")
    problems = answer.json()["error"]["problems"]
    names = [problem.split("`")[1] for problem in problems]
    assert sorted(names) == [
        "colour", "env_vars.0.key", "env_vars.1.value", "env_vars.2.hidden", "environment", "port", "repository",
        "strategy",
    ]  # fmt: skip
    assert deploys.releases() == []


@pytest.mark.parametrize("body", ["x", "[]", '"x"', "{", "\xff"])
def test_a_body_that_is_no_json_object_is_said(deploys: Deploys, body: str) -> None:
    answer = deploys.web.client.post("/api/deployments", headers=deploys.key("writer"), content=body)
    assert code_of(answer) == (400, "bad_arguments")


def test_what_was_sent_wrongly_is_never_repeated(deploys: Deploys) -> None:
    canary = "canary-7f3a"
    answer = deploys.ask(env_vars=[{"key": "A B", "value": canary}, {"key": "C", "value": [canary]}])
    assert answer.status_code == 422
    assert canary not in answer.text


def test_names_and_values_that_no_process_can_have_are_refused(deploys: Deploys) -> None:
    twice = [{"key": "A", "value": "1"}, {"key": "A", "value": "2"}]
    for variables in (twice, [{"key": "PATH", "value": "/tmp"}], [{"key": "A", "value": "a\0b"}]):
        assert code_of(deploys.ask(env_vars=variables)) == (422, "bad_arguments")


def test_a_reader_is_refused_and_an_outsider_finds_nothing(deploys: Deploys) -> None:
    assert code_of(deploys.ask(by="reader")) == (403, "not_permitted")
    assert code_of(deploys.ask(by="outsider")) == (404, "not_found")
    assert deploys.releases() == []


def test_an_unknown_environment_is_404_and_an_unknown_ref_422(deploys: Deploys) -> None:
    assert code_of(deploys.ask(environment="mars")) == (404, "no_such_environment")
    assert code_of(deploys.ask(ref="nowhere")) == (422, "no_such_ref")


@pytest.mark.parametrize("ref", ["-x", "--upload-pack=x", "a b", "a\nb", "a:b", "a^", "", "x" * 300])
def test_a_ref_that_is_none_is_never_asked_for(deploys: Deploys, ref: str) -> None:
    deploys.web.world.commits.outage = Unreachable("resolving a ref: it was asked for")
    status = deploys.ask(ref=ref).status_code
    assert status == (422 if ref else 503)


def test_all_that_stands_in_the_way_is_told_with_who_can_open_it(deploys: Deploys) -> None:
    deploys.write(TWO)
    production = deploys.call("POST", "/api/environments", {"repository": "acme/shop", "environment": "production"})
    deploys.call("POST", f"/api/environments/{production.json()['id']}/lock", {"reason": "a sale"}, by="other")
    answer = deploys.ask()
    obstacles = answer.json()["error"]["obstacles"]
    assert answer.status_code == 409
    assert {each["code"] for each in obstacles} >= {"locked", "out_of_order"}
    assert all(each["message"] and each["opener"] for each in obstacles)
    assert "a sale" in answer.text


def test_what_waits_for_approval_says_so_in_its_answer(deploys: Deploys) -> None:
    deploys.write(TWO.replace(b"    after: staging\n", b"    checks: none\n"))
    answer = deploys.ask()
    made = answer.json()
    assert (answer.status_code, made["state"], made["waiting"]) == (201, "PENDING", "approval")
    assert [each["code"] for each in made["waits"]] == ["approval_needed"]
    assert (made["approvals"]["needed"], made["approvals"]["missing"], made["approvals"]["state"]) == (1, 1, "waiting")


def test_what_serves_already_is_told_and_not_made_again(deploys: Deploys) -> None:
    first = deploys.served()
    answer = deploys.ask()
    assert (answer.status_code, answer.json()["id"]) == (200, first)
    assert len(deploys.releases()) == 1


def test_the_same_request_twice_makes_one_deployment_also_when_the_branch_moved(deploys: Deploys) -> None:
    first = deploys.ask(key="one")
    deploys.push(B, A)
    again = deploys.ask(key="one")
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert deploys.ask(key="two").json()["id"] != first.json()["id"]
    assert len(deploys.releases()) == 2


def test_a_key_is_good_for_one_request_of_one_person(deploys: Deploys) -> None:
    deploys.ask(key="one")
    assert code_of(deploys.ask(key="one", ref="main")) == (422, "idempotency_key_reused")
    deploys.push(B, A)
    assert deploys.ask(key="one", by="other", ref="main").json()["sha"] == B
    assert code_of(deploys.ask(key="x" * 256)) == (400, "bad_arguments")


def test_variables_are_stored_before_the_deployment_and_secrets_shown_by_nothing(deploys: Deploys) -> None:
    secret = "canary-5d1e"
    answer = deploys.ask(
        env_vars=[{"key": "TOKEN", "value": secret}, {"key": "COLOUR", "value": "red", "is_secret": False}]
    )
    assert (answer.status_code, answer.json()["variables_version"]) == (201, 1)
    assert secret not in answer.text
    assert deploys.releases()[0].variables_version == 1


def test_a_refused_deployment_leaves_no_variables(deploys: Deploys) -> None:
    deploys.served()
    for wrong in ({"ref": "nowhere"}, {"by": "reader"}):
        assert deploys.ask(env_vars=[{"key": "TOKEN", "value": "x"}], **wrong).status_code in (403, 422)
    assert deploys.environment().variables_version == 0


def test_a_repository_that_no_delivery_has_named_yet_can_be_deployed(deploys: Deploys) -> None:
    world = deploys.web.world
    world.forge.repositories[8] = MemoryRepository("acme/new", roles={"writer": Role.WRITE})
    world.commits.history(8).add(C, branch="main")
    answer = deploys.ask(repository="acme/new")
    assert (answer.status_code, answer.json()["repository"]) == (201, "acme/new")
    assert code_of(deploys.ask(repository="acme/nothing")) == (404, "not_found")


def test_github_being_away_is_503_and_changes_nothing(deploys: Deploys) -> None:
    deploys.web.world.commits.outage = Unreachable("resolving a ref: no route to host")
    assert code_of(deploys.ask()) == (503, "unreachable")
    assert deploys.releases() == []


def test_the_audit_says_who_came_through_which_door(deploys: Deploys) -> None:
    deploys.ask()
    deploys.call("POST", "/api/deployments", {"repository": "acme/shop"}, headers={"User-Agent": "slipway-cli"})
    with deploys.web.world.database.read() as connection:
        lines = audit.of_subject(connection, deploys.environment().id)
    assert [(line.who, line.door) for line in lines] == [("writer", "api"), ("writer", "cli")]


def test_a_list_comes_in_pages_newest_first(deploys: Deploys) -> None:
    made = [deploys.served(sha) for sha in (A, B, C)]
    first = deploys.call("GET", "/api/deployments?repository=acme/shop&environment=production&limit=2").json()
    assert [each["id"] for each in first["deployments"]] == [made[2], made[1]]
    rest = deploys.call("GET", f"/api/deployments?repository=acme/shop&limit=2&before={first['next']}").json()
    assert ([each["id"] for each in rest["deployments"]], rest["next"]) == ([made[0]], None)
    assert deploys.call("GET", "/api/deployments?repository=acme/shop&environment=mars").json()["deployments"] == []


def test_a_list_is_narrowed_to_a_state_in_any_case(deploys: Deploys) -> None:
    deploys.served()
    deploys.push(B, A)
    waiting = deploys.ask().json()["id"]
    found = deploys.call("GET", "/api/deployments?repository=acme/shop&state=pending").json()["deployments"]
    assert [each["id"] for each in found] == [waiting]


@pytest.mark.parametrize("query", ["", "repository=shop", "repository=acme/shop&limit=0",
                                   "repository=acme/shop&limit=101",
                                   "repository=acme/shop&state=nearly", "repository=acme/shop&before=dep_x",
                                   "repository=acme/shop&colour=red"])  # fmt: skip
def test_a_list_that_cant_be_meant_is_refused(deploys: Deploys, query: str) -> None:
    assert code_of(deploys.call("GET", f"/api/deployments?{query}")) == (400, "bad_arguments")


def test_its_log_is_read_from_any_line_on(deploys: Deploys) -> None:
    made = deploys.ask().json()["id"]
    deploys.log(made, "one", "two")
    deploys.log(made, "three")
    page = deploys.call("GET", f"/api/deployments/{made}/logs?from=1&limit=1").json()
    assert page == {"lines": ["two"], "from_line": 1, "next_line": 2, "over": False}
    deploys.advance(made, DeployState.FAILED)
    page = deploys.call("GET", f"/api/deployments/{made}/logs?from=2").json()
    assert page == {"lines": ["three"], "from_line": 2, "next_line": 3, "over": True}
    text = deploys.call("GET", f"/api/deployments/{made}/logs?format=text")
    assert text.headers["content-type"].startswith("text/plain")
    assert text.text == "one\ntwo\nthree\n"


def test_a_failure_is_shown_with_its_cause(deploys: Deploys) -> None:
    made = deploys.ask().json()["id"]
    deploys.fail(made)
    shown = deploys.call("GET", f"/api/deployments/{made}").json()
    assert shown["cause"] == {"code": "nothing_listening", "message": "Nothing listened.", "fix": "Listen on $PORT."}


def test_a_repository_that_is_gone_takes_its_deployments_with_it(deploys: Deploys) -> None:
    made = deploys.ask().json()["id"]
    deploys.uncover()
    assert code_of(deploys.call("GET", f"/api/deployments/{made}")) == (404, "not_found")
