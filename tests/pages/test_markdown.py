"""Our own Markdown on pages: what we marked is marked, and whatever foreign text is in it stays words."""

import re

import pytest

from bot.pages.markdown import as_page, as_words, inline, sentence
from engine.reports.escape import code, text
from engine.reports.escape import sentence as escaped_sentence

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "`</code><script>alert(1)</script>`",
    "**<b onmouseover=alert(1)>**",
    '" onfocus="alert(1)',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "{{ 7 * 7 }} {% raw %}",
    "\u202egnp.exe\u200b\x1b[31m",
    "a\n- <li>b",
]
TAG = re.compile(r"<(/?)([a-z]+)([^>]*)>")


def tags_of(html: str) -> set[str]:
    """Every tag, without what may be in it."""
    return {name for _, name, _ in TAG.findall(html)}


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("plain", "plain"),
        ("`v3` of `main`", "<code>v3</code> of <code>main</code>"),
        ("`` a`b ``", "<code>a`b</code>"),
        ("**Commits:** none", "<strong>Commits:</strong> none"),
        (r"a\_b \*c\*", "a_b *c*"),
        ("[Open](https://x.example/a)", '<a href="https://x.example/a" rel="noreferrer">Open</a>'),
        ("[Deploy](/deploys/dep_1)", '<a href="/deploys/dep_1" rel="noreferrer">Deploy</a>'),
        ("a &amp; b &lt;c> @&#8203;ada", "a &amp; b &lt;c&gt; @ada"),
        ("`unclosed", "`unclosed"),
        ("", ""),
    ],
)
def test_a_mark_of_ours_is_shown_as_such(markdown: str, html: str) -> None:
    assert str(inline(markdown)) == html


def test_lines_become_paragraphs_and_lists() -> None:
    html = str(as_page("Two things:\n\n- `one`\n- two\n\nThat is all."))
    assert html.split("\n") == [
        "<p>Two things:</p>",
        "<ul><li><code>one</code></li><li>two</li></ul>",
        "<p>That is all.</p>",
    ]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "//evil.example", "data:text/html,x", 'https://x"onclick=x']
)
def test_a_link_that_leads_to_no_page_is_words(address: str) -> None:
    assert "<a" not in inline(f"[click]({address})")


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("escape", [text, code, escaped_sentence])
def test_foreign_text_that_was_escaped_is_words(hostile: str, escape: object) -> None:
    assert callable(escape)
    html = str(as_page(f"Locked: {escape(hostile)}"))
    assert tags_of(html) <= {"p", "code"}
    assert "onerror=alert" not in TAG.sub("", html) or "<img" not in html


@pytest.mark.parametrize("hostile", HOSTILE)
def test_foreign_text_that_nobody_escaped_is_no_more_than_code_and_bold(hostile: str) -> None:
    assert tags_of(str(sentence(hostile))) <= {"code", "strong"}
    assert all(attributes == "" for _, _, attributes in TAG.findall(str(sentence(hostile))))


def test_words_are_the_same_without_marks() -> None:
    assert as_words("`v3` of **main** is [here](https://x.example) &lt;b>") == "v3 of main is here <b>"
