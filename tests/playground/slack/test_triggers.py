"""What lives only for a while: triggers, response_urls, codes; and views that changed meanwhile."""

from typing import Any

import httpx

from playground.slack.channels import add_member
from playground.slack.commands import type_command
from playground.slack.done import Done
from playground.slack.interactions import Used, press_on_message
from playground.slack.messages import find_message, seen_messages
from playground.slack.oauth import allow
from playground.slack.triggers import make_trigger
from tests.playground.slack.building import actions as acts
from tests.playground.slack.building import asking, button, modal, plain, section
from tests.playground.slack.clocked import Clocked

REDIRECT = "http://localhost:8080/slack/oauth"


def _typed(later: Clocked) -> Done:
    return type_command(later.slack, later.writer, later.channel("deploys"), "/slipway help")


def _answer(later: Clocked, url: str, **said: Any) -> httpx.Response:
    """An answer to a response_url, which names the address that this Slack would have outside of tests."""
    return later.http.post(httpx.URL(url).path, json=said)


def _seen(later: Clocked, user: str = "") -> list[str]:
    shown = seen_messages(later.slack, later.channel("deploys"), user or later.writer.id)
    return [one.text for one in shown]


def test_a_trigger_opens_one_modal(later: Clocked) -> None:
    trigger = make_trigger(later.slack, later.writer)
    assert later.error("views.open", trigger_id=trigger, view=modal(section("x"))) == ""
    assert later.error("views.open", trigger_id=trigger, view=modal(section("x"))) == "exchanged_trigger_id"


def test_a_trigger_is_over_after_three_seconds(later: Clocked) -> None:
    soon, late = make_trigger(later.slack, later.writer), make_trigger(later.slack, later.writer)
    later.clock.ahead += 1.5
    assert later.error("views.open", trigger_id=soon, view=modal(section("x"))) == ""
    later.clock.ahead += 2
    assert later.error("views.open", trigger_id=late, view=modal(section("x"))) == "expired_trigger_id"
    assert later.error("views.push", trigger_id=late, view=modal(section("x"))) == "expired_trigger_id"


def test_a_trigger_that_nobody_gave_opens_nothing(later: Clocked) -> None:
    assert later.error("views.open", trigger_id="1.2.3", view=modal(section("x"))) == "invalid_trigger_id"
    assert later.error("views.open", view=modal(section("x"))) == "invalid_arguments"
    trigger = make_trigger(later.slack, later.writer)
    # A view that isn't taken leaves the trigger as it was.
    assert later.error("views.open", trigger_id=trigger, view=modal(title=plain(""))) == "invalid_arguments"
    assert later.error("views.open", trigger_id=trigger, view=modal(section("x"))) == ""


def test_a_view_that_changed_meanwhile_is_left_alone(later: Clocked) -> None:
    view = later.call("views.open", trigger_id=make_trigger(later.slack, later.writer), view=modal(asking("a")))
    first = view.json()["view"]
    said = {"view_id": first["id"], "view": modal(section("later"))}
    second = later.call("views.update", hash=first["hash"], **said).json()["view"]
    assert second["hash"] != first["hash"]
    assert later.error("views.update", hash=first["hash"], **said) == "hash_conflict"
    assert later.error("views.update", **said) == ""
    assert later.error("views.update", view_id="V0", view=modal(section("x"))) == "not_found"


def test_a_home_is_published_and_published_again(later: Clocked) -> None:
    home = {"type": "home", "blocks": [section("one")]}
    first = later.call("views.publish", user_id=later.writer.id, view=home).json()["view"]
    second = later.call("views.publish", user_id=later.writer.id, view=home, hash=first["hash"]).json()["view"]
    assert second["id"] == first["id"]
    assert later.error("views.publish", user_id=later.writer.id, view=home, hash=first["hash"]) == "hash_conflict"
    assert later.error("views.publish", user_id=later.writer.id, view=modal(section("x"))) == "invalid_arguments"


def test_a_response_url_takes_five_answers(later: Clocked) -> None:
    url = _typed(later).response_url
    answers = [_answer(later, url, text=str(number)) for number in range(6)]
    assert [one.status_code for one in answers] == [200] * 5 + [404]
    assert answers[5].json() == {"ok": False, "error": "used_url"}
    assert _seen(later) == ["0", "1", "2", "3", "4"]
    assert _seen(later, "U0SOMEBODY") == []


def test_a_response_url_is_over_after_thirty_minutes(later: Clocked) -> None:
    url = _typed(later).response_url
    later.clock.ahead += 1790
    assert _answer(later, url, text="in time", response_type="in_channel").status_code == 200
    later.clock.ahead += 20
    assert _answer(later, url, text="late").json()["error"] == "expired_url"
    assert _answer(later, "http://x/slack/response/guessed", text="x").json()["error"] == "invalid_url"
    assert _seen(later, "U0SOMEBODY") == ["in time"]


def test_an_answer_that_slack_does_not_show_is_refused(later: Clocked) -> None:
    url = _typed(later).response_url
    assert _answer(later, url).json()["error"] == "no_text"
    assert _answer(later, url, blocks=[section("x" * 3001)]).json()["error"] == "invalid_blocks"
    assert _seen(later) == []


def test_an_answer_replaces_or_deletes_the_message_that_was_pressed(later: Clocked) -> None:
    channel = later.channel("deploys")
    add_member(later.slack, channel.id, later.writer.id)
    blocks = [acts(button("approve"))]
    ts = later.call("chat.postMessage", channel=channel.id, text="Approve?", blocks=blocks).json()["ts"]
    url = _pressed(later, ts)
    assert _answer(later, url, text="Approved", replace_original=True).status_code == 200
    assert _seen(later) == ["Approved"]
    assert _answer(later, url, delete_original=True).status_code == 200
    assert _seen(later) == []


def test_a_code_is_worth_one_token_for_ten_minutes(later: Clocked) -> None:
    app = later.slack.application
    asked = {"scope": "chat:write", "redirect_uri": REDIRECT, "state": "s"}

    def exchange(code: str) -> str:
        said = {"code": code, "redirect_uri": REDIRECT, "client_id": app.client_id, "client_secret": app.client_secret}
        answer = later.http.post("/slack/api/oauth.v2.access", data=said).json()
        return str(answer.get("error") or answer["token_type"])

    first, second = (httpx.URL(allow(later.slack, later.writer, asked)).params["code"] for _ in range(2))
    assert exchange(first) == "bot"
    assert exchange(first) == "invalid_code"
    later.clock.ahead += 601
    assert exchange(second) == "invalid_code"


def _pressed(later: Clocked, ts: str) -> str:
    message = find_message(later.slack, later.channel("deploys").id, ts)
    assert message is not None
    return press_on_message(later.slack, later.writer, message, Used("approve")).response_url
