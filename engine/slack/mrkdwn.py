"""Our Markdown as Slack writes it, and what others wrote made harmless there (requirement R8).

Slack's mrkdwn has no backslash: what would format is written with a sign that looks alike, and what would become a
mention, a channel, a link or an emoji is broken by a zero-width space, which Slack's patterns don't reach across. Text
objects should say `verbatim` all the same. Source: https://docs.slack.dev/messaging/formatting-message-text.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from engine.commands.chat import CHAT_TABLE
from engine.commands.table import TABLE
from engine.reports.escape import one_line, visible
from engine.reports.words import NOTHING

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])

SEAM = "\u200b"
#: Signs that format, and what stands in their place; inside of a word Slack takes them as they are.
LOOKALIKE = {"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ"}
FORMATS = re.compile(r"(?<![A-Za-z0-9])[*_~]|[*_~](?![A-Za-z0-9])|`")
#: What Slack makes live in plain words: @somebody, #channel, addresses, :emoji:.
LIVE = re.compile(r"@(?=\w)|(?<!\w)#(?=\w)|:(?=//)|\bwww(?=\.)|:(?=[\w+'-]+:)", re.IGNORECASE)
#: The same in code, where names are copied from: `acme/shop@main` stays as it is.
LIVE_IN_CODE = re.compile(r"(?<!\w)@(?=(?:channel|here|everyone|group)\b)|:(?=//)|\bwww(?=\.)", re.IGNORECASE)
#: An address that we wrote into a sentence ourselves; a foreign one has a seam in it.
ADDRESS = re.compile(r"(https?://[^\s<>|`\u200b]+[^\s<>|`\u200b.,;:!?)])")
FENCE = re.compile(r"`{3,}")
TAG = re.compile(r"<[^>]*>")
QUOTE = re.compile(r"^(\s*)&gt;", re.MULTILINE)
#: How answers tell people to comment a command: in Slack they type it.
COMMENT = re.compile(r"\b([Cc])omment(s?) $")
COMMENT_WORDS = re.compile(r"\b([Cc])omment (again|the command)\b")
COMMENTED = {"again": "it again", "the command": "the command"}
WORDS = {form.words[0] for form in (*TABLE, *CHAT_TABLE)}
WRITTEN = re.compile(rf"/(?:{'|'.join(sorted(WORDS))})(?: |$)")
MARKS = {"strong": "*", "em": "_", "s": "~"}


def mrkdwn(markdown: str) -> str:
    """Markdown of ours, in which what others wrote is escaped, as Slack shows the same."""
    return "\n\n".join(blocks_of(markdown))


def for_slack(markdown: str) -> str:
    """The same for answers that name commands: they are written as Slack takes them, such as `/slipway deploy`."""
    return "\n\n".join(blocks_of(markdown, typed=True))


def plain(foreign: str, limit: int = 200) -> str:
    """Foreign text on one line of mrkdwn of at most `limit` characters, entities counted: words and nothing else."""
    room = limit
    while len(told := _quoteless(literal(one_line(foreign, room)))) > limit:
        room -= max(1, (len(told) - limit) // 5)
    return told


def code(foreign: str, limit: int = 200) -> str:
    """Foreign text as code on one line: a name, a branch, a path; at most `limit` characters of it are shown."""
    value = in_code(one_line(foreign, limit))
    return f"`{value}`" if value.strip() else ""


def fence(text: str) -> str:
    """Lines as a code block that nothing in them ends."""
    body = FENCE.sub(lambda run: LOOKALIKE["`"] * len(run[0]), _still(visible(text), LIVE_IN_CODE))
    return f"```\n{body.rstrip()}\n```"


def link(label: str, address: str) -> str:
    """A link to an address of ours; `label` is any text."""
    for sign, quoted in (("<", "%3C"), (">", "%3E"), ("|", "%7C"), (" ", "%20"), ("&", "&amp;")):
        address = address.replace(sign, quoted)
    return f"<{address}|{literal(' '.join(label.split())).replace('|', '¦')}>"


def blocks_of(markdown: str, *, typed: bool = False) -> list[str]:
    """The same as `mrkdwn`, in its paragraphs, lists and code blocks; `typed` as for `for_slack`."""
    tree = SyntaxTreeNode(MARKDOWN.parse(markdown))
    return [told for told in (_Shown(typed).block(node) for node in tree.children) if told]


def literal(text: str) -> str:
    """Words that mention, link and format nothing, also between words of ours."""
    return FORMATS.sub(lambda sign: LOOKALIKE[sign[0]], _still(visible(text), LIVE))


def in_code(text: str) -> str:
    """What stands between two backticks."""
    return _still(visible(text), LIVE_IN_CODE).replace("`", LOOKALIKE["`"]).replace("\n", " ")


def _still(text: str, live: re.Pattern[str]) -> str:
    text = live.sub(lambda found: found[0] + SEAM, text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoteless(text: str) -> str:
    """A quote begins where a line does, also with the sign escaped."""
    return QUOTE.sub(r"\1›", text)


class _Shown:
    """Markdown's nodes as mrkdwn."""

    def __init__(self, typed: bool) -> None:
        self.typed = typed

    def block(self, node: SyntaxTreeNode) -> str:
        """A paragraph, a list, a table, a code block."""
        match node.type:
            case "fence" | "code_block":
                return fence(node.content)
            case "bullet_list" | "ordered_list":
                return self._items(node)
            case "table":
                return self._table(node)
            case "blockquote":
                return "\n".join(f">{line}" for line in self._within(node).split("\n"))
            case "heading":
                return f"*{_quoteless(self._words(node))}*"
            case "html_block":
                return _quoteless(literal(TAG.sub("", node.content).strip()))
            case "hr":
                return ""
            case _:
                return _quoteless(self._words(node))

    def _within(self, node: SyntaxTreeNode) -> str:
        return "\n".join(told for told in map(self.block, node.children) if told)

    def _items(self, node: SyntaxTreeNode) -> str:
        first = int(node.attrs.get("start", 1))
        lines = []
        for number, item in enumerate(node.children, first):
            sign = "•" if node.type == "bullet_list" else f"{number}."
            lines.append(f"{sign} " + self._within(item).replace("\n", "\n    "))
        return "\n".join(lines)

    def _table(self, node: SyntaxTreeNode) -> str:
        """A row as a line: its first cell, then each other that says something, named by its column."""
        rows = [[self._words(cell) for cell in row.children] for part in node.children for row in part.children]
        names, *rest = rows
        return "\n".join(_row(names, row) for row in rest)

    def _words(self, node: SyntaxTreeNode) -> str:
        """What stands in a block, on its lines."""
        return "".join(self._inline(each.children) for each in node.children if each.type == "inline")

    def _inline(self, nodes: Sequence[SyntaxTreeNode]) -> str:
        pairs = zip_longest(nodes, nodes[1:])
        return _apart((self._piece(node, then), _formats(node)) for node, then in pairs)

    def _piece(self, node: SyntaxTreeNode, then: SyntaxTreeNode | None) -> str:
        match node.type:
            case "text":
                return self._text(node.content, then)
            case "code_inline":
                return self._code(node.content)
            case "strong" | "em" | "s":
                mark = MARKS[node.type]
                return f"{mark}{self._inline(node.children)}{mark}"
            case "link":
                return _link(node)
            case "softbreak" | "hardbreak":
                return "\n"
            case "html_inline":
                return "\n" if node.content.startswith("<br") else ""
            case _:
                return literal(node.content)

    def _text(self, text: str, then: SyntaxTreeNode | None) -> str:
        if self.typed:
            text = COMMENT_WORDS.sub(lambda found: f"{_type(found)} {COMMENTED[found[2]]}", text)
            if then is not None and then.type == "code_inline" and WRITTEN.match(then.content):
                text = COMMENT.sub(lambda found: f"{_type(found)}{found[2]} ", text)
        parts = ADDRESS.split(text)
        return "".join(_bare(part) if at % 2 else literal(part) for at, part in enumerate(parts))

    def _code(self, content: str) -> str:
        if self.typed and WRITTEN.match(content):
            content = f"/slipway {content[1:]}"
        value = in_code(content)
        return f"`{value}`" if value.strip() else value


