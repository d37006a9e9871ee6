"""From an event and what is known to a decision. Pure: no I/O, no clock."""

from typing import assert_never

from engine.commands.parse import Parsed, parse
from engine.domain.event import ButtonPressed, Commented, PullRequestChanged, Pushed
from engine.planner.asked import asked_by_button
from engine.planner.command import plan_asked
from engine.planner.comment import plan_comment
from engine.planner.decision import Decision, Nothing
from engine.planner.known import Known
from engine.planner.pull_request import plan_pull_request


def plan(event: Pushed | PullRequestChanged | Commented | ButtonPressed, known: Known) -> Decision:
    """What is to be done about the event."""
    match event:
        case Pushed():
            return Nothing("a push to a pull request's branch is told by the pull request itself")
        case PullRequestChanged():
            return plan_pull_request(event, known)
        case Commented():
            return plan_comment(event, command_of(event), known)
        case ButtonPressed():
            return plan_asked(asked_by_button(event), known)
        case _:
            assert_never(event)


def command_of(event: Commented) -> Parsed:
    """What the comment asks."""
    return parse(event.body)
