"""Text from outside is escaped in whatever is answered (F-S7)."""

import re

import pytest

from engine.slack.mrkdwn import for_slack
from engine.store import slack_channels
from engine.store.slack_asks import SlackAsk
from tests.forge.payloads import REPOSITORY_ID, SHA_A
from tests.slack.deliveries import CHANNEL, MALLORY
from tests.slack.world import World

HOSTILE = [
    "<!channel>",
    "<!here|here>",
    "<@U0BOB>",
    "<#C0OPS>",
    "<!subteam^S1>",
    "&lt;!channel&gt;",
    "<https://evil.example|acme>",
    "https://evil.example",
    "*bold*",
    "_it_",
    "`code`",
    "~x~",
    "a\u202eb",
    "x" * 4000,
    "@channel",
    "@here",
    "\x00\x1b[31m",
]
#: What Slack would make a mention of, or a link to somewhere else than us.
LIVE = re.compile(r"<[!@#]|<[^>|]*evil")


COMMANDS = [
    "deploy acme/shop@{} to production",
    "status {}",
    "lock acme/shop production {}",
    "{}",
    "subscribe {}",
    "quiet {}",
]


def shown(ask: SlackAsk) -> str:
    """The answer as Slack gets it; nothing in it is alive."""
    said = for_slack(ask.answer)
    assert not LIVE.search(said), said
    assert not {"\x1b", "\u202e", "\x00"} & {*said}
    assert len(said) < 3000
    return said


@pytest.mark.parametrize("command", COMMANDS)
def test_no_answer_mentions_or_links_what_was_typed(shop: World, command: str) -> None:
    for text in HOSTILE:
        shown(shop.mentions(command.format(text)))


def test_a_reason_is_shown_as_it_was_written(shop: World) -> None:
    shop.types("lock acme/shop production &lt;!channel&gt; *now*")
    assert "&lt;!channel&gt;" in shown(shop.types("status acme/shop"))


def test_a_pull_requests_branch_and_title_are_plain_words(shop: World) -> None:
    for number, text in enumerate(HOSTILE[:5], 1):
        head = {"ref": text, "sha": SHA_A, "repo": {"id": REPOSITORY_ID}}
        shop.at_github(number, title=text, head=head)
        for command in ("preview", "status", "logs", "deploy"):
            shown(shop.types(f"{command} acme/shop#{number}"))


def test_a_channels_name_is_stored_and_never_spoken(shop: World) -> None:
    shop.types("subscribe acme/shop", channel_name="<!channel>")
    assert shop.sql(slack_channels.channel_of, shop.acme.id, CHANNEL).name == "<!channel>"
    shown(shop.types("subscriptions"))


def test_a_login_that_looks_like_a_mention_is_code(shop: World) -> None:
    shop.link(MALLORY, "<!channel>")
    shown(shop.types("link", MALLORY))
