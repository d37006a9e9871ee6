"""Pages that go on by themselves, and pages without any script, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from engine.domain.release import DeployState
from engine.store import environments, releases
from tests.access.world import SHOP
from tests.browser.served import Served, serving
from tests.pages.site import CSRF

#: Milliseconds; generous, since machines are slow and shared.
PATIENCE = 90_000
HEAD = "b" * 40
FILE = b"environments: {staging: {checks: none}}"

pytestmark = pytest.mark.browser


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A shop with a commit on main, and everybody signed in as its writer."""
    with serving(tmp_path) as site:
        for ref in ("main", HEAD):
            site.world.forge.repositories[SHOP.id].files[ref] = {"slipway.yml": FILE}
        site.world.commits.history(SHOP.id).add(HEAD, branch="main")
        yield site


@pytest.fixture
def complaints(visitor: Page) -> list[str]:
    """What the browser says on its console, such as what the page's security policy forbade."""
    said: list[str] = []
    visitor.on("console", lambda message: said.append(message.text))
    visitor.on("dialog", lambda dialog: said.append(dialog.message))
    return said


def mark(page: Page) -> None:
    """Leaves a mark that is gone once the page is loaded again."""
    page.evaluate("document.body.dataset.mark = 'same'")


def test_a_deploy_is_followed_to_its_end_without_loading_again(
    visitor: Page, served: Served, complaints: list[str]
) -> None:
    deploys = served.deploys
    release = deploys.ask(deploys.environment("staging"))
    visitor.goto(f"{served.url}/deploys/{release.id}")
    mark(visitor)
    deploys.move(release, DeployState.SECURITY_SCANNING, DeployState.BUILDING)
    expect(visitor.locator(".steps .now")).to_contain_text("Building", timeout=PATIENCE)
    deploys.log(release, "Resolved 9 packages", "<img src=x onerror=alert(1)>")
    expect(visitor.locator(".lines li").nth(1)).to_have_text("<img src=x onerror=alert(1)>", timeout=PATIENCE)
    deploys.move(release, DeployState.DEPLOYING, DeployState.DEPLOYED)
    expect(visitor.locator(".steps .done")).to_have_count(4, timeout=PATIENCE)
    expect(visitor.locator(".lines li")).to_have_count(2)
    assert visitor.evaluate("document.body.dataset.mark") == "same"
    assert complaints == []


def test_the_dashboard_shows_a_deploy_that_somebody_else_asks_for(
    visitor: Page, served: Served, complaints: list[str]
) -> None:
    visitor.goto(served.url)
    mark(visitor)
    expect(visitor.get_by_text("Nothing runs and nothing waits")).to_be_visible()
    served.deploys.ask(served.deploys.environment("staging"), requested_by="ada")
    expect(visitor.get_by_role("link", name="acme/shop · staging v1")).to_be_visible(timeout=PATIENCE)
    assert visitor.evaluate("document.body.dataset.mark") == "same"
    assert complaints == []


def test_what_somebody_writes_is_not_taken_away_by_news(visitor: Page, served: Served) -> None:
    staging = served.deploys.environment("staging")
    visitor.goto(f"{served.url}/projects/acme/shop")
    visitor.locator("summary", has_text="Lock").click()
    visitor.get_by_label("Reason").fill("looking into the checkout")
    served.deploys.ask(staging, requested_by="ada")
    other = visitor.context.new_page()
    other.goto(f"{served.url}/projects/acme/shop")
    expect(other.get_by_role("link", name="v1").first).to_be_visible(timeout=PATIENCE)
    expect(visitor.get_by_label("Reason")).to_have_value("looking into the checkout")
    visitor.get_by_label("Reason").fill("")
    visitor.locator("h1").click()
    expect(visitor.get_by_role("link", name="v1").first).to_be_visible(timeout=PATIENCE)
    expect(visitor.get_by_label("Reason")).to_be_visible()


