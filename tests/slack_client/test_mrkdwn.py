"""Our Markdown as Slack writes it."""

import pytest

from engine.slack.mrkdwn import SEAM, blocks_of, code, fence, for_slack, link, mrkdwn, plain

SHOWN = {
    "**Cause:** it broke.": "*Cause:* it broke.",
    "*soft* and ~~gone~~": "_soft_ and ~gone~",
    "`v1` of commit `abc1234`": "`v1` of commit `abc1234`",
    "``a`b``": "`aˋb`",
    "a&amp;b &lt;c> & d": "a&amp;b &lt;c&gt; &amp; d",
    "2\\*3\\*4 a\\_b snake\\_case": "2*3*4 a_b snake_case",
    "\\*not bold\\*": "∗not bold∗",
    "see [the page](https://x.example/a?b=1&c=2).": "see <https://x.example/a?b=1&amp;c=2|the page>.",
    "[`shop`](http://localhost:80/)": "<http://localhost:80/|shop>",
    "[x](javascript:alert(1))": "[x](javascript:alert(1))",
    "[x](mailto:a@b.example)": "x",
    "open http://localhost:8080/jobs/1.": "open <http://localhost:8080/jobs/1>.",
    "- one\n- two\n  - three": "• one\n• two\n    • three",
    "3. one\n4. two": "3. one\n4. two",
    "> said\n> so": ">said\n>so",
    "# Head": "*Head*",
    "one\n\ntwo\nthree": "one\n\ntwo\nthree",
    "```text\na < b & `c`\n```": "```\na &lt; b &amp; `c`\n```",
    "````text\n```\n````": "```\nˋˋˋ\n```",
    "<details><summary>More</summary>\n\ntext\n\n</details>": "More\n\ntext",
    "a<br>b": "a\nb",
    "": "",
}


@pytest.mark.parametrize("markdown", SHOWN)
def test_our_markdown_says_the_same_in_slack(markdown: str) -> None:
    assert mrkdwn(markdown) == SHOWN[markdown]


def test_a_table_is_a_line_for_each_row_that_names_what_it_says() -> None:
    table = "| name | live | lock |\n|---|---|---|\n| `production` | `v2` | – |\n| `staging` | – | `@ada`<br>`@ben` |"
    assert mrkdwn(table) == "• `production` — live: `v2`\n• `staging` — lock: `@ada`; `@ben`"
    assert mrkdwn("| a | b |\n|---|---|\n| `x` | does it |") == "• `x` — does it"


def test_what_formats_is_set_apart_from_words_beside_it() -> None:
    assert mrkdwn("a**b**c") == f"a{SEAM}*b*{SEAM}c"
    assert mrkdwn("a`b`c") == f"a{SEAM}`b`{SEAM}c"
    assert mrkdwn("**a**`b`") == f"*a*{SEAM}`b`"
    assert mrkdwn("(`b`), **c**.") == "(`b`), *c*."


def test_seams_for_github_are_gone_and_those_that_slack_needs_are_there() -> None:
    assert mrkdwn("@&#8203;ada \\#&#8203;12 a@&#8203;b") == f"@{SEAM}ada #{SEAM}12 a@{SEAM}b"
    assert mrkdwn("https:&#8203;//evil.example") == f"https:{SEAM}//evil.example"
    assert mrkdwn("`acme/shop@main` and `acme/shop#12`") == "`acme/shop@main` and `acme/shop#12`"


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        ("Comment `/preview` to start.", "Type `/slipway preview` to start."),
        ("or comment `/deploy main`.", "or type `/slipway deploy main`."),
        ("Somebody else comments `/approve` here.", "Somebody else types `/slipway approve` here."),
        ("Mend it, then comment again.", "Mend it, then type it again."),
        ("or comment the command.", "or type the command."),
        ("`/slipway quiet off` and `slipway env set`", "`/slipway quiet off` and `slipway env set`"),
        ("Comment on `/etc/passwd`, `/healthz` or `/statuses`", "Comment on `/etc/passwd`, `/healthz` or `/statuses`"),
    ],
)
def test_commands_are_named_as_they_are_typed_in_slack(markdown: str, said: str) -> None:
    assert for_slack(markdown) == said


def test_a_log_is_left_as_it_is_where_it_names_commands() -> None:
    assert for_slack("```text\nComment `/preview`\n```") == "```\nComment `/preview`\n```"
    assert mrkdwn("Comment `/preview`.") == "Comment `/preview`."


def test_a_body_comes_apart_in_its_blocks() -> None:
    assert blocks_of("one\n\n- a\n- b\n\n```text\nx\n\ny\n```") == ["one", "• a\n• b", "```\nx\n\ny\n```"]


def test_foreign_text_keeps_to_its_limit_with_all_that_makes_it_harmless() -> None:
    for limit in (1, 2, 10, 75, 150, 200):
        for value in ("&" * 500, "@a" * 300, "<!here>" * 100, "word " * 200, "*_~`" * 100):
            assert 0 < len(plain(value, limit)) <= limit or (limit < 5 and plain(value, limit) == "")
    assert plain("short") == "short"
    assert plain("x" * 300, 10) == "xxxxxxxxx…"


def test_foreign_text_as_code_and_in_links_and_fences() -> None:
    assert code("main") == "`main`"
    assert code("") == code("\u200b") == ""
    assert link("a|b\n*c*", "http://x/?a=1&b=<|>") == "<http://x/?a=1&amp;b=%3C%7C%3E|a¦b ∗c∗>"
    assert fence("a\n\n```\n\n") == "```\na\n\nˋˋˋ\n```"
