"""Whatever stands in a message, read as Slack reads it: nothing foreign mentions, links or formats (F-S7)."""

from collections.abc import Callable

import pytest

from engine.reports import escape
from engine.slack import mrkdwn as slack
from engine.slack.mrkdwn import LOOKALIKE, for_slack, mrkdwn, plain
from tests.slack_client.hostile import EVERY, FOR_SLACK
from tests.slack_client.reader import Shown, read, unescaped

ALIKE = {there: sign for sign, there in LOOKALIKE.items()}
OURS = "http://localhost/jobs/1"
#: Where answers have foreign text, as Markdown of ours that becomes Slack's.
IN_MARKDOWN: dict[str, Callable[[str], str]] = {
    "sentence": lambda value: f"**Cause:** {escape.sentence(value)}\n\n[Job]({OURS})",
    "text": lambda value: f"Said {escape.text(value)}, then `this`.",
    "first": lambda value: f"{escape.text(value)}\n\nafter",
    "list": lambda value: f"- {escape.text(value)}\n- {escape.code(value)} of `v1`",
    "cell": lambda value: f"| a | b | c |\n|---|---|---|\n| {escape.code(value)} | {escape.text(value)} | **x** |",
    "bold": lambda value: f"**{escape.text(value)} is**, *{escape.text(value)} is*",
    "label": lambda value: f"See {escape.link(escape.text(value), OURS)}.",
    "code label": lambda value: f"See {escape.link(escape.code(value) or 'x', OURS)}.",
    "log": lambda value: f"The log:\n\n{escape.fence(['before', value, 'after'])}\n\nafter",
}
#: Where messages have it that are written for Slack alone.
IN_SLACK: dict[str, Callable[[str], str]] = {
    "plain": lambda value: f"*Deploy* of {plain(value)} by {plain(value)}",
    "line": lambda value: f"{plain(value)}\n*after*",
    "bold": lambda value: f"*x {plain(value)} x*\n_x {plain(value)} x_",
    "code": lambda value: f"*x* {slack.code(value)} `y`",
    "link": lambda value: f"See {slack.link(value, OURS)}.",
    "log": lambda value: f"x\n{slack.fence(value)}\n*y*",
}


@pytest.mark.parametrize("foreign", EVERY)
def test_plain_words_are_words_and_stay_what_they_say(foreign: str) -> None:
    shown = read(plain(foreign, 100_000))
    assert (shown.controls, shown.live, shown.formats, shown.code, shown.blocks, shown.quotes) == (
        [],
        [],
        [],
        [],
        [],
        0,
    )
    said = "".join(ALIKE.get(each, each) for each in shown.words)
    wanted = "".join(ALIKE.get(each, each) for each in escape.one_line(foreign, 100_000))
    assert said.replace("›", ">") == wanted


@pytest.mark.parametrize("place", IN_MARKDOWN)
def test_nothing_foreign_in_our_markdown_comes_alive(place: str) -> None:
    harmless = told(read(mrkdwn(IN_MARKDOWN[place]("word"))))
    for foreign in EVERY:
        assert told(read(mrkdwn(IN_MARKDOWN[place](foreign)))) <= harmless, foreign


@pytest.mark.parametrize("place", IN_MARKDOWN)
def test_nothing_foreign_comes_alive_where_commands_are_named_for_slack(place: str) -> None:
    harmless = told(read(for_slack(IN_MARKDOWN[place]("word"))))
    for foreign in FOR_SLACK:
        assert told(read(for_slack(IN_MARKDOWN[place](foreign)))) <= harmless, foreign


@pytest.mark.parametrize("place", IN_SLACK)
def test_nothing_foreign_beside_our_own_signs_comes_alive(place: str) -> None:
    harmless = told(read(IN_SLACK[place]("word")))
    for foreign in EVERY:
        assert told(read(IN_SLACK[place](foreign))) <= harmless, foreign


def told(shown: Shown) -> set[tuple[str, object]]:
    """What is live of a text: the addresses of its links, its signs, how many code spans and blocks it has."""
    addresses = {("link", each.partition("|")[0]) for each in shown.controls}
    signs = {("format", sign, sum(each == sign for each, _ in shown.formats)) for sign, _ in shown.formats}
    counts = {("live", each) for each in shown.live} | ({("quotes", shown.quotes)} if shown.quotes else set())
    blocks = {("blocks", len(shown.blocks))} if shown.blocks else set()
    return {*addresses, *counts, *blocks, *((kind, (sign, many)) for kind, sign, many in signs)}


def test_the_reader_sees_what_slack_would_make_live() -> None:
    shown = read("*b* _i_ ~s~ `c` <!here> <@U1> http://x.y @ada #a :b: a@b.c\n>q\n```f <!x>```")
    assert shown.controls == ["!x", "!here", "@U1"]
    assert [sign for sign, _ in shown.formats] == ["*", "_", "~"]
    assert (shown.code, shown.blocks, shown.quotes) == (["c"], ["f <!x>"], 1)
    kinds = {each.partition(":")[0] for each in shown.live}
    assert kinds == {"address", "name", "channel", "emoji", "mail"}
    assert unescaped("&amp;lt;") == "&lt;"
