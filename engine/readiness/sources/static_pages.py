"""Files that a static site's pages name and the repository hasn't got."""

import posixpath
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from engine.readiness.facts import Facts
from engine.readiness.sources.application import application, in_repository, is_application, text_of

#: Pages that are read at most.
PAGES = 30
#: Bytes of a page.
PAGE_SIZE = 64 * 1024
#: What stands in pages that are put together before they are answered.
TEMPLATE = ("{{", "{%", "<%")
#: Pages that are answered at any address, which decides what their links mean.
ANYWHERE = re.compile(r"(^|/)(40[34]|50\d|error|errors|not[-_]?found|offline)(/|[^/]*\.html$)", re.IGNORECASE)


class _Links(HTMLParser):
    """Scripts and style sheets of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, int]] = []
        self.base = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes what the page can't do without."""
        said = dict(attrs)
        self.base |= tag == "base"
        if tag == "script" and said.get("src"):
            self.found.append((said["src"] or "", self.getpos()[0]))
        if tag == "link" and (said.get("rel") or "").lower() == "stylesheet" and said.get("href"):
            self.found.append((said["href"] or "", self.getpos()[0]))


def missing_files(facts: Facts, folder: str) -> Iterator[tuple[str, str, int]]:
    """What is missing, the page that names it, and the line; `folder` is the one that is served."""
    tree = application(facts)
    paths = set(tree.paths())
    top = "" if folder == "." else f"{folder}/"
    pages = [path for path in sorted(paths) if path.startswith(top) and path.endswith(".html") and is_application(path)]
    for page in [page for page in pages if not ANYWHERE.search(page)][:PAGES]:
        links = _Links()
        text = text_of(tree, page, PAGE_SIZE) or ""
        links.feed(text)
        if links.base or any(sign in text for sign in TEMPLATE):
            continue
        for link, line in links.found:
            target = _target(link, page, folder)
            if target and target not in paths:
                yield link, in_repository(facts, page), line


def _target(link: str, page: str, folder: str) -> str:
    """The path that a link means; empty: it is another machine's, or can't be told."""
    parts = urlsplit(link.strip())
    if parts.scheme or parts.netloc or not parts.path or any(sign in link for sign in "{}$%<>"):
        return ""
    path = unquote(parts.path)
    base = folder if path.startswith("/") else posixpath.dirname(page)
    target = posixpath.normpath(posixpath.join(base, path.lstrip("/")))
    return "" if target.startswith("..") or not target.endswith((".js", ".mjs", ".css")) else target
