"""The dashboard, a project, a deploy and the wizard, looked at in a real browser at desktop and telephone width."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.furnished import furnish, pages
from tests.browser.served import Served, serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A house in which a good deal goes on."""
    folder: Path = tmp_path_factory.mktemp("furnished")
    with serving(folder) as site:
        furnish(site)
        yield site


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("device", "width"), [("desktop", 1280), ("phone", 390)])
def test_every_page_fits_and_is_looked_at(
    browser: Browser, served: Served, pictures: Path, scheme: str, device: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    for name, path in pages(served).items():
        answer = page.goto(served.url + path)
        assert answer is not None
        assert answer.ok, name
        page.screenshot(path=pictures / f"{name}-{device}-{scheme}.png", full_page=True)
        assert fits(page), f"{name} is wider than a {device}"
    page.close()


def fits(page: Page) -> bool:
    """True when nothing has to be scrolled sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
