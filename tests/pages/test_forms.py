"""Every form of every page: sent by our own page with its proof, or nothing is done (fault W6)."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from starlette.routing import Route

from bot.pages.forms import FORM_LIMIT
from tests.access.world import World
from tests.pages.client import Client
from tests.pages.deploys import Deploys
from tests.pages.site import CSRF, GITHUB, RecordingDesk, app_of, as_person, by_header, form, reception_of, settings_of

#: Its forms are commands, which the counter takes.
READINESS = "/readiness/"
#: The forms whose tests are elsewhere: deliveries have a signature, and a build's buttons take either proof.
ELSEWHERE = ("/webhooks", "/jobs")


@pytest.fixture
def desk() -> RecordingDesk:
    return RecordingDesk()


@pytest.fixture
def site(world: World, tmp_path: Path, desk: RecordingDesk) -> Iterator[Client]:
    app = app_of(reception_of(settings_of(tmp_path, **GITHUB), world, by_header, desk))
    with Client(app) as client:
        client.paths = paths_of(world, [route for route in app.routes if isinstance(route, Route)])  # type: ignore[attr-defined]
        yield client


def paths_of(world: World, routes: list[Route]) -> list[str]:
    """The address of every form, of things that are there."""
    deploys = Deploys(world)
    release = deploys.serve(deploys.environment())
    values = {"owner": "acme", "name": "shop", "environment": "production", "release_id": release.id}
    values |= {"number": "1", "fix": "procfile"}
    posted = [
        route.path for route in routes if "POST" in (route.methods or ()) and not route.path.startswith(ELSEWHERE)
    ]
    return [path.replace(":int", "").replace("{", "%(").replace("}", ")s") % values for path in posted]


def paths(site: Client) -> list[str]:
    """All of them."""
    found: list[str] = site.paths  # type: ignore[attr-defined]
    assert len(found) >= 13
    return found


def post(site: Client, path: str, headers: dict[str, str], body: bytes) -> httpx.Response:
    """What a program gets."""
    return site.request("POST", path, headers={"x-test-login": "writer"} | headers, content=body)


def chosen(**more: str) -> tuple[dict[str, str], bytes]:
    """A form that any of the addresses takes."""
    return form(repository="acme/shop", environment="production", ref="main", key="A", value="b", **more)


def test_a_form_of_our_own_page_reaches_the_desk(site: Client, desk: RecordingDesk) -> None:
    asked = [path for path in paths(site) if READINESS not in path]
    for path in asked:
        headers, body = chosen()
        assert post(site, path, headers, body).status_code in (200, 303), path
    assert len(desk.asks) == len(asked)


@pytest.mark.parametrize("proof", ["", "another", CSRF[:-1], CSRF + "x", "é", "\x00"])
def test_without_the_sessions_proof_nothing_is_done(site: Client, desk: RecordingDesk, proof: str) -> None:
    for path in paths(site):
        headers, body = chosen(csrf=proof)
        answer = post(site, path, headers, body)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf"), path
    assert desk.asks == []


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://localhost:8081"},
        {"origin": "http://pr-1--shop-f9d624.localhost:8081"},
        {"origin": "http://localhost:8080.evil.example"},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_site_does_nothing_even_with_the_proof(
    site: Client, desk: RecordingDesk, headers: dict[str, str]
) -> None:
    for path in paths(site):
        own, body = chosen()
        assert post(site, path, own | headers, body).status_code == 403, path
    assert desk.asks == []


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x"])
def test_what_is_no_form_does_nothing(site: Client, desk: RecordingDesk, kind: str) -> None:
    for path in paths(site):
        headers, body = chosen()
        assert post(site, path, headers | {"content-type": kind}, body).status_code == 415
    assert desk.asks == []


def test_a_form_that_is_too_long_or_unreadable_does_nothing(site: Client, desk: RecordingDesk) -> None:
    headers, body = chosen()
    for path in paths(site):
        assert post(site, path, headers, body + b"&x=" + b"x" * FORM_LIMIT).status_code == 413
        assert post(site, path, headers, body + b"&x=%ff").status_code == 400
        assert post(site, path, headers, body + b"&x=1" * 300).status_code == 400
    assert desk.asks == []


def test_looking_at_the_address_of_a_form_asks_for_nothing(site: Client, desk: RecordingDesk) -> None:
    for path in paths(site):
        for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH"):
            answer = site.request(method, path, headers=as_person("writer"))
            assert answer.status_code == 405 or method in ("GET", "HEAD"), (method, path)
    assert desk.asks == []


def test_who_is_signed_out_is_asked_to_sign_in_and_outsiders_find_nothing(site: Client, desk: RecordingDesk) -> None:
    for path in paths(site):
        headers, body = chosen()
        stranger = site.request("POST", path, headers=headers | {"accept": "text/html"}, content=body)
        assert stranger.headers["location"].startswith("/signin?next=%2F"), path
        assert post(site, path, headers | {"x-test-login": ""}, body).status_code == 401
        assert post(site, path, headers | as_person("outsider"), body).status_code == 404, path
    assert desk.asks == []


def test_a_form_sent_twice_is_one_ask_and_another_page_makes_another(site: Client, desk: RecordingDesk) -> None:
    for ticket in ("a-ticket-of-a-page", "a-ticket-of-a-page", "a-ticket-of-another"):
        headers, body = chosen(ticket=ticket)
        post(site, "/projects/acme/shop/production/deploy", headers, body)
    first, second, third = (ask.ask for ask in desk.asks)
    assert first == second != third


def test_a_refused_form_is_a_page_for_people(site: Client) -> None:
    headers, body = chosen(csrf="")
    answer = post(site, "/projects/acme/shop/production/deploy", headers | as_person("writer"), body)
    assert (answer.status_code, "csrf" in answer.text, "<h1>" in answer.text) == (403, True, True)


def test_forms_without_a_good_ticket_are_asks_of_their_own(site: Client, desk: RecordingDesk) -> None:
    headers, _ = form()
    for _ in range(2):
        fields = {"csrf": CSRF, "ticket": "x; DROP TABLE", "ref": "main"}
        post(site, "/projects/acme/shop/production/deploy", headers, urlencode(fields).encode())
    first, second = (ask.ask for ask in desk.asks)
    assert first != second
    assert "DROP" not in first + second
