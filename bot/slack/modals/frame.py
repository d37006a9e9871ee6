"""How every modal is built: by slack_sdk's models, which hold it to Slack's limits, and with texts cut to them."""

from collections.abc import Iterable, Sequence

from slack_sdk.models.blocks import Block, MarkdownTextObject, PlainTextObject, SectionBlock
from slack_sdk.models.views import View

from engine.slack.mrkdwn import blocks_of
from engine.slack.submissions import Noted

#: Slack's limits: characters of a section, of a title or button at the foot, and of an option; blocks of a message.
LONGEST_SECTION, LONGEST_TITLE, LONGEST_OPTION = 3000, 24, 75
MOST_BLOCKS = 50
LEFT_OUT = "_The rest is left out here._"


def modal(
    callback: str, title: str, blocks: Sequence[Block], *, know: Noted | None = None, submit: str = "", close: str = ""
) -> View:
    """A modal of ours; with `submit` it can be sent off."""
    shown = list(blocks)
    if len(shown) > MOST_BLOCKS:
        shown = [*shown[: MOST_BLOCKS - 1], section(LEFT_OUT)]
    return View(
        type="modal",
        callback_id=callback,
        title=PlainTextObject(text=title[:LONGEST_TITLE]),
        submit=PlainTextObject(text=submit) if submit else None,
        close=PlainTextObject(text=close or ("Cancel" if submit else "Close")),
        blocks=shown,
        private_metadata=(know or Noted()).json,
    )


def section(mrkdwn: str) -> SectionBlock:
    """One paragraph of mrkdwn; nothing in it is made live but what is written so."""
    return SectionBlock(text=MarkdownTextObject(text=mrkdwn, verbatim=True))


def told(markdown: str) -> list[Block]:
    """Markdown of ours, with what others wrote escaped, as sections."""
    return [section(part) for part in _parts(blocks_of(markdown, typed=True))]


def shown(name: str) -> str:
    """Foreign text as an option's label, which is plain text to Slack."""
    return name if len(name) <= LONGEST_OPTION else f"{name[: LONGEST_OPTION - 1]}…"


def _parts(paragraphs: Iterable[str]) -> list[str]:
    """The paragraphs in as few pieces as a section's limit allows; one that is too long is parted between its lines."""
    parts: list[str] = []
    for paragraph in paragraphs:
        for at, line in enumerate(paragraph.split("\n")):
            joint = "\n" if at else "\n\n"
            kept = line if len(line) <= LONGEST_SECTION else f"{line[: LONGEST_SECTION - 1]}…"
            if parts and len(parts[-1]) + len(joint) + len(kept) <= LONGEST_SECTION:
                parts[-1] += joint + kept
            elif kept.strip():
                parts.append(kept)
    return parts
