"""A limit of Slack's stops that workspace alone, for as long as Slack says; in the end all stands there (F-S5)."""

import pytest
from sqlalchemy import select

from engine.store.slack_schema import slack_workspaces
from tests.slack_client.desk import Desk
from tests.slack_client.strict import Answer


def busy(desk: Desk, each: int) -> None:
    """Each workspace and GitHub have so many things to show."""
    for number in range(each):
        desk.answered(f"a{number}", f"Acme {number}")
        desk.answered(f"g{number}", f"Globex {number}", desk.globex)
        desk.at_github(f"h{number}")


def words(desk: Desk, team: str) -> list[str]:
    return sorted(each.words for each in desk.said(team))


def test_only_the_limited_workspace_waits_and_exactly_as_long_as_slack_says(desk: Desk) -> None:
    desk.slack.limits["T1"] = 2, 30
    busy(desk, 5)
    desk.later()
    assert (len(desk.said("T1")), len(desk.said("T2")), len(desk.board.shown)) == (2, 5, 5)
    desk.later(29.9)
    assert desk.slack.calls.count(("T1", "chat.postEphemeral")) == 3
    desk.later(0.2)
    assert words(desk, "T1") == [f"Acme {number}" for number in range(5)]
    assert words(desk, "T2") == [f"Globex {number}" for number in range(5)]
    assert sorted(desk.board.shown) == [f"h{number}" for number in range(5)]
    assert desk.waiting() == []


def test_another_process_and_a_restart_keep_to_it(desk: Desk) -> None:
    desk.slack.limits["T1"] = 0, 30
    busy(desk, 1)
    desk.later()
    desk.answered("late")
    for _ in range(5):
        desk.clock.advance(5)
        assert desk.another_sender().send_due() == 0
    desk.clock.advance(5.1)
    assert desk.another_sender().send_due() == 2
    assert len(desk.said("T1")) == 2


def test_limits_one_after_the_other_are_each_kept_and_all_is_posted(desk: Desk) -> None:
    busy(desk, 4)
    for seconds in (1, 7, 60):
        desk.slack.limits["T1"] = 1, seconds
        desk.later(60)
    desk.later(60)
    assert words(desk, "T1") == [f"Acme {number}" for number in range(4)]
    assert desk.slack.calls.count(("T1", "chat.postEphemeral")) == 7


def test_a_limit_at_a_response_url_is_the_workspaces_too(desk: Desk) -> None:
    desk.slack.next_answers = [Answer(429, b"", {"Retry-After": "3"})]
    desk.answered("a", response_url=desk.slack.response_url())
    desk.later()
    desk.answered("b")
    desk.later(2.9)
    assert desk.slack.said == []
    desk.later(0.2)
    assert {each.method for each in desk.slack.said} == {"ephemeral", "chat.postEphemeral"}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, b'{"ok": false, "error": "ratelimited"}', {"Retry-After": "30"}),
        Answer(429, b"", {"retry-after": "30"}),
        Answer(429, b"", {"Retry-After": "soon"}),
        Answer(429, b"<html>"),
    ],
)
def test_a_limit_is_known_however_slack_words_it(desk: Desk, answer: Answer) -> None:
    desk.slack.next_answers = [answer]
    desk.answered("a")
    desk.later()
    desk.answered("g", "Globex", desk.globex)
    desk.later(29)
    assert [each.team for each in desk.slack.said] == ["T2"]
    desk.later(60)
    assert [each.team for each in desk.slack.said] == ["T2", "T1"]


def test_why_it_waits_can_be_read(desk: Desk) -> None:
    desk.slack.limits["T1"] = 0, 30
    busy(desk, 1)
    desk.later()
    with desk.database.read() as connection:
        rows = connection.execute(select(slack_workspaces.c.team_id, slack_workspaces.c.paused_why)).all()
    assert {tuple(row) for row in rows} == {("T1", "chat.postEphemeral: Slack asks to wait 30 s"), ("T2", "")}
