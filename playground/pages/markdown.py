"""Markdown as GitHub shows it: tables, folded details, no script; comments in HTML stay hidden."""

import html
from html.parser import HTMLParser
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markupsafe import Markup

VOID = {"br", "hr", "img"}
PLAIN = (
    "p h1 h2 h3 h4 h5 h6 ul li blockquote pre code em strong del s b i sub sup kbd ins "
    "table thead tbody tr td th details summary br hr"
)
ALLOWED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(PLAIN.split(), ()),
    "a": ("href", "title"),
    "img": ("src", "alt", "title", "width", "height"),
    "ol": ("start",),
    "details": ("open",),
    "code": ("class",),
    "th": ("align",),
    "td": ("align",),
}
SILENT = {"script", "style", "title", "textarea", "iframe"}
ALIGNMENTS = {"text-align:left": "left", "text-align:center": "center", "text-align:right": "right"}

_parser = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable(["table", "strikethrough"])


def render(text: str | None) -> Markup:
    """Safe HTML of what somebody wrote."""
    cleaner = _Cleaner()
    cleaner.feed(_parser.render(text or ""))
    cleaner.close()
    return Markup(cleaner.result())  # noqa: S704 (the cleaner rebuilt every tag from its own list)


class _Cleaner(HTMLParser):
    """Writes HTML anew from allowed tags and attributes, every one closed where it was opened."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._written: list[str] = []
        self._open: list[str] = []
        self._silent = 0

    def result(self) -> str:
        return "".join(self._written) + "".join(f"</{tag}>" for tag in reversed(self._open))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent += 1
        elif tag in ALLOWED and not self._silent:
            kept = "".join(_attribute(tag, name, value or "") for name, value in attrs)
            self._written.append(f"<{tag}{kept}>")
            if tag not in VOID:
                self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in self._open and not self._silent:
            while (opened := self._open.pop()) != tag:
                self._written.append(f"</{opened}>")
            self._written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._written.append(html.escape(data))


def _attribute(tag: str, name: str, value: str) -> str:
    if name == "style" and tag in ("td", "th"):
        name, value = "align", ALIGNMENTS.get(value, "")
    if name not in ALLOWED[tag] or (name in ("href", "src") and not _is_harmless(value)):
        return ""
    if name == "class" and not value.startswith("language-"):
        return ""
    extra = ' rel="nofollow noopener"' if name == "href" else ""
    return f' {name}="{html.escape(value)}"{extra}'


def _is_harmless(address: str) -> bool:
    try:
        return urlsplit(address.strip()).scheme.lower() in ("", "http", "https", "mailto")
    except ValueError:
        return False
