"""Slack's pages in a real browser: what happens shows by itself, and what is typed stays."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.playground.browser import Tab, chromium
from tests.playground.running import eventually
from tests.playground.slack.building import actions, asking, button, modal, option, section
from tests.playground.slack.conftest import Ground
from tests.playground.slack.listening import Heard, Reply

pytestmark = pytest.mark.browser

FORM = modal(
    asking("project", type="external_select", min_query_length=0),
    asking("ref", initial_value="main"),
    section("Nothing chosen yet"),
)
FORM["blocks"][0]["dispatch_action"] = True


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    with chromium(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def tab(ground: Ground, browser: Tab) -> Tab:
    """The browser at #deploys, as writer."""
    browser.open(f"http://localhost:{ground.playground.port}/slack/{ground.script.channel_id('deploys')}")
    return browser


def _sees(tab: Tab, words: str, place: str = "[data-part=messages]") -> None:
    look = f"document.querySelector({json.dumps(place)})?.innerText ?? ''"
    eventually(lambda: words in tab.value(look), f"{words!r} to be shown in {place}", 30)


def _type(tab: Tab, field: str, words: str) -> None:
    tab.value(
        f"(() => {{ const f = document.querySelector({json.dumps(field)}); f.focus(); f.value = {json.dumps(words)}; "
        "f.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )


def _deploying(ground: Ground) -> None:
    """The app opens its modal for a command, offers projects, and says what would ship once one is chosen."""

    def answer(heard: Heard) -> Reply:
        content: dict[str, Any] = heard.content
        if heard.name == "/slipway":
            ground.client.views_open(trigger_id=content["trigger_id"], view=FORM)
        elif heard.name == "block_suggestion":
            return Reply(200, json.dumps({"options": [option("acme/shop"), option("acme/site")]}).encode())
        elif heard.name == "block_actions":
            changed = FORM | {"blocks": [*FORM["blocks"][:2], section("3 commits would ship")]}
            ground.client.views_update(view_id=content["view"]["id"], view=changed)
        return Reply()

    ground.listener.answering = answer


def test_messages_appear_and_what_is_typed_stays(ground: Ground, tab: Tab) -> None:
    _type(tab, "#text", "half a sen")
    ts = ground.client.chat_postMessage(channel=ground.script.channel_id("deploys"), text="Deploying now")["ts"]
    _sees(tab, "Deploying now")
    ground.client.chat_update(channel=ground.script.channel_id("deploys"), ts=ts, text="Deployed at last")
    _sees(tab, "Deployed at last")
    assert tab.value("document.querySelector('#text').value") == "half a sen"


def test_a_command_opens_a_modal_that_follows_what_is_chosen(ground: Ground, tab: Tab) -> None:
    _deploying(ground)
    _type(tab, "#text", "/slipway deploy")
    tab.value("document.querySelector('.composer').requestSubmit()")
    _sees(tab, "Nothing chosen yet", ".modal")
    assert tab.value("document.activeElement.closest('.pick') !== null")
    _type(tab, ".modal input[name='ref|ref']", "topic")
    _type(tab, ".pick [type=text]", "acme")
    eventually(lambda: tab.value("document.querySelectorAll('.pick li').length") == 2, "the suggestions", 30)
    tab.value("document.querySelectorAll('.pick li')[1].click()")
    _sees(tab, "3 commits would ship", ".modal")
    assert tab.value("document.querySelector('.modal [name=\"ref|ref\"]').value") == "topic"
    tab.value("document.querySelector('.modal footer .primary').click()")
    values = ground.listener.expect("view_submission").content["view"]["state"]["values"]
    assert values["project"]["project"]["selected_option"]["value"] == "acme/site"
    assert values["ref"]["ref"]["value"] == "topic"
    eventually(lambda: tab.value("document.querySelector('.modal') === null"), "the modal to close", 30)


def test_a_button_is_pressed_and_asks_first_where_the_app_wants_it(ground: Ground, tab: Tab) -> None:
    words = {"title": "Reject it?", "text": "For good.", "confirm": "Reject", "deny": "Keep"}
    confirm = {name: {"type": "plain_text", "text": text} for name, text in words.items()}
    blocks = [section("*To production*"), actions(button("approve"), button("reject", confirm=confirm))]
    ground.client.chat_postMessage(channel=ground.script.channel_id("deploys"), text="x", blocks=blocks)
    _sees(tab, "To production")
    press = "[...document.querySelectorAll('.acts button')].filter((b) => b.value === '{}').at(-1).click()"
    tab.value(press.format("approve"))
    assert ground.listener.expect("block_actions").content["actions"][0]["action_id"] == "approve"
    tab.value(press.format("reject"))
    _sees(tab, "For good.", "dialog.sure")
    assert len(ground.listener.named("block_actions")) == 1
    tab.value("document.querySelector('dialog.sure .primary').click()")
    assert ground.listener.expect("block_actions", 2).content["actions"][0]["action_id"] == "reject"


def test_hostile_words_stay_words(ground: Ground, tab: Tab) -> None:
    hostile = (
        "<img src=x onerror='window.broken=1'> <javascript:alert(1)|click> &lt;script&gt;window.broken=1&lt;/script&gt;"
    )
    channel = ground.script.channel_id("deploys")
    ground.client.chat_postMessage(channel=channel, text=hostile)
    blocks = [section(hostile), actions(button("x", text={"type": "plain_text", "text": "<b>now</b>"}))]
    ground.client.chat_postMessage(channel=channel, text="x", blocks=blocks)
    _sees(tab, "<b>now</b>")
    assert tab.value("window.broken ?? 0") == 0
    assert tab.value("document.querySelectorAll('[data-part=messages] a[href^=javascript]').length") == 0
