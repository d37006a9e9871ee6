"""Block Kit as we use it, through slack_sdk's models, which know Slack's limits
(https://docs.slack.dev/reference/block-kit/blocks).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    DividerBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from engine.slack import buttons
from engine.slack.buttons import Bound

#: Slack's limits: characters of a section, blocks of a message, characters of a message's plain text that it shows.
SECTION_LIMIT = 3000
BLOCK_LIMIT = 50
TEXT_LIMIT = 3000
BUTTON_LIMIT = 75
CUT = "\n… cut here"
FENCE = "```"
#: The longest that Slack's own writing of `&`, `<` and `>` gets, without its end.
LONGEST_ENTITY = 4

#: How Slack writes people's ids.
USER = re.compile(r"[UW][A-Z0-9]{1,40}")

PRIMARY, DANGER = "primary", "danger"


@dataclass(frozen=True)
class Words:
    """What a message says: to programs and notifications in plain text, to eyes in blocks."""

    text: str
    blocks: tuple[dict[str, Any], ...] = field(default=())


def words_of(text: str, blocks: Iterable[Block]) -> Words:
    """The message as it is sent. What is too much for Slack is left out at the end, but never the last block."""
    every = list(blocks)
    if len(every) > BLOCK_LIMIT:
        every = [*every[: BLOCK_LIMIT - 1], every[-1]]
    return Words(fitted(text, TEXT_LIMIT), tuple(each.to_dict() for each in every))


def section(mrkdwn: str) -> SectionBlock:
    """A paragraph; Slack makes nothing live in it but what we wrote as its own markup."""
    return SectionBlock(text=MarkdownTextObject(text=fitted(mrkdwn, SECTION_LIMIT), verbatim=True))


def small(mrkdwn: str) -> ContextBlock:
    """A paragraph in small letters."""
    return ContextBlock(elements=[MarkdownTextObject(text=fitted(mrkdwn, SECTION_LIMIT), verbatim=True)])


def sections(lines: Sequence[str]) -> list[Block]:
    """Lines as few paragraphs, none of them too long."""
    found: list[str] = []
    for line in (fitted(each, SECTION_LIMIT) for each in lines):
        if found and len(found[-1]) + 1 + len(line) <= SECTION_LIMIT:
            found[-1] = f"{found[-1]}\n{line}"
        else:
            found.append(line)
    return [section(each) for each in found]


def mentioning(users: Iterable[str], mrkdwn: str) -> str:
    """The text, with these Slack users told of it."""
    return " ".join([*(f"<@{user}>" for user in users if USER.fullmatch(user)), mrkdwn])


def at_time(seconds: float) -> str:
    """A moment (Unix seconds) as the clock of whoever reads it shows it."""
    return f"<!date^{int(seconds)}^{{time_secs}}|{datetime.fromtimestamp(seconds, UTC):%H:%M:%S} UTC>"


def divider() -> DividerBlock:
    """A line between two things."""
    return DividerBlock()


def row(each: Sequence[ButtonElement]) -> list[Block]:
    """Buttons beside each other; nothing where there are none."""
    return [ActionsBlock(elements=list(each))] if each else []


def button(label: str, action: str, bound: Bound, style: str | None = None) -> ButtonElement:
    """A button that does something to what it is bound to, and nothing once that has moved."""
    words = PlainTextObject(text=label[:BUTTON_LIMIT], emoji=False)
    return ButtonElement(text=words, action_id=action, value=buttons.encode(bound), style=style)


def leading(label: str, address: str, action: str = buttons.OPEN) -> ButtonElement:
    """A button that leads to an address of ours."""
    return ButtonElement(text=PlainTextObject(text=label[:BUTTON_LIMIT], emoji=False), action_id=action, url=address)


def fitted(mrkdwn: str, limit: int) -> str:
    """The text with at most `limit` characters, of any writing system; what a cut would leave open is closed."""
    if size(mrkdwn) <= limit:
        return mrkdwn
    kept = _beginning(mrkdwn, limit - len(CUT) - len(f"\n{FENCE}"))
    opened = kept.rfind("<")
    if opened > kept.rfind(">"):
        kept = kept[:opened]
    entity = kept.rfind("&", max(0, len(kept) - LONGEST_ENTITY))
    if entity >= 0 and ";" not in kept[entity:]:
        kept = kept[:entity]
    return kept + (f"\n{FENCE}" if kept.count(FENCE) % 2 else "") + CUT


def _beginning(text: str, limit: int) -> str:
    return text.encode("utf-16-le", "replace")[: 2 * max(limit, 0)].decode("utf-16-le", "ignore")


def size(text: str) -> int:
    """Characters as Slack's JavaScript counts them: those beyond the first 65,536 count twice."""
    return len(text) + sum(each > "\uffff" for each in text)
