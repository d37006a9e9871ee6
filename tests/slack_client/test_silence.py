"""A Slack that doesn't answer holds up nobody else for long, and is spoken to again once it does."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from engine.slack.client import SlackApi
from engine.slack.failures import NotAsked, SlackAway
from engine.slack.silence import IN_A_ROW, PAUSE, Silence
from engine.store.clock import ManualClock
from tests.forge.serving import saying, serving
from tests.slack_client.desk import Desk


@contextmanager
def silent(desk: Desk) -> Iterator[SlackApi]:
    """A way to a Slack that closes every connection without a word."""
    with serving(saying(b"")) as url:
        api = desk.api_with(desk.vault, url)
        yield api
        api.close()


def test_after_calls_in_a_row_without_an_answer_it_isnt_asked(desk: Desk) -> None:
    with silent(desk) as api:
        for _ in range(IN_A_ROW):
            with pytest.raises(SlackAway):
                api.call(desk.acme.id, "auth.test")
        with pytest.raises(NotAsked, match="wasn't asked now") as raised:
            api.call(desk.globex.id, "auth.test")
        assert raised.value.retry_after == PAUSE
        desk.clock.advance(PAUSE)
        with pytest.raises(SlackAway):
            api.call(desk.acme.id, "auth.test")


def test_one_at_a_time_finds_out_and_an_answer_ends_it() -> None:
    clock = ManualClock()
    silence = Silence(clock.stopwatch, 10.0)
    for _ in range(IN_A_ROW):
        silence.check("x")
        silence.unanswered()
    clock.advance(PAUSE)
    silence.check("finds out")
    with pytest.raises(NotAsked):
        silence.check("others meanwhile")
    silence.over()
    for _ in range(2):
        silence.check("x")


def test_lost_connections_with_answers_between_are_no_outage() -> None:
    silence = Silence(ManualClock().stopwatch, 10.0)
    for _ in range(5):
        for _ in range(IN_A_ROW - 1):
            silence.unanswered()
        silence.check("x")
        silence.over()


def test_a_clock_that_is_set_back_ends_it() -> None:
    clock = ManualClock()
    silence = Silence(clock.stopwatch, 10.0)
    for _ in range(IN_A_ROW):
        silence.unanswered()
    clock.advance(-3600)
    silence.check("x")


def test_what_wasnt_sent_counts_as_no_try_and_no_use(desk: Desk) -> None:
    ask = desk.answered("a", response_url=desk.slack.response_url())
    desk.slack.hangs_up = True
    for turn in range(9):
        desk.settle(ask, f"Answer {turn}")
        desk.later(0.5)
    desk.at_github("h")
    desk.later()
    assert desk.board.shown == ["h"]
    desk.slack.hangs_up = False
    desk.later(PAUSE)
    assert [(each.method, each.words) for each in desk.slack.said] == [("ephemeral", "Answer 8")]
