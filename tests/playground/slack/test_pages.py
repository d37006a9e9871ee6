"""Slack's pages as a browser without scripts has them."""

import html
import re
from collections.abc import Iterator

import httpx
import pytest

from tests.playground.site import Browser
from tests.playground.slack.building import actions, asking, button, home, modal, option, section
from tests.playground.slack.conftest import Ground
from tests.playground.slack.listening import Heard, Reply


@pytest.fixture
def browser(ground: Ground) -> Iterator[Browser]:
    """A browser that acts as writer."""
    with httpx.Client(base_url=ground.playground.web_url, trust_env=False, verify=False) as client:
        yield Browser(client)


def _challenged(heard: Heard) -> Reply:
    """As an app answers when its address is checked."""
    return Reply(200, str(heard.content["challenge"]).encode(), "text/plain")


def _in(ground: Ground, channel: str) -> str:
    return f"/slack/{ground.script.channel_id(channel)}"


def test_the_first_page_is_a_channel(ground: Ground, browser: Browser) -> None:
    answer = browser.client.get("/slack")
    assert answer.headers["location"] == _in(ground, "general")
    page = browser.page(_in(ground, "general"))
    assert "Message #general, or /slipway help" in page
    assert "script-src 'self'" in browser.client.get(_in(ground, "general")).headers["content-security-policy"]
    assert "style=" not in page and "onclick" not in page and "<style" not in page


def test_a_command_and_words_are_typed_into_the_same_place(ground: Ground, browser: Browser) -> None:
    ground.listener.answer("Taken in: `deploy`.", kind="text/plain")
    browser.press(f"{_in(ground, 'deploys')}/say", text="/slipway deploy")
    browser.press(f"{_in(ground, 'deploys')}/say", text="<b>bold?</b> *bold*")
    page = browser.page(_in(ground, "deploys"))
    assert "Taken in: <code>deploy</code>." in page and "Only visible to you" in page
    assert "&lt;b&gt;bold?&lt;/b&gt; <b>bold</b>" in page
    browser.act_as("reader")
    assert "Taken in" not in browser.page(_in(ground, "deploys")).split("bold?")[0][-3000:]


def test_the_app_is_invited_by_typing_it(ground: Ground, browser: Browser) -> None:
    browser.press(f"{_in(ground, 'deploys')}/say", text="/invite @Slipway")
    assert ground.script.look(f"channel/{ground.script.channel_id('deploys')}", user="writer")["bot_is_member"]
    browser.press(f"{_in(ground, 'deploys')}/say", text="@Slipway status")
    assert ground.listener.expect("app_mention").content["event"]["text"].endswith("> status")
    browser.press(f"{_in(ground, 'deploys')}/say", text="/dance")
    assert "/dance is not a valid command" in browser.page(_in(ground, "deploys"))


def test_a_button_is_pressed_on_a_message_and_in_its_thread(ground: Ground, browser: Browser) -> None:
    channel = ground.script.channel_id("deploys")
    ts = ground.client.chat_postMessage(channel=channel, text="x", blocks=[actions(button("approve", value="7"))])["ts"]
    ground.client.chat_postMessage(channel=channel, text="In the thread", thread_ts=ts)
    page = browser.page(f"/slack/{channel}?thread={ts}")
    assert "1 reply" in page and "In the thread" in page
    block = re.findall(r'name="block" value="(\w+)"', page)[-1]
    browser.press(f"/slack/{channel}/press", ts=ts, action="approve", block=block)
    assert ground.listener.expect("block_actions").content["actions"][0]["value"] == "7"
    refused = browser.send(f"/slack/{channel}/press", ts=ts, action="reject")
    assert refused.status_code == 422 and "no such button" in refused.text


def test_a_modal_is_filled_in(ground: Ground, browser: Browser) -> None:
    fields = [
        asking("ref"),
        asking("env", type="static_select", options=[option("staging")]),
        asking("how", type="checkboxes", options=[option("fast"), option("loud")], action_id="how"),
    ]
    view = ground.opens(modal(*fields))
    assert 'role="dialog"' in browser.page(_in(ground, "deploys"))
    browser.press("/slack/views", view=view, do="submit", **{"ref|ref": "", "env|env": "staging"})
    assert "Please complete this required field." in browser.page(_in(ground, "deploys"))
    filled = {"ref|ref": "main", "env|env": "staging", "how|how|1": "1"}
    browser.press("/slack/views", view=view, do="submit", here=_in(ground, "deploys"), **filled)
    values = ground.listener.expect("view_submission").content["view"]["state"]["values"]
    assert values["ref"]["ref"]["value"] == "main"
    assert [one["value"] for one in values["how"]["how"]["selected_options"]] == ["loud"]
    assert 'role="dialog"' not in browser.page(_in(ground, "deploys"))


def test_nobody_uses_the_modal_of_somebody_else(ground: Ground, browser: Browser) -> None:
    view = ground.opens(modal(asking("ref")), user="admin")
    assert browser.send("/slack/views", view=view, do="close").status_code == 404
    assert 'role="dialog"' not in browser.page(_in(ground, "deploys"))


