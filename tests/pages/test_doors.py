"""The doors: who is answered, with which headers, and what a fault looks like."""

import hashlib
import hmac
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.app import create_app
from bot.pages.templates import FOLDER
from tests.access.world import World
from tests.pages.client import Client
from tests.pages.site import WEBHOOK_SECRET, open_site, settings_of


async def broken(_request: Request) -> Response:
    """A page with a fault."""
    raise ZeroDivisionError("only the operator reads this")


@pytest.fixture
def set_up_mode(tmp_path: Path) -> Iterator[Client]:
    """A Slipway without a GitHub App."""
    with Client(create_app(settings_of(tmp_path), None)) as client:
        yield client


def deliver(site: Client, guid: str) -> int:
    """Posts a signed delivery; the status."""
    body = b'{"zen": "Keep it logically awesome."}'
    signature = "sha256=" + hmac.new(WEBHOOK_SECRET.encode(), body, hashlib.sha256).hexdigest()
    headers = {"X-Hub-Signature-256": signature, "X-GitHub-Delivery": guid, "X-GitHub-Event": "ping"}
    headers |= {"Content-Type": "application/json"}
    return site.request("POST", "/webhooks/github", content=body, headers=headers).status_code


def test_healthz_answers(site: Client) -> None:
    assert (site.get("/healthz").status_code, site.get("/healthz").text) == (200, "ok")


def test_a_webhook_is_stored_once(site: Client) -> None:
    assert [deliver(site, "guid-1"), deliver(site, "guid-1")] == [202, 200]


@pytest.mark.parametrize("path", ["/", "/healthz", "/static/slipway.css", "/nothing", "/jobs/bld_1"])
def test_every_answer_has_the_security_headers(site: Client, path: str) -> None:
    headers = site.get(path).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in headers


def test_https_is_remembered_by_browsers(world: World, tmp_path: Path) -> None:
    with open_site(world, tmp_path, PUBLIC_URL="https://slipway.example") as site:
        assert "max-age=" in site.get("https://slipway.example/healthz").headers["strict-transport-security"]


@pytest.mark.parametrize(("host", "status"), [("evil.example", 400), ("localhost", 200), ("127.0.0.1:8080", 200)])
def test_only_our_own_names_are_answered(site: Client, host: str, status: int) -> None:
    assert site.get("/healthz", headers={"host": host}).status_code == status


def test_no_page_has_code_or_styles_of_its_own() -> None:
    templates = list((FOLDER / "templates").glob("*.html"))
    assert templates
    for template in templates:
        text = template.read_text()
        assert not re.search(r"\s(style|on\w+)=|<style|<script>|\|\s*safe", text), template


def test_what_is_not_there_is_a_page_for_people_and_json_for_programs(site: Client) -> None:
    assert "There is nothing here" in site.get("/nothing", headers={"accept": "text/html"}).text
    assert site.get("/nothing").json()["error"]["code"] == "not_found"


def test_a_fault_shows_a_number_and_nothing_else(world: World, tmp_path: Path) -> None:
    with open_site(world, tmp_path, Route("/broken", broken)) as site:
        page = site.get("/broken", headers={"accept": "text/html"})
        assert page.status_code == 500
        assert "Slipway has a fault" in page.text
        assert "only the operator" not in page.text
        assert page.headers["x-content-type-options"] == "nosniff"
        assert site.get("/broken").json()["error"]["code"] == "fault"


def test_without_a_github_app_setup_says_what_to_set(set_up_mode: Client) -> None:
    page = set_up_mode.get("/setup")
    assert page.status_code == 200
    for words in ("GITHUB_APP_ID", "GITHUB_PRIVATE_KEY", "http://localhost:8080/webhooks/github", "checks: write"):
        assert words in page.text


@pytest.mark.parametrize("path", ["/", "/jobs/bld_1", "/webhooks/github", "/signin", "/api/previews"])
def test_without_a_github_app_everything_else_waits(set_up_mode: Client, path: str) -> None:
    answer = set_up_mode.request("POST" if path.startswith("/webhooks") else "GET", path)
    assert answer.status_code == 503
    assert 'href="/setup"' in answer.text
    assert set_up_mode.get("/healthz").status_code == 200
