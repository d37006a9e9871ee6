"""What a newcomer does after `make up`, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.stories.house import House

#: Milliseconds; generous, since machines are slow and shared.
PATIENCE = 90_000

pytestmark = pytest.mark.browser


def test_a_newcomer_types_preview_and_looks_at_it(visitor: Page, browser_house: House, pictures: Path) -> None:
    def picture(name: str) -> None:
        visitor.screenshot(path=pictures / f"{name}.png", full_page=True)

    visitor.goto(f"http://localhost:{browser_house.ports['PLAYGROUND_PORT']}/")
    picture("1-playground")
    visitor.locator("a.pull[href='/acme/shop/pull/1']").click()
    visitor.get_by_label("Comment").fill("/preview")
    visitor.get_by_role("button", name="Comment").click()
    expect(visitor.get_by_text("👀").first).to_be_visible(timeout=PATIENCE)
    picture("2-eyes")
    link = visitor.get_by_role("link", name=re.compile("^(visit|open)", re.IGNORECASE)).first
    expect(link).to_be_visible(timeout=PATIENCE)
    expect(visitor.get_by_text("🚀").first).to_be_visible(timeout=PATIENCE)
    picture("3-ready")
    address = link.get_attribute("href")
    assert address is not None
    visitor.goto(address)
    picture("4-sign-in")
    visitor.get_by_role("button", name=re.compile("writer")).click()
    expect(visitor).to_have_url(re.compile(r"^http://pr-1--shop-"), timeout=PATIENCE)
    picture("5-preview")
    assert "slipway" not in visitor.url.split("/", 3)[3]


def test_the_job_page_shows_the_stages_and_the_log(visitor: Page, browser_house: House, pictures: Path) -> None:
    writer = browser_house.person("writer")
    (preview,) = writer.previews("acme/shop", 1)
    visitor.goto(preview["job_url"].replace("127.0.0.1", "localhost"))
    visitor.get_by_role("button", name=re.compile("writer")).click()
    expect(visitor.get_by_text("Installing dependencies").first).to_be_visible(timeout=PATIENCE)
    visitor.screenshot(path=pictures / "6-job.png", full_page=True)
    visitor.goto(browser_house.url.replace("127.0.0.1", "localhost"))
    expect(visitor.get_by_text("acme/shop").first).to_be_visible()
    visitor.screenshot(path=pictures / "7-home.png", full_page=True)