def _type(found: re.Match[str]) -> str:
    return "Type" if found[1] == "C" else "type"


def _bare(address: str) -> str:
    return f"<{address.replace('&', '&amp;')}>"


def _link(node: SyntaxTreeNode) -> str:
    address = str(node.attrs.get("href", ""))
    label = "".join(each.content for each in node.walk() if each.type in ("text", "code_inline"))
    return link(label, address) if address.startswith(("https://", "http://")) else literal(label)


def _formats(node: SyntaxTreeNode) -> bool:
    return node.type in (*MARKS, "code_inline")


def _apart(pieces: Iterable[tuple[str, bool]]) -> str:
    """Joined; what formats is no part of a word, else Slack would show its signs."""
    said, before = "", False
    for piece, formats in pieces:
        if not piece:
            continue
        if (formats or before) and (before or said[-1:].isalnum()) and (formats or piece[0].isalnum()):
            said += SEAM
        said, before = said + piece, formats
    return said


def _row(names: Sequence[str], row: Sequence[str]) -> str:
    cells = [cell.replace("\n", "; ") for cell in row]
    told = [(name, cell) for name, cell in zip(names[1:], cells[1:], strict=False) if cell not in ("", NOTHING)]
    named = [cell if len(names) == 2 or not name else f"{name}: {cell}" for name, cell in told]
    return f"• {cells[0]}" + (f" — {'; '.join(named)}" if named else "")
