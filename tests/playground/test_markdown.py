"""Markdown becomes harmless HTML."""

import pytest

from playground.pages.markdown import render


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**bold** `code`", "<p><strong>bold</strong> <code>code</code></p>\n"),
        ("<!-- marker -->\nHello", "\n<p>Hello</p>\n"),
        ("a <b>b</b> & c", "<p>a <b>b</b> &amp; c</p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ('<a href="javascript:alert(1)">x</a>', "<p><a>x</a></p>\n"),
        ("<script>alert(1)</script>", ""),
        ("<svg onload=alert(1)>x</svg>", "<p>x</p>\n"),
        ("</div></main>left", "left"),
        ("<details>\n\nopen", "<details>\n<p>open</p>\n</details>"),
        ("<b>never closed", "<p><b>never closed</b></p>\n"),
        ("`<b>`", "<p><code>&lt;b&gt;</code></p>\n"),
        ("~~gone~~", "<p><s>gone</s></p>\n"),
        (None, ""),
    ],
)
def test_markdown_is_shown(text: str | None, shown: str) -> None:
    assert render(text) == shown


def test_a_table_keeps_its_alignment() -> None:
    shown = render("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert '<th align="right">b</th>' in shown
    assert "style" not in shown


def test_details_fold() -> None:
    shown = render("<details><summary>Log</summary>\n\n```\nline\n```\n</details>")
    assert "<details><summary>Log</summary>" in shown
    assert "<pre><code>line\n</code></pre>" in shown
    assert shown.rstrip().endswith("</details>")
