"""What people ask of environments by comment and button: decided and carried out with the end of the intake job."""

from collections.abc import Sequence
from typing import assert_never

from sqlalchemy import Connection

from engine.deploy.asks import DeployAsk
from engine.deploy.outcome import Obstacle, Outcome, Refused, Started, Told
from engine.domain.event import ButtonPressed, Commented
from engine.reports.subjects import mark_comment, mark_reaction
from engine.store import asks


def settle(connection: Connection, event: Commented | ButtonPressed, ask: DeployAsk, outcome: Outcome) -> str:
    """Writes the answer to whoever asked; one short sentence of what was done."""
    match outcome:
        case Started(release_id, _, said):
            asks.settle(connection, ask.ask, asks.WORKING, said)
            asks.follow_release(connection, ask.ask, release_id)
            note = f"started {release_id}"
        case Told(markdown, release_id):
            asks.settle(connection, ask.ask, asks.DONE, markdown)
            note = f"told of {release_id}" if release_id else "told"
        case Refused():
            sentence = f"{outcome.markdown}\n\n`{outcome.reason}`"
            asks.settle(connection, ask.ask, asks.REFUSED, sentence, reason=outcome.reason)
            note = f"refused: {outcome.reason}"
        case _:
            assert_never(outcome)
    _show(connection, event, ask.number)
    return note


def in_the_way(outcome: Outcome) -> Sequence[Obstacle]:
    """What it waits for, or why it was refused; the weightiest first."""
    match outcome:
        case Started(waits=waits):
            return waits
        case Refused(obstacles=obstacles):
            return obstacles
        case Told():
            return ()
        case _:
            assert_never(outcome)


def _show(connection: Connection, event: Commented | ButtonPressed, number: int) -> None:
    """The pull request's comment shows the answer, the command's own comment how it went."""
    where = {"installation_id": event.installation_id, "repository_id": event.repository.id}
    if number:
        mark_comment(connection, **where, number=number)
    if isinstance(event, Commented):
        mark_reaction(connection, **where, comment_id=event.comment_id)
