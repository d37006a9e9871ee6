"""Whoever asked is told, alone: where they asked while that can be, else in a direct message (F-S4)."""

from urllib.parse import parse_qs, urlsplit

import pytest

from engine.reasons import Reason
from engine.reports.slack_outcomes import INVITE
from engine.reports.slack_reply import LINK
from engine.store import outbox, slack_people
from tests.slack_client.desk import PUBLIC_URL, Desk
from tests.slack_client.strict import URL_USES


def test_a_command_is_answered_at_its_response_url(desk: Desk) -> None:
    desk.answered("a", "Comment `/deploy` **now**.", response_url=desk.slack.response_url())
    desk.later()
    (said,) = desk.slack.said
    assert (said.method, said.words) == ("ephemeral", "Type `/slipway deploy` *now*.")
    assert desk.slack.calls == [("", "hook")]


def test_a_mention_is_answered_in_its_thread_for_that_person_alone(desk: Desk) -> None:
    desk.answered("a", thread="17.1")
    desk.later()
    (said,) = desk.slack.said
    assert (said.method, said.channel, said.user, said.thread) == ("chat.postEphemeral", "C1", "U7", "17.1")


def test_app_home_is_answered_in_a_direct_message(desk: Desk) -> None:
    desk.answered("a", channel="")
    desk.later()
    (said,) = desk.slack.said
    assert (said.method, said.channel, said.text) == ("chat.postMessage", "U7", "Done.")


def test_nothing_is_said_twice_and_a_new_answer_is_said(desk: Desk) -> None:
    ask = desk.answered("a")
    desk.later()
    desk.settle(ask, "Done.")
    desk.later()
    assert len(desk.slack.said) == 1
    desk.settle(ask, "Changed.")
    desk.later()
    assert [each.words for each in desk.slack.said] == ["Done.", "Changed."]


def test_nothing_is_said_while_there_is_no_answer(desk: Desk) -> None:
    desk.answered("a", "")
    desk.later()
    assert desk.slack.calls == []
    assert desk.waiting() == []


def test_the_sixth_answer_comes_as_a_direct_message(desk: Desk) -> None:
    ask = desk.answered("a", "Answer 0", response_url=desk.slack.response_url())
    for turn in range(1, 8):
        desk.later(10)
        desk.settle(ask, f"Answer {turn}")
    desk.later()
    assert [each.method for each in desk.slack.said] == ["ephemeral"] * URL_USES + ["chat.postMessage"] * 3
    assert "You asked `deploy acme/shop@main` in <#C1>.\nAnswer 7" in desk.slack.said[-1].words
    assert desk.slack.calls.count(("", "hook")) == URL_USES


def test_after_31_minutes_it_comes_as_a_direct_message(desk: Desk) -> None:
    desk.answered("a", response_url=desk.slack.response_url())
    desk.later(31 * 60)
    assert [(each.method, each.channel) for each in desk.slack.said] == [("chat.postMessage", "U7")]
    assert desk.slack.calls == [("T1", "chat.postMessage")]


@pytest.mark.parametrize("uses", [5, -1])
def test_an_address_that_slack_calls_used_or_expired_is_left_in_the_same_try(desk: Desk, uses: int) -> None:
    url = desk.slack.response_url()
    born = desk.clock.seconds if uses > 0 else desk.clock.seconds - 1801
    desk.slack.urls[urlsplit(url).path] = [born, max(uses, 0)]
    desk.answered("a", response_url=url)
    desk.later()
    assert [each.method for each in desk.slack.said] == ["chat.postMessage"]
    assert desk.slack.calls == [("", "hook"), ("T1", "chat.postMessage")]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/hooks/x", "https://hooks.slack.com/x", "file:///etc/passwd"])
def test_nothing_is_sent_to_an_address_that_is_none_of_slacks(desk: Desk, url: str) -> None:
    desk.answered("a", response_url=url)
    desk.later()
    assert desk.slack.calls == [("T1", "chat.postMessage")]


def test_an_answer_of_any_length_is_taken_by_slack(desk: Desk) -> None:
    log = "```text\n" + "\n".join(f"line {number} ``` <!here> {'😀' * 50}" for number in range(600)) + "\n```"
    desk.answered("a", f"Log of `v1`.\n\n{log}\n\n{'word ' * 3000}\n\n" + "\n\n".join(["para " * 300] * 60))
    desk.later()
    (said,) = desk.slack.said
    assert "line 599" in said.words
    assert "line 0 " not in said.words
    assert said.words.count("```") % 2 == 0
    assert len(said.blocks) <= 12


def test_whoever_isnt_linked_gets_a_button_with_a_link_that_is_theirs(desk: Desk) -> None:
    desk.answered("a", "Who are you?", offer=LINK, response_url=desk.slack.response_url())
    desk.later()
    (address,) = desk.slack.said[0].buttons.values()
    assert address.startswith(f"{PUBLIC_URL}/slack/link?token=")
    (token,) = parse_qs(urlsplit(address).query)["token"]
    with desk.database.read() as connection:
        offered = slack_people.offered(connection, token, desk.clock.seconds)
    assert offered is not None
    assert (offered.workspace_id, offered.user_id, offered.user_name) == (desk.acme.id, "U7", "Ada <!here>")


def test_the_link_comes_also_when_slack_doesnt_say_who_that_is(desk: Desk) -> None:
    desk.slack.refused["users.info"] = "missing_scope"
    desk.answered("a", "Who are you?", offer=LINK)
    desk.later()
    assert list(desk.slack.said[0].buttons) == ["Link GitHub"]


def test_an_invitation_is_offered_as_a_button_that_leads_to_the_channel(desk: Desk) -> None:
    desk.answered("a", "Invite me.", offer=INVITE, reason=Reason.CHANNEL_CLOSED)
    desk.later()
    (said,) = desk.slack.said
    assert (said.method, said.channel) == ("chat.postMessage", "U7")
    assert said.buttons == {"Open the channel": f"{desk.slack.base}/app_redirect?team=T1&channel=C1"}


def test_no_secret_is_kept_where_the_outbox_notes_what_was_done(desk: Desk) -> None:
    desk.answered("a", offer=LINK, response_url="http://127.0.0.1:9/hooks/secret")
    desk.slack.closed["U7"] = "user_disabled"
    desk.later()
    with desk.database.read() as connection:
        (trouble,) = outbox.troubles(connection, ["slack_reply:a"])
    assert trouble.why == "chat.postMessage: Slack refused it (user_disabled)"
