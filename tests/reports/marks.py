"""What the outbox is to show."""

from sqlalchemy import Connection, select

from engine.store.schema import outbox


def versions(connection: Connection, reporter: str = "") -> dict[str, int]:
    """How often each subject was marked; of one reporter, or of all."""
    found = select(outbox.c.subject, outbox.c.version)
    if reporter:
        found = found.where(outbox.c.reporter == reporter)
    return {row.subject: row.version for row in connection.execute(found)}
