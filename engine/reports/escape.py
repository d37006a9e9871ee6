"""What programs and people wrote, made harmless for GitHub's Markdown (requirement R8).

GitHub looks for mentions, references and addresses in the text *after* it has read the Markdown, so that neither
backslashes nor entities stop it; a zero-width space between the sign and the word does, and so does code.
"""

import re
import unicodedata
from collections.abc import Sequence

#: GitHub's limits: a comment, a field of a check run's output (in bytes: "exceeds a maximum bytesize of 65535"), and,
#: in characters, a status's description.
COMMENT_LIMIT = 65_536
CHECK_LIMIT = 65_535
STATUS_LIMIT = 140

#: Bytes kept free for closing what a cut leaves open.
ROOM_TO_CLOSE = 500

#: Characters of one line of a log that are shown.
LONGEST_LINE = 1000

#: Breaks a word in two for GitHub and not for the eye.
SEAM = "&#8203;"
MARKDOWN = re.compile(r"([\\`*_\[\]#|~$])")
#: What is markup only where a line begins: lists, quotes, underlines of headings.
BEGINS_BLOCK = re.compile(r"^(\d*)([+\-=>.)])")
ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
TICKS = re.compile(r"`+")
#: Line ends, other than the two that everybody means, that would end a line for a browser or a parser.
LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
#: What GitHub makes into references: GH-1, www.example.com, and seven or more digits of a commit.
GH_REFERENCE = re.compile(r"\b(GH)(?=-\d)", re.IGNORECASE)
WWW = re.compile(r"\b(www)(?=\.)", re.IGNORECASE)
COMMIT = re.compile(r"\b[0-9a-f]{7,40}\b")


def visible(value: str) -> str:
    """The text without what can't be seen: terminal codes, control characters, marks that turn reading around."""
    value = LINE_ENDS.sub("\n", ANSI.sub("", value))
    return "".join(each for each in value if each in "\n\t" or not _invisible(each))


def _invisible(character: str) -> bool:
    """Control, format (direction marks, zero-width), surrogate and private characters; U+200D joins emoji and stays."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co") and character != "\u200d"


def one_line(value: str, limit: int = 200) -> str:
    """Visible text on one line of at most `limit` characters."""
    value = " ".join(visible(value).split())
    return value if len(value) <= limit else value[: limit - 1].rstrip() + "…"


def plain(value: str, limit: int = STATUS_LIMIT) -> str:
    """Foreign text where GitHub reads no Markdown, on one line of at most `limit` characters that mention nobody."""
    seamed = one_line(value, limit).replace("@", "@\u200b").replace("#", "#\u200b").replace("://", ":\u200b//")
    return seamed if len(seamed) <= limit else seamed[: limit - 1] + "…"


def text(value: str, limit: int = 500) -> str:
    """Foreign text as plain words on one line: no markup, mention, reference or link, and no end of a table's cell."""
    value = BEGINS_BLOCK.sub(r"\1\\\2", MARKDOWN.sub(r"\\\1", one_line(value, limit)))
    value = value.replace("&", "&amp;").replace("<", "&lt;")
    value = COMMIT.sub(_in_pieces, value)
    value = GH_REFERENCE.sub(rf"\1{SEAM}", WWW.sub(rf"\1{SEAM}", value))
    return value.replace("@", f"@{SEAM}").replace("\\#", f"\\#{SEAM}").replace("://", f":{SEAM}//")


def _in_pieces(commit: re.Match[str]) -> str:
    return SEAM.join(commit[0][at : at + 6] for at in range(0, len(commit[0]), 6))


def code(value: str, limit: int = 200) -> str:
    """Foreign text as a code span, also inside a table cell: a name, a branch, a path."""
    value = one_line(value, limit).replace("|", "¦")
    if not value:
        return ""
    ticks = "`" * (_longest_run(value) + 1)
    pad = " " if value.startswith("`") or value.endswith("`") else ""
    return f"{ticks}{pad}{value}{pad}{ticks}"


def sentence(value: str, limit: int = 1000) -> str:
    """A sentence of a cause or a fix, with its full stop: its code spans stay code, all else is plain words."""
    value = one_line(value, limit)
    parts = value.split("`")
    end = "" if not value or value.endswith((".", "!", "?", "…")) else "."
    if len(parts) % 2 == 0:
        return text(value, limit) + end
    return "".join(code(part) if at % 2 else _within(part) for at, part in enumerate(parts)) + end


def _within(part: str) -> str:
    """Plain words with the spaces at their ends, which lead to the code beside them."""
    before, after = part[: len(part) - len(part.lstrip())], part[len(part.rstrip()) :]
    return f"{before}{text(part, len(part))}{after}" if part.strip() else part


def fence(lines: Sequence[str], limit: int = 20_000) -> str:
    """Foreign lines as a code block that nothing in them ends; cut at the beginning, since logs end with the cause."""
    body = "\n".join(line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…" for line in map(visible, lines))
    if len(body) > limit:
        body = "… the beginning is left out here\n" + body[-limit:].partition("\n")[2]
    ticks = block_ticks(body)
    return f"{ticks}text\n{body}\n{ticks}"


def block_ticks(body: str) -> str:
    """What stands before and behind a code block that nothing in it ends."""
    return "`" * max(3, _longest_run(body) + 1)


def link(label: str, address: str) -> str:
    """A link to an address of ours; `label` is Markdown already."""
    for sign, quoted in (
        ("\\", "%5C"),
        ("(", "%28"),
        (")", "%29"),
        ("<", "%3C"),
        (">", "%3E"),
        (" ", "%20"),
        ("|", "%7C"),
    ):
        address = address.replace(sign, quoted)
    return f"[{label}]({address})"


def cut(markdown: str, limit: int, notice: str = "\n\n… cut here: the whole is on the job page.") -> str:
    """A body of at most `limit` bytes, with a notice where it was cut; what was open there is closed before it."""
    whole = markdown.encode()
    if len(whole) <= limit:
        return markdown
    room = limit - len(notice.encode()) - ROOM_TO_CLOSE
    kept = whole[:room].decode(errors="ignore").rpartition("\n")[0]
    return kept + _ends_of(kept) + notice


def _ends_of(markdown: str) -> str:
    """What closes the code block and the folded parts that are open at the end. Foreign text begins no such line."""
    open_fence, folded = "", 0
    for line in markdown.split("\n"):
        ticks = TICKS.match(line)
        if ticks and len(ticks[0]) >= 3:
            open_fence = "" if open_fence and line == open_fence else open_fence or ticks[0]
        elif not open_fence:
            folded += line.startswith("<details>") - line.startswith("</details>")
    return (f"\n{open_fence}" if open_fence else "") + "\n\n</details>" * folded


def _longest_run(value: str) -> int:
    return max((len(run) for run in TICKS.findall(value)), default=0)
