"""Our own Markdown, as outcomes of asks carry it, for pages: whatever isn't one of five known marks is plain text."""

import re
from html import unescape

from markupsafe import Markup, escape

from engine.reports.escape import visible

#: In this order: an escaped sign, code, a link, bold words, an entity.
MARK = re.compile(
    r"\\(?P<sign>[!-/:-@\[-`{-~])"
    r"|(?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
    r"|\[(?P<label>(?:\\.|[^\]\\])*)\]\((?P<address>[^()\s]+)\)"
    r"|\*\*(?P<bold>(?:\\.|[^*\\])+)\*\*"
    r"|(?P<entity>&(?:amp|lt|gt|quot|#\d{1,7});)"
)
#: Addresses that links may lead to.
ADDRESS = re.compile(r"https?://[^\s\"'<>]+|/(?!/)[^\s\"'<>\\]*")


def as_page(markdown: str) -> Markup:
    """Paragraphs and lists."""
    blocks: list[Markup] = []
    items: list[Markup] = []
    for line in [*markdown.split("\n"), ""]:
        if line.startswith("- "):
            items.append(Markup("<li>{}</li>").format(inline(line[2:])))
            continue
        if items:
            blocks.append(Markup("<ul>{}</ul>").format(Markup("").join(items)))
            items = []
        if line.strip():
            blocks.append(Markup("<p>{}</p>").format(inline(line)))
    return Markup("\n").join(blocks)


def inline(markdown: str, *, links: bool = True) -> Markup:
    """The marks within one line."""
    markdown = visible(markdown)
    parts: list[Markup] = []
    at = 0
    for mark in MARK.finditer(markdown):
        parts += [escape(markdown[at : mark.start()]), _marked(mark, links=links)]
        at = mark.end()
    return Markup("").join([*parts, escape(markdown[at:])])


def sentence(told: str) -> Markup:
    """A sentence that foreign words may be in: its code is code, and nothing in it is a link."""
    return inline(told, links=False)


def as_words(markdown: str) -> str:
    """The same without any marks, for titles and programs."""
    return inline(markdown).striptags()


def _marked(mark: re.Match[str], *, links: bool) -> Markup:
    found = mark.groupdict()
    if found["sign"] is not None:
        return escape(found["sign"])
    if found["code"] is not None:
        return Markup("<code>{}</code>").format(found["code"].strip(" ") or " ")
    if found["label"] is not None:
        return _link(found["label"], found["address"]) if links else escape(mark[0])
    if found["bold"] is not None:
        return Markup("<strong>{}</strong>").format(inline(found["bold"], links=links))
    return escape(visible(unescape(found["entity"])))


def _link(label: str, address: str) -> Markup:
    if ADDRESS.fullmatch(address) is None:
        return inline(label)
    return Markup('<a href="{}" rel="noreferrer">{}</a>').format(address, inline(label, links=False))
