"""The answer to somebody who asked in Slack, as a message. Pure: a value comes in, a value goes out."""

from collections.abc import Iterator

from slack_sdk.models.blocks import Block

from engine.reports.slack_blocks import FENCE, SECTION_LIMIT, Words, fitted, leading, row, section, small, words_of
from engine.slack import buttons
from engine.slack.mrkdwn import blocks_of, code
from engine.store.slack_asks import SlackAsk

#: Characters of a log that are shown: its end, where the cause stands.
LONGEST_LOG = 6000
#: Sections of an answer: the rest is on our pages.
MOST_SECTIONS = 10
LEFT_OUT = "… the beginning is left out here"
CUT = "… cut here: the whole is on Slipway's pages."


def answer_of(ask: SlackAsk, *, link: str = "", channel: str = "", apart: bool = False) -> Words:
    """The answer with its buttons: `link` leads to GitHub's sign-in, `channel` to the channel that it is about.

    `apart`: it stands where it wasn't asked, and has to say what it answers.
    """
    blocks = blocks_of(ask.answer, typed=True)
    sections = list(_sections(blocks))
    if len(sections) > MOST_SECTIONS:
        sections = [*sections[:MOST_SECTIONS], CUT]
    labels = [("Link GitHub", link, buttons.LINK), ("Open the channel", channel, buttons.OPEN)]
    offers = [leading(label, address, action) for label, address, action in labels if address]
    about: list[Block] = [small(_asked(ask))] if apart and ask.written else []
    return words_of(" ".join(blocks[0].split()) if blocks else "", [*about, *map(section, sections), *row(offers)])


def _asked(ask: SlackAsk) -> str:
    where = f" in <#{ask.channel}>" if ask.channel.isalnum() and ask.channel.isascii() else ""
    return f"You asked {code(ask.written)}{where}."


def _sections(blocks: list[str]) -> Iterator[str]:
    """Paragraphs together, as long as Slack takes them in one section; code blocks by themselves."""
    open_section = ""
    for block in blocks:
        for piece in _code_pieces(block) if block.startswith(FENCE) else _pieces(block.split("\n")):
            joined = f"{open_section}\n\n{piece}" if open_section else piece
            if block.startswith(FENCE) or size(joined) > SECTION_LIMIT:
                yield from filter(None, [open_section])
                open_section = piece
            else:
                open_section = joined
    yield from filter(None, [open_section])


def _code_pieces(block: str) -> Iterator[str]:
    lines = block.removeprefix(f"{FENCE}\n").removesuffix(f"\n{FENCE}")
    if len(lines) > LONGEST_LOG:
        lines = f"{LEFT_OUT}\n{lines[-LONGEST_LOG:].partition(chr(10))[2] or lines[-LONGEST_LOG:]}"
    for piece in _pieces(lines.split("\n"), SECTION_LIMIT - 2 * len(FENCE) - 2):
        yield f"{FENCE}\n{piece}\n{FENCE}"


def _pieces(lines: list[str], limit: int = SECTION_LIMIT) -> Iterator[str]:
    """The lines in as few pieces as fit; a line that is too long by itself is cut."""
    piece = ""
    for line in (fitted(each, limit) for each in lines):
        joined = f"{piece}\n{line}" if piece else line
        if size(joined) > limit:
            yield piece
            piece = line
        else:
            piece = joined
    yield piece


def size(text: str) -> int:
    """Characters as Slack counts them: those beyond the first 65,536 count twice."""
    return len(text) + sum(each > "\uffff" for each in text)
