"""`GET /api/deploy-readiness/{project}`: stored facts, byte for byte, for whoever may read them."""

import json

import pytest

from tests.api.deploys import Deploys, code_of
from tests.pages.readiness import FOUND, looked

NAMED = "/api/deploy-readiness/acme/shop"


def test_before_anybody_looked_the_light_is_unknown(deploys: Deploys) -> None:
    said = deploys.call("GET", NAMED, by="reader").json()
    assert (said["light"], said["repository"], said["findings"]) == ("unknown", "acme/shop", [])


@pytest.mark.parametrize("path", [NAMED, "/api/deploy-readiness/7"])
def test_the_report_of_the_default_branch(deploys: Deploys, path: str) -> None:
    looked(deploys.web.world, 0)
    said = deploys.call("GET", path, by="reader").json()
    assert (said["light"], said["counts"]["blocking"]) == ("red", 1)
    assert [each["rule"] for each in said["findings"]] == [each.rule for each in FOUND]
    assert [each["name"] for each in said["paths"]] == ["railway"]


def test_the_report_of_a_pull_request(deploys: Deploys) -> None:
    looked(deploys.web.world, 1)
    assert deploys.call("GET", f"{NAMED}?pull_request=1", by="reader").json()["pull_request"] == 1
    assert deploys.call("GET", NAMED, by="reader").json()["light"] == "unknown"


def test_the_same_facts_are_the_same_bytes_and_need_not_be_sent_twice(deploys: Deploys) -> None:
    looked(deploys.web.world, 0)
    first, second = (deploys.call("GET", NAMED, by="reader") for _ in range(2))
    assert first.content == second.content
    assert first.content == json.dumps(first.json(), sort_keys=True, separators=(",", ":")).encode() + b"\n"
    headers = deploys.key("reader") | {"if-none-match": first.headers["etag"]}
    again = deploys.web.client.get(NAMED, headers=headers)
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", [NAMED, "/api/deploy-readiness/7", f"{NAMED}?pull_request=1"])
def test_what_is_somebody_elses_isnt_there(deploys: Deploys, path: str) -> None:
    looked(deploys.web.world, 0)
    looked(deploys.web.world, 1)
    assert code_of(deploys.call("GET", path, by="outsider"))[0] == 404


@pytest.mark.parametrize("path", ["/api/deploy-readiness/acme/nothing", "/api/deploy-readiness/8",
                                  "/api/deploy-readiness/seven", f"{NAMED}?pull_request=999"])  # fmt: skip
def test_what_isnt_there_isnt_there(deploys: Deploys, path: str) -> None:
    assert code_of(deploys.call("GET", path, by="reader"))[0] == 404


@pytest.mark.parametrize("query", ["pull_request=0", "pull_request=-1", "pull_request=x", "number=1"])
def test_a_query_that_cant_be_read_is_told_so(deploys: Deploys, query: str) -> None:
    assert code_of(deploys.call("GET", f"{NAMED}?{query}", by="reader"))[0] == 400
