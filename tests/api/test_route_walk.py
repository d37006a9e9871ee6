"""Every route, walked: another tenant's things are nowhere, and reading changes nothing (faults F-W6 and F-W7)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from starlette.routing import WebSocketRoute

from bot.api import calls_of
from bot.api.allowance import Allowance
from bot.api.call import Call
from bot.api.reach import Reach
from engine.access import sessions
from engine.store.schema import metadata
from tests.access.world import OUTSIDER, WRITER
from tests.api.deploys import Deploys
from tests.api.whole import filled, walked, walker, whole_app

#: Routes with a parameter that is nobody's: files of ours.
NOBODYS = ("/static",)
#: Routes that are there for whoever has the key in the address, and for nobody else.
KEYED = ("readiness.svg",)


@dataclass(frozen=True)
class Grounds:
    """A tenant with one of everything."""

    deploys: Deploys
    #: By the first words of a path and a parameter's name.
    values: Mapping[str, str]

    def person(self, login: str) -> dict[str, str]:
        """The headers of somebody who is signed in, as their browser sends them with a form of ours."""
        web = self.deploys.web
        web.sign_in({"outsider": OUTSIDER, "writer": WRITER}[login])
        cookie = f"slipway_{web.world.instance}_session={web.session}"
        return {
            "cookie": cookie,
            "origin": "http://localhost:8080",
            "accept": "text/html",
            "x-slipway-csrf": sessions.csrf_of(web.session),
        }

    def form(self) -> tuple[dict[str, str], bytes]:
        """A form that proves that it is ours."""
        proof = sessions.csrf_of(self.deploys.web.session)
        return {"content-type": "application/x-www-form-urlencoded"}, f"csrf={proof}&key=A&value=x".encode()


@pytest.fixture
def grounds(deploys: Deploys) -> Grounds:
    web = deploys.web
    preview = web.world.preview()
    build = web.world.serve(preview, "tcp:127.0.0.1:1")
    share = deploys.call("POST", f"/api/previews/{preview.id}/share").headers["location"].rpartition("/")[2]
    release = deploys.served()
    environment = deploys.environment().id
    deploys.call("PUT", f"/api/environments/{environment}/variables/A", {"value": "x"})
    values = {
        "/api/previews id": preview.id,
        "/api/previews share": share,
        "/api/deployments id": release,
        "/api/environments id": environment,
        "/api/environments key": "A",
        "/jobs build_id": build.id,
        "/deploys release_id": release,
        "/projects owner": "acme",
        "/projects name": "shop",
        "/projects environment": "production",
        "/projects environment_id": environment,
        "/projects number": "1",
        "/projects fix": "procfile",
        "/api/deploy-readiness owner": "acme",
        "/api/deploy-readiness name": "shop",
        "/api/deploy-readiness project": "7",
    }
    return Grounds(deploys, values)


def test_another_tenants_ids_are_404_on_every_route_of_pages(grounds: Grounds) -> None:
    app = whole_app(grounds.deploys.web)
    headers = grounds.person("outsider")
    more, form = grounds.form()
    wrong = []
    routes = [each for each in walked(app.routes) if "{" in each[1] and not each[1].startswith(("/api/", *NOBODYS))]
    with walker(app) as walk:
        for method, path in routes:
            address = filled(path, grounds.values)
            asked = headers if method == "GET" else headers | more
            status = walk.ask(method, address, asked, b"" if method == "GET" else form).status
            wrong += [] if status == 404 else [(method, path, status)]
    assert wrong == []
    assert len(routes) >= 15


@pytest.mark.parametrize("by", ["token", "session"])
def test_another_tenants_ids_are_404_on_every_call(grounds: Grounds, by: str) -> None:
    app = whole_app(grounds.deploys.web)
    headers = grounds.person("outsider") if by == "session" else grounds.deploys.key("outsider")
    wrong = []
    calls = [call for call in every_call(grounds) if names_somebodys(call)]
    with walker(app) as walk:
        for call in calls:
            address, body = request_of(call, grounds)
            answer = walk.ask(call.method, address, headers, body)
            wrong += [] if answer.status == 404 else [(call.method, call.path, answer.status, answer.body)]
            assert b"acme" not in answer.body
    assert wrong == []
    assert len(calls) >= 25


def test_the_same_calls_find_these_things_for_their_own_people(grounds: Grounds) -> None:
    app = whole_app(grounds.deploys.web)
    headers = grounds.deploys.key("writer")
    with walker(app) as walk:
        for call in every_call(grounds):
            if call.method == "GET":
                assert walk.ask("GET", request_of(call, grounds)[0], headers).status == 200, call.path


def test_the_same_pages_are_there_for_their_own_people(grounds: Grounds) -> None:
    app = whole_app(grounds.deploys.web)
    headers = grounds.person("writer")
    with walker(app) as walk:
        for method, path in walked(app.routes):
            if (
                method == "GET"
                and "{" in path
                and not path.startswith(("/api/", *NOBODYS))
                and not path.endswith(KEYED)
            ):
                assert walk.ask("GET", filled(path, grounds.values), headers).status != 404, path


def test_no_get_changes_sql(grounds: Grounds) -> None:
    app = whole_app(grounds.deploys.web)
    headers = grounds.person("writer")
    reading = [path for method, path in walked(app.routes) if method == "GET"]
    before = contents(grounds)
    changed, answered = [], 0
    with walker(app) as walk:
        for path in reading:
            for query in ("", "?repository=acme/shop", "?repository=acme%2Fshop&environment=production&plan=1"):
                answered += walk.ask("GET", filled(path, grounds.values) + query, headers).status == 200
            changed += [] if contents(grounds) == before else [path]
    assert changed == []
    assert answered >= 40


def test_a_stream_is_opened_by_a_token_of_its_own_deployment_only(grounds: Grounds) -> None:
    sockets = [route.path for route in whole_app(grounds.deploys.web).routes if isinstance(route, WebSocketRoute)]
    assert sockets == ["/ws/deployments/{id}"], "a new one needs a test of its own here"
    path = f"/api/deployments/{grounds.values['/api/deployments id']}/stream-token"
    assert grounds.deploys.call("POST", path, by="outsider").status_code == 404


def every_call(grounds: Grounds) -> list[Call]:
    """The table of the API."""
    deps = grounds.deploys.web.deps
    return calls_of(Reach(deps, Allowance(deps.clock)))


def names_somebodys(call: Call) -> bool:
    """True of a call about something that belongs to a tenant."""
    return "{" in call.path or "repository" in {**call.query.model_fields, **call.body.model_fields}


def request_of(call: Call, grounds: Grounds) -> tuple[str, bytes]:
    """An address and body that the call takes."""
    query = "?repository=acme/shop" if "repository" in call.query.model_fields else ""
    named = {"repository": "acme/shop", "environment": "production", "command": "status"}
    fields = call.body.model_fields
    body = {name: value for name, value in named.items() if name in fields} if "repository" in fields else {}
    return filled(call.path, grounds.values) + query, b"" if call.method == "GET" else json.dumps(body).encode()


def contents(grounds: Grounds) -> dict[str, list[str]]:
    """Every row of every table."""
    with grounds.deploys.web.world.database.read() as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
        }
