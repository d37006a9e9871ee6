"""Whatever stands in a report, read as GitHub reads it: the same structure, and nothing that mentions or refers."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from engine.reports.escape import (
    CHECK_LIMIT,
    COMMENT_LIMIT,
    code,
    cut,
    fence,
    link,
    one_line,
    sentence,
    text,
)
from tests.reports.hostile import HOSTILE

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
#: What GitHub makes live in the words of a rendered text.
LIVE = {
    "mention": re.compile(r"(?<![\w/])@[A-Za-z0-9]"),
    "address": re.compile(r"[\w.+-]@[\w-]"),
    "reference": re.compile(r"#\d"),
    "GH reference": re.compile(r"\bgh-\d", re.IGNORECASE),
    "commit": re.compile(r"\b[0-9a-f]{7,40}\b"),
    "link": re.compile(r"\w://\w"),
    "www": re.compile(r"\bwww\.\w", re.IGNORECASE),
}
#: What turns reading around, hides, or can't be sent.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)

#: Where a report has foreign text: a sentence, a name in a table, a list of problems, an answer that is folded away.
PLACES = {
    "cause": lambda value: f"**Cause:** {sentence(value)}\n\n{link('Job page', 'http://localhost/jobs/1')}",
    "cell": lambda value: f"| Name | Commit |\n|---|---|\n| {code(value)} | {text(value)} |\n\nafter",
    "list": lambda value: f"Problems:\n- {sentence(value)}\n- {sentence('word')}\n\nafter",
    "text list": lambda value: f"- {text(value)}\n\nafter",
    "paragraph": lambda value: f"{text(value)}\n\nafter",
    "answer": lambda value: (
        f"<details><summary>Last answers</summary>\n\n**{code(value)}**: {text(value)}\n\n</details>"
    ),
    "log": lambda value: f"The log:\n\n{fence(['before', value, 'after'])}\n\nafter",
}


@dataclass
class Page(HTMLParser):
    """A rendered report: its tags in order but for code spans, and its words outside code."""

    tags: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code += tag == "code"
        if tag != "code":
            self.tags.append(f"{tag} {dict(attrs)}" if tag == "a" else tag)

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag == "code"
        if tag != "code":
            self.tags.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.tags.append("comment")

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.words.append(data)


def rendered(markdown: str) -> Page:
    """The page that Markdown becomes."""
    page = Page()
    page.feed(MARKDOWN.render(markdown))
    page.close()
    return page


@pytest.mark.parametrize("place", list(PLACES))
def test_whatever_it_says_a_report_keeps_its_structure(place: str) -> None:
    usual = rendered(PLACES[place]("word")).tags
    for value in HOSTILE:
        if one_line(value):
            assert rendered(PLACES[place](value)).tags == usual, repr(value)


@pytest.mark.parametrize("place", list(PLACES))
def test_whatever_it_says_nothing_in_a_report_is_live(place: str) -> None:
    for value in HOSTILE:
        for words in rendered(PLACES[place](value)).words:
            for kind, pattern in LIVE.items():
                assert not pattern.search(words), f"{kind} in {words!r} of {value!r}"


@pytest.mark.parametrize("place", list(PLACES))
def test_nothing_in_a_report_turns_or_hides(place: str) -> None:
    for value in HOSTILE:
        shown = PLACES[place](value)
        assert not UNSEEN.search(shown), repr(value)
        shown.encode()


@pytest.mark.parametrize("limit", [COMMENT_LIMIT, CHECK_LIMIT])
@pytest.mark.parametrize("line", ["word\n", "😀 é\n", "| `a` | b |\n", "- item\n"])
def test_a_long_body_fits_in_bytes_which_github_counts(limit: int, line: str) -> None:
    body = cut(line * 60_000, limit)
    assert limit // 2 < len(body.encode()) <= limit
    assert body.endswith("the whole is on the job page.")


def test_a_cut_is_told_outside_of_what_is_folded_away() -> None:
    body = cut("<details><summary>Last answers</summary>\n\n" + "word\n" * 30_000 + "\n</details>", COMMENT_LIMIT)
    assert body.count("<details>") == body.count("</details>") == 1
    assert body.index("</details>") < body.index("cut here")


def test_a_cut_ends_the_code_block_and_then_what_is_folded_away() -> None:
    body = cut("<details><summary>Log</summary>\n\n````text\n" + "</details>\n" * 30_000 + "````", CHECK_LIMIT)
    page = rendered(body)
    assert page.tags[-4:] == ["/pre", "/details", "p", "/p"]
