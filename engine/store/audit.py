"""Who did what through which door, with which outcome."""

from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from engine.store.access_schema import audit


@dataclass(frozen=True)
class Entry:
    """One line of the audit."""

    #: Unix seconds.
    at: float
    installation_id: int
    who: str
    #: comment | button | slack | cli | api | page | push
    door: str
    did: str
    subject: str
    sha: str
    #: `done` or `refused:<reason>`.
    outcome: str


def record(connection: Connection, entry: Entry) -> None:
    """Appends a line."""
    connection.execute(insert(audit).values(**{name: getattr(entry, name) for name in Entry.__dataclass_fields__}))


def of_subject(connection: Connection, subject: str) -> list[Entry]:
    """The lines about one subject, oldest first."""
    rows = connection.execute(select(audit).where(audit.c.subject == subject).order_by(audit.c.id))
    return [Entry(**{name: getattr(row, name) for name in Entry.__dataclass_fields__}) for row in rows]
