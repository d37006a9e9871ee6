"""Slack's mrkdwn as safe HTML: everything is escaped, and only what Slack itself formats is formatted."""

import html
import re
from collections.abc import Callable
from urllib.parse import urlsplit

from markupsafe import Markup

#: What stands for a piece that is finished, while the rest is formatted.
OPEN, SHUT = "\ue000", "\ue001"
PIECES = re.compile(r"```(?P<fence>.+?)```|`(?P<code>[^`\n]+)`|<(?P<special>[^<>\n]+)>", re.DOTALL)
BARE_LINK = re.compile(r"https?://[^\s<>\ue000\ue001]+[^\s<>\ue000\ue001.,;:!?)]")
STYLES = tuple(
    (re.compile(rf"(?<![\w{mark}]){mark}(?=\S)([^{mark}\n]+?)(?<=\S){mark}(?![\w{mark}])"), tag)
    for mark, tag in ((r"\*", "b"), ("_", "i"), ("~", "s"))
)
EMOJI = {
    "arrows_counterclockwise": "🔄",
    "bell": "🔔",
    "construction": "🚧",
    "eyes": "👀",
    "gear": "⚙️",
    "heavy_check_mark": "✔️",
    "hourglass_flowing_sand": "⏳",
    "information_source": "ℹ️",
    "large_blue_circle": "🔵",
    "large_green_circle": "🟢",
    "large_yellow_circle": "🟡",
    "link": "🔗",
    "lock": "🔒",
    "mag": "🔍",
    "no_entry": "⛔",
    "red_circle": "🔴",
    "rewind": "⏪",
    "rocket": "🚀",
    "tada": "🎉",
    "unlock": "🔓",
    "warning": "⚠️",
    "white_check_mark": "✅",
    "white_circle": "⚪",
    "x": "❌",
}

#: The name of somebody or of a channel, by its id.
NameOf = Callable[[str], str]


def mrkdwn(text: str, name_of: NameOf) -> Markup:
    """What people see of a text with Slack's own marks."""
    kept: list[str] = []

    def keep(finished: str) -> str:
        kept.append(finished)
        return f"{OPEN}{len(kept) - 1}{SHUT}"

    def piece(found: re.Match[str]) -> str:
        if found["fence"] is not None:
            return keep(f"<pre><code>{_escaped(found['fence'].strip(chr(10)))}</code></pre>")
        if found["code"] is not None:
            return keep(f"<code>{_escaped(found['code'])}</code>")
        return keep(_special(found["special"], name_of))

    bare = text.replace(OPEN, "").replace(SHUT, "")
    written = PIECES.sub(piece, bare)
    written = BARE_LINK.sub(lambda found: keep(_link(_plain(found[0]), _plain(found[0]))), written)
    written = _quoted(_styled(_escaped(written)))
    return Markup(re.sub(rf"{OPEN}(\d+){SHUT}", lambda found: kept[int(found[1])], written))  # noqa: S704 - built from escaped pieces


def plain(text: str) -> Markup:
    """A text of type plain_text: no marks, emoji only."""
    return Markup(_emoji(html.escape(text)).replace("\n", "<br>"))  # noqa: S704 - escaped in this line


def harmless(address: str) -> str:
    """An address that a page may link to; empty for any other."""
    try:
        return address if urlsplit(address).scheme in ("http", "https", "mailto") else ""
    except ValueError:
        return ""


def _plain(text: str) -> str:
    """Slack's three escapes undone."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _escaped(text: str) -> str:
    return html.escape(_plain(text))


def _styled(escaped: str) -> str:
    for pattern, tag in STYLES:
        escaped = pattern.sub(rf"<{tag}>\1</{tag}>", escaped)
    return _emoji(escaped)


def _emoji(escaped: str) -> str:
    return re.sub(r":([a-z_]+):", lambda found: EMOJI.get(found[1], found[0]), escaped)


def _quoted(written: str) -> str:
    """Lines that begin with > stand in a quote; the others are broken where they were."""
    parts: list[str] = []
    quote: list[str] = []
    for line in [*written.split("\n"), None]:
        if line is not None and line.startswith("&gt;"):
            quote.append(line.removeprefix("&gt;").strip())
            continue
        if quote:
            parts.append(f"<blockquote>{'<br>'.join(quote)}</blockquote>")
            quote = []
        if line is not None:
            parts.append(line)
    return "<br>".join(parts).replace("</blockquote><br>", "</blockquote>")


def _special(content: str, name_of: NameOf) -> str:
    """`<https://…|label>`, `<@U…>`, `<#C…>`, `<!channel>`."""
    target, _, label = content.partition("|")
    if target.startswith("@"):
        return f'<span class="mention">@{html.escape(name_of(target[1:]))}</span>'
    if target.startswith("#"):
        return f'<span class="mention">#{html.escape(label or name_of(target[1:]))}</span>'
    if target.startswith("!date^"):
        return html.escape(label)
    if target.startswith("!"):
        word = _plain(label or target[1:].partition("^")[0]).removeprefix("@")
        return f'<span class="mention loud">@{html.escape(word)}</span>'
    return _link(_plain(target), _plain(label or target))


def _link(address: str, label: str) -> str:
    if not harmless(address):
        return html.escape(label)
    href = html.escape(address)
    return f'<a href="{href}" target="_blank" rel="noopener nofollow">{_emoji(html.escape(label))}</a>'
