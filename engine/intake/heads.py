"""What follows when a pull request has another head: whatever was approved of the one before is void."""

from sqlalchemy import Connection

from engine.deploy.pushes import head_moved
from engine.intake import forks
from engine.intake.facts import Deciding, number_of
from engine.settings import Settings
from engine.store import pull_requests


def follow_head(connection: Connection, event: Deciding, settings: Settings, now: float) -> None:
    """Gates are the newest head's that we have received, and no other's. Safe to repeat; `now` is in Unix seconds."""
    repository_id, number = event.repository.id, number_of(event)
    stored = pull_requests.by_number(connection, repository_id, number)
    if stored is None:
        return
    forks.follow_head(connection, stored, now)
    by = event.sender.login
    head_moved(connection, repository_id, number, stored.head_sha, by, now, settings=settings)