def test_a_home_is_opened_and_a_field_of_it_used(ground: Ground, browser: Browser) -> None:
    choice = actions({"type": "static_select", "action_id": "which", "options": [option("a"), option("b")]})
    ground.client.views_publish(user_id=ground.script.user_id("writer"), view=home(section("*Hello*"), choice))
    address = f"/slack/home/{ground.script.workspace()['team_id']}"
    page = browser.page(address)
    assert "<b>Hello</b>" in page
    assert ground.listener.expect("app_home_opened").content["event"]["user"] == ground.script.user_id("writer")
    view, name = (
        re.findall(r'name="view" value="(\w+)"', page)[0],
        html.unescape(re.findall(r'select name="([^"]+)"', page)[0]),
    )
    browser.press("/slack/views", view=view, press=name, chosen="b")
    assert ground.listener.expect("block_actions").content["actions"][0]["selected_option"]["value"] == "b"


def test_private_channels_are_for_those_in_them(ground: Ground, browser: Browser) -> None:
    assert "Message #ops" in browser.page(_in(ground, "ops"))
    browser.act_as("reader")
    assert browser.client.get(_in(ground, "ops")).status_code == 404
    assert ">ops<" not in browser.page(_in(ground, "deploys"))
    assert browser.send(f"{_in(ground, 'ops')}/say", text="x").status_code == 404


def test_one_can_be_somebody_without_an_account(ground: Ground, browser: Browser) -> None:
    there = f"/slack/{ground.script.channel_id('general', 'Globex')}"
    browser.press("/slack/as", user=ground.script.user_id("gina", "Globex"), here=there)
    browser.press(f"{there}/say", text="Hello from Globex")
    assert "Gina Globex" in browser.page(there)
    assert ground.script.messages("general", "gina", "Globex")[-1]["name"] == "gina"
    assert "writer" in browser.page(_in(ground, "general"))


def test_forms_from_elsewhere_are_refused(ground: Ground, browser: Browser) -> None:
    for path in (f"{_in(ground, 'deploys')}/say", "/slack/views", "/slack/as", "/slack/oauth/v2/authorize"):
        assert browser.client.post(path, data={"text": "x"}).status_code == 403, path


def test_the_app_is_allowed_or_not_on_a_page_that_says_what_it_wants(ground: Ground, browser: Browser) -> None:
    asked = {
        "client_id": ground.playground.slack["client_id"],
        "scope": "commands,chat:write",
        "state": "kept & safe",
        "redirect_uri": "http://localhost:8080/slack/oauth",
    }
    page = browser.page(f"/slack/oauth/v2/authorize?{httpx.QueryParams(asked)}")
    assert "Slipway wants to access Acme" in page and "Write messages as itself" in page
    globex = ground.script.workspace("Globex")["team_id"]
    assert f"team={globex}" in page and "state=kept%20%26%20safe" in page
    into = ground.script.workspace()["team_id"]
    back = httpx.URL(browser.press("/slack/oauth/v2/authorize", into=into, do="allow", **asked))
    assert (back.path, back.params["state"]) == ("/slack/oauth", "kept & safe")
    assert ground.script.exchange(back.params["code"])["authed_user"]["id"] == ground.script.user_id("writer")
    no = httpx.URL(browser.press("/slack/oauth/v2/authorize", into=into, do="cancel", **asked))
    assert (no.params["error"], no.params["state"]) == ("access_denied", "kept & safe")
    assert browser.client.get("/slack/oauth/v2/authorize?client_id=x").status_code == 422


def test_settings_are_for_the_owner(ground: Ground, browser: Browser) -> None:
    address = f"/slack/settings/{ground.script.workspace()['team_id']}"
    assert "Only Ada Admin can change this" in browser.page(address)
    assert browser.send(address, action="uninstall").status_code == 403
    browser.act_as("admin")
    assert "Uninstall" in browser.page(address)
    shop = ground.script.channel_id("shop")
    bot = ground.script.look("install")["bot_user_id"]
    for action, more in (("invite", {"who": bot}), ("kick", {"who": bot}), ("archive", {}), ("archive", {})):
        browser.press(address, action=action, channel=shop, **more)
    browser.press(address, action="revoke")
    assert ground.script.look("install")["ended"] == "token_revoked"
    browser.press(address, action="uninstall")
    assert "Not installed" in browser.page(address)
    assert ground.listener.expect("app_uninstalled").content["event"] | {"event_ts": ""} == {
        "type": "app_uninstalled",
        "event_ts": "",
    }


def test_the_request_url_is_checked(ground: Ground, browser: Browser) -> None:
    browser.act_as("admin")
    address = f"/slack/settings/{ground.script.workspace()['team_id']}"
    assert browser.press(address, action="check").endswith("?checked=no")
    ground.listener.answering = _challenged
    assert "the request URL is good" in browser.page(browser.press(address, action="check"))
