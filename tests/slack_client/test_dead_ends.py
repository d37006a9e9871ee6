"""Tokens, channels and people that are gone: it stops or goes elsewhere, is said once, and nobody storms (F-S9)."""

import pytest

from engine.reports.slack_outcomes import closed_by, note_closed
from engine.reports.slack_subjects import Place
from engine.settings import Secret
from engine.slack import bot_token
from engine.slack.failures import CLOSED_CHANNEL, SlackRefused, TokenDead
from engine.store import slack_asks, slack_channels, slack_workspaces
from engine.store.slack_channels import Subscription
from engine.variables.vault import Vault, new_key
from tests.slack_client.desk import Desk

HOURS = 6 * 3600


def whole_day(desk: Desk) -> None:
    """Time goes by, with a look every six hours."""
    for _ in range(4):
        desk.later(HOURS)


@pytest.mark.parametrize("word", ["token_revoked", "account_inactive", "invalid_auth"])
def test_with_a_dead_token_the_workspace_leaves_and_is_asked_no_more(desk: Desk, word: str) -> None:
    desk.slack.dead["xoxb-acme"] = word
    for number in range(5):
        desk.answered(f"a{number}")
    desk.answered("g", "Globex", desk.globex)
    desk.later()
    left = desk.workspace(desk.acme)
    assert (left.here, left.sealed_token, left.gone_why) == (False, None, word)
    assert [line.did for line in desk.audit()] == ["leave"]
    desk.answered("more")
    whole_day(desk)
    assert [team for team, _ in desk.slack.calls if team != "T2"] == ["T1"]
    assert len(desk.said("T2")) == 1


def test_a_token_that_was_replaced_meanwhile_takes_nothing_with_it(desk: Desk) -> None:
    desk.slack.dead["xoxb-acme"] = "token_revoked"
    desk.slack.before = lambda: None if "xoxb-new" in desk.slack.teams else (desk.install("T1", "xoxb-new"), None)[1]
    desk.answered("a")
    desk.later()
    desk.later(60)
    assert desk.workspace(desk.acme).here
    assert [each.words for each in desk.said("T1")] == ["Done."]


def test_the_same_token_in_another_seal_is_as_dead(desk: Desk) -> None:
    def reseal() -> None:
        workspace = desk.workspace(desk.acme)
        sealed = bot_token.seal(desk.vault, "T1", Secret("xoxb-acme"))
        with desk.database.write() as connection:
            assert slack_workspaces.reseal(connection, workspace, sealed)

    desk.slack.dead["xoxb-acme"] = "token_revoked"
    desk.slack.before = reseal
    with pytest.raises(TokenDead):
        desk.api.call(desk.acme.id, "auth.test")
    assert not desk.workspace(desk.acme).here


def test_a_workspace_that_left_is_not_asked(desk: Desk) -> None:
    with desk.database.write() as connection:
        slack_workspaces.leave(connection, desk.acme, "app_uninstalled", 1.0)
    for workspace_id in (desk.acme.id, 4711):
        with pytest.raises(TokenDead, match="isn't installed"):
            desk.api.call(workspace_id, "auth.test")
    assert desk.slack.calls == []


def test_without_its_key_the_workspace_waits_until_it_is_given_back(desk: Desk) -> None:
    desk.answered("a")
    stranger = desk.api_with(Vault([new_key()]))
    sender = desk.another_sender(stranger)
    for _ in range(6):
        desk.clock.advance(60)
        sender.send_due()
    stranger.close()
    assert desk.slack.calls == []
    desk.later(HOURS)
    assert [each.words for each in desk.said("T1")] == ["Done."]


@pytest.mark.parametrize("word", ["channel_not_found", "is_archived", "not_in_channel", "user_not_in_channel"])
def test_where_a_channel_takes_nothing_the_person_is_written_to(desk: Desk, word: str) -> None:
    desk.slack.closed["C1"] = word
    desk.answered("a", thread="17.1")
    whole_day(desk)
    assert [(each.method, each.channel, each.thread) for each in desk.slack.said] == [("chat.postMessage", "U7", "")]
    assert [method for _, method in desk.slack.calls] == ["chat.postEphemeral", "chat.postMessage"]


@pytest.mark.parametrize("word", ["user_not_found", "user_disabled", "cannot_dm_bot", "channel_not_found", "new_word"])
def test_somebody_who_is_gone_is_tried_once(desk: Desk, word: str) -> None:
    desk.slack.closed |= {"C1": "user_not_in_channel", "U7": word}
    desk.answered("a")
    whole_day(desk)
    assert len(desk.slack.calls) == 2
    assert (desk.waiting(), desk.slack.said) == ([], [])


def refused(word: str) -> SlackRefused:
    """A channel's refusal."""
    return SlackRefused("posting", word)


def closes(desk: Desk, word: str) -> None:
    """A message's channel takes nothing any more, as its reporter notes that."""
    place = Place(7, desk.acme.id, "C1", "dep_1")
    with desk.database.write() as connection:
        note_closed(connection, place, closed_by(refused(word)), desk.clock.seconds)


def known_by(desk: Desk, *subscribers: str) -> None:
    """The channel has a name, subscriptions, and somebody who asked for the deploy."""
    with desk.database.write() as connection:
        slack_channels.note(connection, desk.acme.id, "C1", name="ops")
        for number, user in enumerate(subscribers):
            wants = Subscription(desk.acme.id, "C1", 7 + number, frozenset({"deploys"}), user, user, 0.0)
            slack_channels.subscribe(connection, wants)
        slack_asks.receive(connection, slack_asks.SlackAsk("x", desk.acme.id, "U3", "C1", about="dep_1"))
        slack_asks.receive(connection, slack_asks.SlackAsk("y", desk.acme.id, "U4", "C2", about="dep_1"))


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("is_archived", "Slipway can't post in `#ops`: it is archived. Unarchive it"),
        ("not_in_channel", "Slipway can't post in `#ops`: Slipway isn't in it. Type `/invite @Slipway` there."),
        ("channel_not_found", "Slipway can't post in `#ops`: it is gone, or private and without Slipway."),
        ("restricted_action", "Slipway can't post in `#ops`: its settings let only some post."),
    ],
)
def test_whoever_subscribed_or_asked_hears_once_that_a_channel_is_closed(desk: Desk, word: str, said: str) -> None:
    known_by(desk, "U1", "U2")
    for _ in range(5):
        closes(desk, word)
        desk.later(60)
    assert sorted(each.channel for each in desk.slack.said) == ["U1", "U3"]
    assert all(each.words.startswith(said) for each in desk.slack.said)
    offers = [list(each.buttons) for each in desk.slack.said]
    assert offers == [["Open the channel"] if word in ("not_in_channel", "channel_not_found") else []] * 2
    with desk.database.read() as connection:
        assert slack_channels.channel_of(connection, desk.acme.id, "C1").trouble == word


def test_once_it_was_open_again_they_hear_of_the_next_time(desk: Desk) -> None:
    known_by(desk, "U1")
    closes(desk, "is_archived")
    with desk.database.write() as connection:
        slack_channels.clear_trouble(connection, desk.acme.id, "C1")
    desk.later(60)
    closes(desk, "is_archived")
    desk.later(60)
    assert sorted(each.channel for each in desk.slack.said) == ["U1", "U1", "U3", "U3"]


def test_other_troubles_close_no_channel() -> None:
    assert all(closed_by(refused(word)) == word for word in CLOSED_CHANNEL)
    assert closed_by(refused("invalid_blocks")) == ""
    assert closed_by(TokenDead("x", "is_archived")) == ""
