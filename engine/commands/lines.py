"""Which lines of a Markdown comment are its author's own words: not quoted, not code, not hidden.

Source of the rules: https://spec.commonmark.org/0.31.2/ (fences 4.5, HTML blocks 4.6, quotes 5.1, code spans 6.1).
"""

import re
from collections.abc import Iterator

from engine.commands.spans import without_spans

FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})(?P<info>.*)")
QUOTE = re.compile(r" {0,3}>")
#: HTML blocks that hide or show as written what is in them, blank lines included; each ends on the line with its end.
HTML_BLOCK = re.compile(r" {0,3}(?:(?P<comment><!--)|<(?P<tag>pre|script|style|textarea)(?=[\s>]|$))", re.IGNORECASE)


def own_lines(comment: str) -> Iterator[str]:
    """The lines that are plain text of the comment, in order."""
    paragraph: list[str] = []
    for line in _outside_blocks(comment.replace("\r\n", "\n").replace("\r", "\n").split("\n")):
        if line.strip():
            paragraph.append(line)
            continue
        yield from _own(paragraph)
        paragraph = []
    yield from _own(paragraph)


def _outside_blocks(lines: list[str]) -> Iterator[str]:
    """Lines outside of fenced code and hidden HTML; each such block leaves empty lines, as it ends a paragraph."""
    fence, end = "", ""
    for line in lines:
        shown = ""
        if fence:
            fence = "" if _closes(line, fence) else fence
        elif end:
            end = "" if end in line.lower() else end
        elif opened := _opens(line):
            fence = opened
        elif block := HTML_BLOCK.match(line):
            closing = "-->" if block["comment"] else f"</{block['tag'].lower()}>"
            end = "" if closing in line[block.end() :].lower() else closing
        else:
            shown = line
        yield shown


def _opens(line: str) -> str:
    found = FENCE.fullmatch(line)
    if found is None or (found["fence"][0] == "`" and "`" in found["info"]):
        return ""
    return found["fence"]


def _closes(line: str, fence: str) -> bool:
    found = FENCE.fullmatch(line)
    return found is not None and found["fence"].startswith(fence) and not found["info"].strip()


def _own(paragraph: list[str]) -> Iterator[str]:
    """A paragraph's lines without code spans and comments; from a quoted line on, the rest of it is the quote's."""
    text = without_spans("\n".join(paragraph))
    for line in text.split("\n"):
        if QUOTE.match(line):
            return
        yield line
