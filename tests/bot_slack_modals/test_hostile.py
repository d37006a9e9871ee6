"""What others wrote, in every modal that shows it: words within Slack's limits, and nothing but words (F-S7)."""

import re
from collections.abc import Iterator

import pytest

from engine.slack.buttons import Bound, encode
from tests.access.world import SHOP, World
from tests.bot_slack_modals.bench import Bench, shown
from tests.bot_slack_modals.slack import Json, Window
from tests.bot_slack_modals.story import CHOSEN, furnish, open_deploy
from tests.pages.deploys import Deploys

HOSTILE = [
    "<!channel> <!here> <!everyone> <!subteam^S1|all>",
    "<@U1> <#C1|general> @here @channel",
    "<https://evil.example|Approve> https://evil.example/x",
    "&lt;!channel&gt; &amp;lt;!here&amp;gt;",
    "*bold* _it_ ~gone~ `code` ```fence```",
    "\u202eturned\u2066 \x1b]8;;https://evil.example\x07x\x1b]8;;\x07 \x00\x08",
    "> quote\n- list\n# head\n||spoiler||",
    "[click](https://evil.example) ![x](https://evil.example/x.png)",
    "<" * 300 + "&" * 300 + "`" * 300,
    "ü" * 3000,
    ":tada: :slightly_smiling_face:",
]
#: What Slack makes into a mention, a channel or a link of somebody's: anything in these brackets.
LIVE = re.compile(r"<[^>]*>")


@pytest.fixture(autouse=True)
def story(world: World, deploys: Deploys) -> None:
    """A history in which everybody wrote the worst they could."""
    furnish(world, deploys)
    told, before = world.commits.history(SHOP.id), "c" * 40
    for at, title in enumerate(HOSTILE * 4):
        sha = f"{at + 16:x}" * 20
        before = told.add(sha, before, branch="main", title=title, changed=(f"{title}/{at}",))
    world.forge.repositories[SHOP.id].files[before] = world.forge.repositories[SHOP.id].files["main"]
    told.refs["refs/heads/main<!here>`x`"] = before


def mrkdwn(value: object) -> Iterator[Json]:
    """Every text in which Slack looks for marks."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value
        for each in value.values():
            yield from mrkdwn(each)
    elif isinstance(value, list):
        for each in value:
            yield from mrkdwn(each)


def nothing_lives(window: Window) -> None:
    """No text of the modal mentions, links or turns around anything."""
    for each in mrkdwn(window.now):
        told = str(each["text"])
        assert each["verbatim"] is True
        assert LIVE.search(told) is None, told
        assert not re.search(r"(?<!\w)@(?:here|channel)|https?://|[\u202e\u2066\x1b\x00]", told), told


def test_commits_and_files_are_words(bench: Bench) -> None:
    window = open_deploy(bench)
    assert "*New commits:* 46" in shown(window)
    assert "and 26 more" in shown(window)
    nothing_lives(window)


def test_a_branch_is_a_word(bench: Bench) -> None:
    window = open_deploy(bench, chosen=CHOSEN | {"ref": "main<!here>`x`"})
    assert "&lt;!here&gt;" in shown(window)
    nothing_lives(window)


def test_a_ref_that_is_none_is_told_as_words(bench: Bench) -> None:
    window = open_deploy(bench)
    for ref in HOSTILE:
        bench.choose_and_see(window, "ref", CHOSEN | {"ref": ref[:244]})
        nothing_lives(window)


def test_the_reason_of_a_lock_is_words(bench: Bench, deploys: Deploys) -> None:
    for at, reason in enumerate(HOSTILE):
        deploys.lock(deploys.environment(), f"person{at}", reason)
    window = open_deploy(bench)
    assert "`locked`" in shown(window)
    nothing_lives(window)


def test_a_plan_and_what_would_ship_are_words(bench: Bench, deploys: Deploys, world: World) -> None:
    newest = world.commits.history(SHOP.id).refs["refs/heads/main"]
    serving = deploys.serve(deploys.environment(), newest)
    bench.press("rollback", encode(Bound(serving.id, serving.sha)))
    window = bench.window("Going back")
    assert "46" in shown(window)
    nothing_lives(window)
    on_its_way = deploys.ask(deploys.environment(), "c" * 40)
    bench.press("ship", encode(Bound(on_its_way.id, on_its_way.sha)))
    nothing_lives(bench.window("It takes back"))


def test_a_typed_mistake_is_words(bench: Bench) -> None:
    for typed in HOSTILE:
        text = str(bench.type(f"frobnicate {typed}").json()["text"])
        assert LIVE.search(text) is None, text
