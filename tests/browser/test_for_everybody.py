"""What the pages owe people who don't see them as we do: contrast, names, an order of headings, a visible focus."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.furnished import furnish, pages
from tests.browser.served import Served, serving

pytestmark = pytest.mark.browser

#: Text whose contrast is below 4.5 : 1 (WCAG 2.2, 1.4.3), on the background that is really behind it.
FAINT = """() => {
  const channel = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !element.checkVisibility()) continue;
    const [one, two] = [light(parse(getComputedStyle(element).color)), light(behind(element))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (two + 0.05);
    if (ratio < 4.5) found.push(`${walk.currentNode.data.trim().slice(0, 40)}: ${ratio.toFixed(2)}`);
  }
  return [...new Set(found)];
}"""
#: Fields without a label of their own, and links and buttons without a name.
NAMELESS = """() => [
  ...[...document.querySelectorAll("input:not([type=hidden]), textarea, select")].filter((each) => !each.labels.length),
  ...[...document.querySelectorAll("a, button")].filter((each) => !each.textContent.trim() && !each.ariaLabel),
].map((each) => each.outerHTML)"""
#: Ids that two elements have, and labels of nothing.
TANGLED = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  const twice = ids.filter((each, at) => ids.indexOf(each) !== at);
  const lost = [...document.querySelectorAll("[aria-labelledby]")].map((each) => each.getAttribute("aria-labelledby"));
  return [...twice, ...lost.filter((each) => !ids.includes(each))];
}"""
HEADINGS = "() => [...document.querySelectorAll('h1, h2, h3, h4')].map((each) => Number(each.tagName[1]))"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A house in which a good deal goes on."""
    folder: Path = tmp_path_factory.mktemp("furnished")
    with serving(folder) as site:
        furnish(site)
        yield site


def unfolded(page: Page) -> None:
    """Opens all that can be unfolded."""
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read(browser: Browser, served: Served, scheme: str) -> None:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    for name, path in pages(served).items():
        page.goto(served.url + path)
        unfolded(page)
        assert page.evaluate(FAINT) == [], name
    page.close()


def test_everything_has_a_name_and_headings_have_an_order(visitor: Page, served: Served) -> None:
    for name, path in pages(served).items():
        visitor.goto(served.url + path)
        unfolded(visitor)
        assert visitor.evaluate(NAMELESS) == [], name
        assert visitor.evaluate(TANGLED) == [], name
        levels = visitor.evaluate(HEADINGS)
        assert levels.count(1) == 1, name
        assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False)), (name, levels)


def test_the_keyboard_skips_to_the_content_and_shows_where_it_is(visitor: Page, served: Served) -> None:
    visitor.goto(served.url)
    visitor.keyboard.press("Tab")
    assert visitor.evaluate("document.activeElement.className") == "skip"
    assert visitor.evaluate("document.activeElement.getBoundingClientRect().left >= 0")
    visitor.keyboard.press("Tab")
    assert visitor.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
