"""The deploy wizard in a real browser and a real house: from the dashboard to an environment that serves."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.stories.house import House

#: Milliseconds; generous, since machines are slow and shared.
PATIENCE = 120_000

pytestmark = pytest.mark.browser


def test_somebody_deploys_what_they_chose_and_opens_it(visitor: Page, browser_house: House, pictures: Path) -> None:
    said: list[str] = []
    visitor.on("console", lambda message: said.append(message.text))
    visitor.goto(f"{browser_house.url.replace('127.0.0.1', 'localhost')}/deploy/new?repository=acme/shop")
    visitor.get_by_role("button", name=re.compile("writer")).click()
    visitor.get_by_role("link", name="Choose staging").click()
    visitor.get_by_role("button", name="Review").click()
    expect(visitor.get_by_text("Nothing stands in the way")).to_be_visible(timeout=PATIENCE)
    visitor.get_by_role("button", name="Deploy Now").click()
    for step in ("Security Scanning", "Building", "Deploying"):
        expect(visitor.locator(".steps .done", has_text=step)).to_be_visible(timeout=PATIENCE)
    expect(visitor.locator(".title .pill")).to_have_text("Deployed", timeout=PATIENCE)
    visitor.screenshot(path=pictures / "10-deployed.png", full_page=True)
    assert said == []
    visitor.get_by_role("link", name="Open staging").click()
    expect(visitor).to_have_url(re.compile(r"^http://staging--shop-\w+\.localhost:"), timeout=PATIENCE)
    visitor.screenshot(path=pictures / "11-served.png")
