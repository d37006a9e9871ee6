"""The OpenAPI document: whole, valid, and kept by the answers."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from starlette.routing import Route

from tests.api.deploys import A, B, Deploys

ONE = "/api/deployments/{id}"
ENVIRONMENT = "/api/environments/{id}"


@pytest.fixture
def document(deploys: Deploys) -> dict[str, Any]:
    """As anybody gets it."""
    found: dict[str, Any] = deploys.web.client.get("/api/openapi.json").json()
    return found


def test_it_is_an_openapi_document(document: dict[str, Any]) -> None:
    validate(document)
    assert document["openapi"] == "3.1.0"


def test_every_call_is_in_it(deploys: Deploys, document: dict[str, Any]) -> None:
    served = {
        (method, route.path)
        for route in deploys.web.app.routes
        if isinstance(route, Route) and route.path.startswith(("/api/", "/auth/")) and route.path != "/api/openapi.json"
        for method in (route.methods or set()) - {"HEAD"}
    }
    described = {(method.upper(), path) for path, calls in document["paths"].items() for method in calls}
    assert described == served
    assert len(described) >= 27


def test_calls_have_names_of_their_own_and_say_what_they_do(document: dict[str, Any]) -> None:
    calls = [call for path in document["paths"].values() for call in path.values()]
    assert len({call["operationId"] for call in calls}) == len(calls)
    assert all(call["summary"].endswith(".") for call in calls)
    assert all({"401", "429"} <= call["responses"].keys() for call in calls)


def test_answers_are_as_it_says(deploys: Deploys, document: dict[str, Any]) -> None:
    deploys.served(A)
    made = deploys.served(B, env_vars=[{"key": "A", "value": "x", "is_secret": False}])
    environment = deploys.environment().id
    deploys.call("POST", f"/api/environments/{environment}/lock", {"reason": "a sale"})
    asked = [
        ("GET", ONE, f"/api/deployments/{made}", None),
        ("GET", "/api/deployments", "/api/deployments?repository=acme/shop", None),
        ("GET", f"{ONE}/logs", f"/api/deployments/{made}/logs", None),
        ("POST", f"{ONE}/rollback", f"/api/deployments/{made}/rollback?plan=1", None),
        ("POST", f"{ONE}/rollback", f"/api/deployments/{made}/rollback", None),
        ("POST", f"{ONE}/stream-token", f"/api/deployments/{made}/stream-token", None),
        ("POST", f"{ONE}/approve", f"/api/deployments/{made}/approve", None),
        ("GET", "/api/environments", "/api/environments?repository=acme/shop", None),
        ("GET", ENVIRONMENT, f"/api/environments/{environment}", None),
        ("POST", f"{ENVIRONMENT}/restart", f"/api/environments/{environment}/restart", None),
        ("POST", f"{ENVIRONMENT}/unlock", f"/api/environments/{environment}/unlock", {"reason": "x"}),
        ("GET", f"{ENVIRONMENT}/variables", f"/api/environments/{environment}/variables", None),
        ("PUT", f"{ENVIRONMENT}/variables/{{key}}", f"/api/environments/{environment}/variables/B", {"value": "y"}),
        ("POST", "/api/deployments", "/api/deployments", {"repository": "acme/shop", "port": "x", "more": 1}),
        ("POST", "/api/deployments", "/api/deployments", {"repository": "acme/shop", "ref": "nowhere"}),
        ("POST", "/api/commands", "/api/commands", {"command": "deploy acme/shop@main to production"}),
        ("POST", "/api/commands", "/api/commands", {"command": "preview stop acme/shop"}),
        ("POST", "/auth/refresh", "/auth/refresh", None),
    ]
    for method, path, address, body in asked:
        answer = deploys.call(method, address, body)
        described = document["paths"][path][method.lower()]["responses"][str(answer.status_code)]
        schema = described["content"]["application/json"]["schema"] | {"components": document["components"]}
        problems = [error.message for error in Draft202012Validator(schema).iter_errors(answer.json())]
        assert problems == [], (method, address, answer.status_code)


def test_secrets_are_for_writing_only(document: dict[str, Any]) -> None:
    assert document["components"]["schemas"]["Value"]["properties"]["value"]["writeOnly"] is True
