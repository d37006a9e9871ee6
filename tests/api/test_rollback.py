"""Going back through the API."""

from tests.api.deploys import A, B, C, Deploys, code_of


def back(
    deploys: Deploys, release_id: str, body: object = None, query: str = "", **more: str
) -> tuple[int, dict[str, object]]:
    """Asks for a rollback; status and answer."""
    answer = deploys.call("POST", f"/api/deployments/{release_id}/rollback{query}", body, headers=more)
    return answer.status_code, answer.json()


def test_it_goes_back_to_the_one_before(deploys: Deploys) -> None:
    first, second = deploys.served(A), deploys.served(B)
    status, made = back(deploys, second)
    assert status == 200, made
    assert made["deployment_id"] == deploys.releases()[0].id
    assert (made["kind"], made["sha"], made["source_id"]) == ("rollback", A, first)


def test_it_goes_back_to_the_one_that_is_named(deploys: Deploys) -> None:
    first, _, third = (deploys.served(sha) for sha in (A, B, C))
    for to in ("v1", "1", first):
        assert back(deploys, third, {"to": to})[1]["source_id"] == first
    answer = deploys.call("POST", f"/api/deployments/{third}/rollback", {"to": "v9"})
    assert code_of(answer) == (404, "no_such_release")


def test_nothing_to_go_back_to_is_400_in_these_words(deploys: Deploys) -> None:
    only = deploys.served(A)
    answer = deploys.call("POST", f"/api/deployments/{only}/rollback")
    assert code_of(answer) == (400, "no_previous_release")
    assert answer.json()["error"]["message"] == "No previous version to rollback to"


def test_one_that_never_served_has_nothing_to_go_back_to(deploys: Deploys) -> None:
    made = deploys.ask().json()["id"]
    deploys.fail(made)
    answer = deploys.call("POST", f"/api/deployments/{made}/rollback")
    assert code_of(answer) == (400, "no_previous_release")


def test_an_unknown_deployment_is_404(deploys: Deploys) -> None:
    assert code_of(deploys.call("POST", "/api/deployments/dep_nothing/rollback")) == (404, "not_found")


def test_what_no_longer_serves_is_not_gone_back_from_once_more(deploys: Deploys) -> None:
    _, second, third = (deploys.served(sha) for sha in (A, B, C))
    answer = deploys.call("POST", f"/api/deployments/{second}/rollback")
    assert code_of(answer) == (409, "not_serving")
    assert third in answer.json()["error"]["fix"]
    assert len(deploys.releases()) == 3


def test_a_plan_tells_commits_and_keys_and_changes_nothing(deploys: Deploys) -> None:
    deploys.served(A)
    second = deploys.served(B, env_vars=[{"key": "COLOUR", "value": "red"}])
    for query, body in (("?plan=1", None), ("", {"plan": True})):
        status, plan = back(deploys, second, body, query)
        assert status == 200, plan
        assert "Commit b" in str(plan["plan"])
        assert "\n- COLOUR\n" in str(plan["plan"])
    assert len(deploys.releases()) == 2


def test_the_same_request_twice_goes_back_once(deploys: Deploys) -> None:
    deploys.served(A)
    second = deploys.served(B)
    made = [back(deploys, second, **{"Idempotency-Key": "one"})[1]["deployment_id"] for _ in range(7)]
    assert len(set(made)) == 1
    assert len(deploys.releases()) == 3


def test_five_in_a_minute_are_enough_for_one_person(deploys: Deploys) -> None:
    deploys.served(A)
    second = deploys.served(B)
    statuses = [back(deploys, second)[0] for _ in range(5)]
    assert set(statuses) <= {200, 409}
    answer = deploys.call("POST", f"/api/deployments/{second}/rollback")
    assert code_of(answer) == (429, "too_many")
    assert back(deploys, second, query="?plan=1")[0] == 200
    other = deploys.call("POST", f"/api/deployments/{second}/rollback", by="other")
    assert other.status_code != 429
    deploys.web.clock.at += int(answer.headers["retry-after"])
    assert back(deploys, second)[0] != 429


def test_a_reader_goes_back_nowhere(deploys: Deploys) -> None:
    deploys.served(A)
    second = deploys.served(B)
    answer = deploys.call("POST", f"/api/deployments/{second}/rollback", by="reader")
    assert code_of(answer) == (403, "not_permitted")
