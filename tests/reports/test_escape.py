"""Foreign text can't mention, close, link, break a table or end a code block."""

import html
import re

import pytest

from engine.reports.escape import (
    CHECK_LIMIT,
    COMMENT_LIMIT,
    STATUS_LIMIT,
    code,
    cut,
    fence,
    link,
    one_line,
    sentence,
    text,
    visible,
)

HOSTILE = [
    "@writer please look",
    "@acme/everybody",
    "Closes #1",
    "fixes acme/shop#12",
    "GH-12",
    "gh-12",
    "<img src=x onerror=alert(1)>",
    "</details><script>alert(1)</script>",
    "<!-- slipway:x:1:1 -->",
    "![pixel](https://evil.example/p.png)",
    "[click](javascript:alert(1))",
    "https://github.com/acme/shop/issues/1",
    "www.evil.example",
    "a | b | c",
    "one\ntwo\r\nthree\u2028four",
    "`code` and ``more``",
    "unbalanced ` tick",
    "**bold** _em_ ~~gone~~ $x$",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "===",
    "\\",
    "\\|",
    "\u202etxt.exe\u2066",
    "zero\u200bwidth\ufeff",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07",
    "nul\x00bell\x07",
    "\ud800",
    "&#64;writer &commat;writer",
    "[^1] footnote :rocket:",
]


def outside_code(markdown: str) -> str:
    """What is left of Markdown without its code spans."""
    return re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", markdown)


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("made", [text, sentence, code])
def test_hostile_text_stays_words(made: object, value: str) -> None:
    shown = made(value)  # type: ignore[operator]  # one of three functions
    plain = outside_code(shown) if made is not text else shown
    assert "\n" not in shown
    # GitHub looks for these once the Markdown and the entities were read.
    read = html.unescape(re.sub(r"\\([^\w\s])", r"\1", plain))
    assert not re.search(r"@[A-Za-z]|#\d|\bgh-\d|://|www\.", read, re.IGNORECASE)
    assert not re.search(r"(?<!\\)[*_~$\[\]|]", plain)
    assert "<" not in plain
    assert not re.match(r"[-+>=#]|\d+[.)]", plain)
    assert not re.search(r"[\x00-\x1f\u200b\u202a-\u202e\u2066-\u2069\ufeff\ud800]", shown)


@pytest.mark.parametrize("value", HOSTILE)
def test_a_code_span_ends_where_it_should(value: str) -> None:
    shown = code(value)
    assert outside_code(shown) == ""
    assert "|" not in shown


@pytest.mark.parametrize("value", HOSTILE)
def test_text_keeps_its_words(value: str) -> None:
    for word in re.findall(r"[a-z]{3,}", one_line(value)):
        assert word in text(value)


def test_code_in_a_sentence_stays_code() -> None:
    assert sentence("Add `flask` to `a|b` and @writer") == "Add `flask` to `a¦b` and @&#8203;writer."
    assert sentence("It broke.") == "It broke."
    assert sentence("") == ""


@pytest.mark.parametrize("line", ["```", "````", "~~~", "``` text", "`" * 50, "    ```"])
def test_nothing_in_a_block_ends_it(line: str) -> None:
    block = fence(["before", line, "after"])
    opening = re.match(r"`+", block)
    assert opening is not None
    assert block.endswith(f"after\n{opening[0]}")
    assert opening[0] not in block[len(opening[0]) : -len(opening[0])]


def test_a_long_block_keeps_its_end() -> None:
    block = fence([f"line {number}" for number in range(10_000)], limit=1000)
    assert len(block) < 1200
    assert "line 9999" in block
    assert "the beginning is left out" in block


def test_a_link_stays_one_link() -> None:
    assert link("Open", "http://x/a)b (c|d>") == "[Open](http://x/a%29b%20%28c%7Cd%3E)"


@pytest.mark.parametrize("limit", [COMMENT_LIMIT, CHECK_LIMIT])
def test_a_long_body_is_cut_with_a_notice(limit: int) -> None:
    body = cut("word " * 30_000 + "\n", limit)
    assert len(body) <= limit
    assert "cut here" in body


def test_a_cut_closes_the_code_block_it_cuts() -> None:
    body = cut("intro\n````text\n" + "line\n" * 30_000 + "````", COMMENT_LIMIT)
    assert body.count("\n````") == 2
    assert body.index("cut here") > body.rindex("````")


def test_a_short_body_is_left_alone() -> None:
    assert cut("x" * COMMENT_LIMIT, COMMENT_LIMIT) == "x" * COMMENT_LIMIT


def test_one_line_is_short_enough_for_a_status() -> None:
    assert len(one_line("x" * 1000, STATUS_LIMIT)) == STATUS_LIMIT


def test_emoji_survive() -> None:
    assert visible("👩‍💻 ok") == "👩‍💻 ok"
