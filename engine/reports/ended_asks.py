"""Asks end with what they wait for, wherever they came from; whoever asked in Slack is told how a fix went."""

from dataclasses import replace

from sqlalchemy import Connection

from engine.reports.slack_subjects import mark_reply
from engine.store import asks, slack_asks
from engine.store.asks import Ask


def end_asks(connection: Connection, repository_id: int, number: int) -> list[int]:
    """Ends the asks of a pull request (0: of none) that have nothing to wait for any more; the comments they were
    written in.
    """
    ended = asks.end_with_builds(connection, repository_id, number)
    ended += asks.end_with_releases(connection, repository_id, number)
    ended += asks.end_with_inspections(connection, repository_id, number)
    fixed = asks.end_with_fixes(connection, repository_id, number)
    for ask in fixed:
        _tell_in_slack(connection, ask)
    return ended + [ask.comment_id for ask in fixed]


def _tell_in_slack(connection: Connection, ask: Ask) -> None:
    """The answer to whoever asked there; nothing of what came through another door."""
    asked = slack_asks.by_delivery(connection, ask.delivery)
    if asked is None:
        return
    slack_asks.settle(connection, replace(asked, state=ask.state, reason=ask.reason, answer=ask.answer))
    mark_reply(connection, workspace_id=asked.workspace_id, delivery=ask.delivery)
