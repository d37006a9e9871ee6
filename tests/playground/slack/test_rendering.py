"""What people see of mrkdwn: what Slack formats, and nothing else."""

import pytest

from playground.slack.rendering import mrkdwn, plain

NAMES = {"U1": "writer", "C1": "deploys"}
LINK = 'target="_blank" rel="noopener nofollow"'


def _shown(text: str) -> str:
    return str(mrkdwn(text, lambda word: NAMES.get(word, word)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("*bold* _slanted_ ~gone~ `code`", "<b>bold</b> <i>slanted</i> <s>gone</s> <code>code</code>"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("one\ntwo", "one<br>two"),
        ("```a\n<b>&amp;```", "<pre><code>a\n&lt;b&gt;&amp;</code></pre>"),
        ("`*no*`", "<code>*no*</code>"),
        ("&gt; said\n&gt; so\nthen", "<blockquote>said<br>so</blockquote>then"),
        ("<https://x.example/a?b=1&amp;c=2|*here*>", f'<a href="https://x.example/a?b=1&amp;c=2" {LINK}>*here*</a>'),
        ("*<https://x.example|bold>*", f'<b><a href="https://x.example" {LINK}>bold</a></b>'),
        ("see https://x.example/a.", f'see <a href="https://x.example/a" {LINK}>https://x.example/a</a>.'),
        ("<@U1> in <#C1>", '<span class="mention">@writer</span> in <span class="mention">#deploys</span>'),
        ("<!channel>", '<span class="mention loud">@channel</span>'),
        ("<!subteam^S1|@ops>", '<span class="mention loud">@ops</span>'),
        (":rocket: :nonsense:", "🚀 :nonsense:"),
    ],
)
def test_what_slack_formats(text: str, shown: str) -> None:
    assert _shown(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        '<javascript:alert(1)|"><img src=x onerror=alert(1)>',
        '<https://x.example/"onmouseover=alert(1)|x>',
        "<@U1|<b>>",
        "`</code><script>`",
        "```</pre><script>```",
        "\ue000" + "0" + "\ue001 <b>",
        "*<img src=x>*",
        "<!<script>|<script>>",
        "<data:text/html,<script>|x>",
    ],
)
def test_nothing_from_outside_becomes_a_tag_of_its_own(text: str) -> None:
    shown = _shown(text)
    for tag in ("<script", "<img", "<b>><", 'javascript:alert(1)"', 'href="data:'):
        assert tag not in shown
    assert 'href="javascript' not in shown and '"onmouseover' not in shown
    assert "<" not in str(plain(text))


def test_a_plain_text_stays_plain() -> None:
    assert str(plain("*a* <b>\n:x:")) == "*a* &lt;b&gt;<br>❌"
