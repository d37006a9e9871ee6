"""Throws away what has expired: sessions, hand-overs, share links and tokens."""

from sqlalchemy import Connection, Table, delete

from engine.store.access_schema import api_tokens, handovers, sessions, share_links

#: Seconds that expired share links and tokens stay, so that people can be told that theirs has expired.
REMEMBERED = 30 * 86400.0


def prune(connection: Connection, now: float) -> int:
    """Deletes expired rows; answers how many."""
    kept: tuple[tuple[Table, float], ...] = (
        (sessions, 0.0),
        (handovers, 0.0),
        (share_links, REMEMBERED),
        (api_tokens, REMEMBERED),
    )
    return sum(
        connection.execute(delete(table).where(table.c.expires_at <= now - seconds)).rowcount for table, seconds in kept
    )