def test_the_wizard_leads_to_a_deploy(visitor: Page, served: Served, complaints: list[str]) -> None:
    visitor.goto(served.url)
    visitor.get_by_role("link", name="New deploy").first.click()
    wizard_to_the_end(visitor)
    expect(visitor.get_by_role("heading", name="staging v1")).to_be_visible(timeout=PATIENCE)
    for step in ("Security Scanning", "Building", "Deploying", "Deployed"):
        expect(visitor.locator(".steps").get_by_text(step, exact=True)).to_be_visible()
    assert complaints == []


def test_everything_works_without_scripts(browser: Browser, served: Served) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served.url}/deploy/new")
    wizard_to_the_end(page)
    expect(page.get_by_role("heading", name="staging v1")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(".pill").first).to_have_text("Cancelled", timeout=PATIENCE)
    page.goto(f"{served.url}/projects/acme/shop")
    page.locator("summary", has_text="Lock").click()
    page.get_by_label("Reason").fill("looking into the checkout")
    page.get_by_role("button", name="Lock", exact=True).click()
    expect(page.get_by_text("Locked by writer")).to_be_visible(timeout=PATIENCE)
    context.close()


def wizard_to_the_end(page: Page) -> None:
    """Chooses the shop and staging, sets a secret, and deploys."""
    page.get_by_role("link", name="acme/shop").click()
    page.get_by_role("link", name="Choose staging").click()
    page.get_by_label("Name").fill("API_KEY")
    page.get_by_label("Value").fill("a canary of a secret")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("API_KEY")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="Review").click()
    expect(page.get_by_text("Nothing stands in the way")).to_be_visible(timeout=PATIENCE)
    assert "a canary of a secret" not in page.content()
    page.get_by_role("button", name="Deploy Now").click()


def test_going_back_shows_the_plan_and_then_the_deploy(visitor: Page, served: Served) -> None:
    staging = served.deploys.environment("staging")
    served.deploys.serve(staging, "a" * 40)
    served.deploys.serve(staging, HEAD)
    visitor.goto(f"{served.url}/projects/acme/shop")
    visitor.get_by_role("link", name="Roll back staging to v1").click()
    expect(visitor.get_by_text("Nothing stands in the way")).to_be_visible(timeout=PATIENCE)
    visitor.get_by_role("button", name="Roll back to v1").click()
    expect(visitor.get_by_role("heading", name="staging v3")).to_be_visible(timeout=PATIENCE)
    with served.world.database.read() as connection:
        found = environments.by_id(connection, staging.id)
        assert found is not None
        assert releases.of_environment(connection, staging.id)[0].sha == "a" * 40


def test_a_stream_that_is_refused_is_made_up_for(visitor: Page, served: Served) -> None:
    release = served.deploys.ask(served.deploys.environment("staging"))
    visitor.route(re.compile(r"/live\?"), lambda route: route.fulfill(status=429))
    visitor.goto(f"{served.url}/deploys/{release.id}")
    served.deploys.log(release, "Resolved 9 packages")
    served.deploys.move(release, DeployState.SECURITY_SCANNING)
    expect(visitor.locator(".lines li")).to_have_text(["Resolved 9 packages"], timeout=PATIENCE)
    expect(visitor.locator(".steps .now")).to_contain_text("Security Scanning", timeout=PATIENCE)


def test_a_session_that_is_half_over_is_refreshed_and_forms_go_on(browser: Browser, tmp_path: Path) -> None:
    proofs: list[str] = []

    def refresh(request: Request) -> Response:
        proofs.append(request.headers["x-slipway-csrf"])
        return JSONResponse({"csrf": "the next proof", "expires_at": "2026-01-01T00:00:00Z"})

    with serving(tmp_path, Route("/auth/refresh", refresh, methods=["POST"])) as site:
        page = browser.new_page()
        page.clock.install()
        page.goto(site.url)
        page.clock.run_for(10 * 60 * 1000)
        field = page.locator("input[name=csrf]").first
        expect(field).to_have_value("the next proof", timeout=PATIENCE)
        page.close()
    assert proofs[0] == CSRF
