"""How an intake job ends without a decision: it asks nothing of us, nobody works there, or it can't be done."""

import time

from sqlalchemy import Connection

from engine.domain.event import ButtonPressed, Commented, PullRequestChanged, Pushed
from engine.domain.job import JobState
from engine.errors import Gone, OutsideError
from engine.intake import coverage, deliveries
from engine.intake.actions import Scene, carry_out, door_of
from engine.intake.asking import note_ask
from engine.intake.deliveries import StoredDelivery
from engine.intake.facts import Deciding, number_of
from engine.planner.decision import Nothing, Refuse, Skip
from engine.planner.pull_request import BUILDING
from engine.reasons import REMEDY, Reason
from engine.store import repositories
from engine.work.handler import Done

GIVEN_UP = {
    Reason.REPOSITORY_REMOVED: "The GitHub App can't reach this repository.",
    Reason.DENIED: "GitHub refused what Slipway had to ask, so nothing was done.",
    Reason.UNREACHABLE: "GitHub didn't answer what Slipway had to ask, so nothing was done.",
}


def settled(delivery: StoredDelivery, state: str, note: str) -> Done:
    """Nothing but a note in the inbox."""
    return Done(JobState.DONE, lambda connection: deliveries.settle(connection, delivery.key, state, note))


def is_left(
    connection: Connection,
    delivery: StoredDelivery,
    event: Pushed | PullRequestChanged | Commented | ButtonPressed,
) -> bool:
    """True, and noted, when the GitHub App was taken away while the delivery was being worked on."""
    left = coverage.set_aside(connection, event)
    if left:
        deliveries.settle(connection, delivery.key, deliveries.IGNORED, left)
    return bool(left)


def impossible(delivery: StoredDelivery, event: Deciding, error: OutsideError) -> Done:
    """GitHub refuses, or it isn't there any more: no other try helps."""
    reason = Reason.REPOSITORY_REMOVED if isinstance(error, Gone) else Reason.DENIED
    return Done(
        JobState.FAILED,
        lambda connection: give_up(connection, delivery, event, reason, str(error)),
        error=str(error),
    )


def give_up(
    connection: Connection,
    delivery: StoredDelivery,
    event: Deciding,
    reason: Reason,
    error: str,
) -> None:
    """Says so: to whoever asked, or on the commit that waits for a word."""
    if is_left(connection, delivery, event):
        return
    if repositories.by_id(connection, event.repository.id) is None:
        repositories.record(connection, event.installation_id, event.repository, delivery.received_at)
    scene = scene_of(connection, event)
    if not isinstance(event, PullRequestChanged):
        note_ask(connection, event, "", delivery.received_at)
        carry_out(scene, Refuse(reason, f"{GIVEN_UP[reason]} {REMEDY[reason]}"))
    elif event.action in BUILDING:
        carry_out(scene, Skip(event.pull_request.head_sha, reason))
    else:
        carry_out(scene, Nothing(error))
    deliveries.settle(connection, delivery.key, deliveries.HANDLED, f"given up: {error}")


def scene_of(connection: Connection, event: Deciding) -> Scene:
    """Where a decision about the event is carried out."""
    return Scene(connection, event, number_of(event), time.time(), door_of(event))
