"""Turns: whose transactions go one after the other on PostgreSQL. On SQLite all that write do, and nothing is asked.

A turn is a lock of the transaction, not of a row: it is taken before anything else is held, so that nobody who waits
for one is ever waited for.
"""

from enum import Enum

from sqlalchemy import Connection, text

#: The first half of our advisory locks' keys, which all programs in a database share: "slip" in ASCII.
OURS = 0x736C6970

TAKE = text("SELECT pg_advisory_xact_lock(:ours, :turn)")


class Turn(Enum):
    """The second half."""

    #: Whoever reads, decides and writes (`Database.write()`).
    WRITE = 1
    #: Claims: two at once would look at the same fairest job, and one of them go away empty-handed.
    CLAIM = 2


def take_turn(connection: Connection, turn: Turn) -> None:
    """Waits for this turn; it ends with the transaction. Must be the transaction's first lock."""
    if connection.dialect.name == "postgresql":
        connection.execute(TAKE, {"ours": OURS, "turn": turn.value})
