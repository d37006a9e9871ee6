"""A small reader of Slack's mrkdwn: what of a text would be a mention, a link, an emoji, a format or code there.

It takes everything for live that Slack might: also what `verbatim` keeps from being so.
"""

import re
from dataclasses import dataclass, field

FENCE = re.compile(r"```(.*?)```", re.DOTALL)
CODE = re.compile(r"(?<![A-Za-z0-9`])`([^`\n]+)`(?![A-Za-z0-9`])")
CONTROL = re.compile(r"<([^<>]*)>")
FORMATS = {
    sign: re.compile(rf"(?<![A-Za-z0-9\{sign}])\{sign}(?=\S)([^\{sign}\n]*?\S)\{sign}(?![A-Za-z0-9\{sign}])")
    for sign in "*_~"
}
LIVE = {
    "address": re.compile(r"\w+://[\w.]"),
    "www": re.compile(r"\bwww\.\w", re.IGNORECASE),
    "mail": re.compile(r"[\w.+-]@\w+\.\w"),
    "name": re.compile(r"(?<!\w)@\w"),
    "channel": re.compile(r"(?<!\w)#\w"),
    "emoji": re.compile(r":[\w+'-]+:"),
}
LIVE_IN_CODE = {
    "address": LIVE["address"],
    "www": LIVE["www"],
    "everybody": re.compile(r"(?<!\w)@(channel|here|everyone)\b"),
}
QUOTE = re.compile(r"^[ \t]*(?:&gt;|>)", re.MULTILINE)
ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)")
UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
ENTITIES = {"&lt;": "<", "&gt;": ">", "&amp;": "&"}


@dataclass
class Shown:
    """What Slack would make of a text."""

    #: `<…>` as it stands there: links, mentions, channels.
    controls: list[str] = field(default_factory=list)
    #: What is live without it, and what no text may hold.
    live: list[str] = field(default_factory=list)
    #: Sign and text of what is bold, italic or struck through.
    formats: list[tuple[str, str]] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    quotes: int = 0
    #: What is left of it, as people read it.
    words: str = ""

    @property
    def structure(self) -> tuple[object, ...]:
        """Its parts without what stands in them."""
        signs = tuple(sign for sign, _ in self.formats)
        return tuple(self.controls), tuple(self.live), signs, len(self.code), len(self.blocks), self.quotes


def read(text: str) -> Shown:
    """The text as Slack takes it."""
    shown = Shown()
    shown.live += [
        f"{kind}: {found[0]!r}"
        for kind, each in (("entity", ENTITY), ("unseen", UNSEEN))
        for found in each.finditer(text)
    ]
    text = FENCE.sub(lambda found: _code(found[1].strip("\n"), shown, shown.blocks), text)
    shown.quotes = len(QUOTE.findall(text))
    text = CODE.sub(lambda found: _code(found[1], shown, shown.code), text)
    text = CONTROL.sub(lambda found: _control(found[1], shown), text)
    shown.live += [f"{kind}: {found[0]!r}" for kind, each in LIVE.items() for found in each.finditer(text)]
    for sign, each in FORMATS.items():
        shown.formats += [(sign, unescaped(found[1])) for found in each.finditer(text)]
    shown.words = unescaped(text)
    return shown


def unescaped(text: str) -> str:
    """The text as people read it, without what is between its letters."""
    text = text.replace("\u200b", "")
    return re.sub("&(?:lt|gt|amp);", lambda found: ENTITIES[found[0]], text)


def _code(inside: str, shown: Shown, kept: list[str]) -> str:
    kept.append(unescaped(inside))
    shown.controls += CONTROL.findall(inside)
    shown.live += [
        f"{kind} in code: {found[0]!r}" for kind, each in LIVE_IN_CODE.items() for found in each.finditer(inside)
    ]
    return "\x11"


def _control(inside: str, shown: Shown) -> str:
    shown.controls.append(inside)
    return "\x12"
