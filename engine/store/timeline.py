"""The timeline: what happened to a build, a preview or a release, in order."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from engine.store.history_schema import timeline


@dataclass(frozen=True)
class Moment:
    """One entry."""

    #: Unix seconds.
    at: float
    #: A build state, or an event such as `iteration_completed`.
    kind: str
    message: str
    #: How long the stage before took.
    seconds: float | None


def add(
    connection: Connection, subject: str, kind: str, message: str, now: float, *, seconds: float | None = None
) -> None:
    """Adds an entry."""
    connection.execute(insert(timeline).values(subject=subject, at=now, kind=kind, message=message, seconds=seconds))


def of(connection: Connection, subject: str) -> list[Moment]:
    """The entries of a subject, oldest first."""
    rows = connection.execute(select(timeline).where(timeline.c.subject == subject).order_by(timeline.c.id))
    return [Moment(row["at"], row["kind"], row["message"], row["seconds"]) for row in rows.mappings()]


def last_at(connection: Connection, subject: str) -> float | None:
    """When the newest entry was added."""
    newest = select(timeline.c.at).where(timeline.c.subject == subject).order_by(timeline.c.id.desc()).limit(1)
    return connection.execute(newest).scalar_one_or_none()
