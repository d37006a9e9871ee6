"""What was posted to the app: events that wait and come again, and how everything else went."""

from dataclasses import dataclass

from playground.slack.signed import Answer
from playground.slack.slack import Slack

KEPT = 500


@dataclass(frozen=True)
class Delivery:
    """One thing that was posted, or waits to be."""

    id: int
    team_id: str
    #: event, command, interaction or options.
    kind: str
    name: str
    event_id: str | None
    body: str
    made_at: float
    attempts: int
    #: When it is tried next; nothing: it is over.
    due_at: float | None
    #: Slack's word for what was wrong with the last attempt.
    reason: str | None
    status: int | None
    ms: float | None


def note(slack: Slack, team_id: str, kind: str, name: str, answer: Answer) -> None:
    """Writes down how a command or an interaction went, without what was in it."""
    with slack.database.writing():
        slack.database.insert(
            "slack_deliveries",
            team_id=team_id,
            kind=kind,
            name=name,
            made_at=slack.now(),
            attempts=1,
            reason=answer.trouble or None,
            status=answer.status,
            ms=answer.ms,
        )
        slack.database.execute(
            "DELETE FROM slack_deliveries WHERE due_at IS NULL AND id <= (SELECT max(id) - ? FROM slack_deliveries)",
            KEPT,
        )


def queue(slack: Slack, team_id: str, name: str, event_id: str, body: str) -> int:
    """Adds an event that is to be sent at once."""
    now = slack.now()
    added = slack.database.insert(
        "slack_deliveries",
        team_id=team_id,
        kind="event",
        name=name,
        event_id=event_id,
        body=body,
        made_at=now,
        due_at=now,
    )
    slack.wake_sender()
    return added


def waiting(slack: Slack) -> list[Delivery]:
    """Every event that is still to be sent, the next one first."""
    return slack.database.all(Delivery, "SELECT * FROM slack_deliveries WHERE due_at IS NOT NULL ORDER BY due_at, id")


def attempted(slack: Slack, delivery: Delivery, answer: Answer) -> None:
    """Writes down an attempt; what wasn't taken comes again, a few times, later and later."""
    pauses = slack.hub.settings.slack_retries
    again = bool(answer.trouble) and not answer.no_retry and delivery.attempts < len(pauses)
    with slack.database.writing():
        slack.database.update(
            "slack_deliveries",
            delivery.id,
            attempts=delivery.attempts + 1,
            due_at=slack.now() + pauses[delivery.attempts] if again else None,
            reason=answer.trouble or None,
            status=answer.status,
            ms=answer.ms,
        )


def find_delivery(slack: Slack, delivery_id: int) -> Delivery | None:
    return slack.database.one(Delivery, "SELECT * FROM slack_deliveries WHERE id = ?", delivery_id)


def deliveries_of(slack: Slack, team_id: str, most: int = 50) -> list[Delivery]:
    """What was posted to the app about a workspace, the newest first."""
    sql = "SELECT * FROM slack_deliveries WHERE team_id = ? ORDER BY id DESC LIMIT ?"
    return slack.database.all(Delivery, sql, team_id, most)


def send_again(slack: Slack, event_id: str) -> int | None:
    """Sends an event that was sent before once more, under the same id."""
    sql = "SELECT id FROM slack_deliveries WHERE event_id = ?"
    found = slack.database.scalar(sql, event_id)
    if found is None:
        return None
    slack.database.update("slack_deliveries", found, due_at=slack.now(), attempts=0)
    slack.wake_sender()
    return int(found)
