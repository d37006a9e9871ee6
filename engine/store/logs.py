"""Kept log lines: compressed chunks in SQL, written in order, read by line number."""

import zlib
from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from engine.store.history_schema import log_chunks

#: Lines that one read answers with at most.
READ_LIMIT = 10_000


def append(connection: Connection, subject: str, lines: Sequence[str], now: float) -> None:
    """Adds lines to the log of a subject."""
    if not lines:
        return
    mine = log_chunks.c.subject == subject
    seq, first = connection.execute(
        select(func.max(log_chunks.c.seq), func.max(log_chunks.c.first_line + log_chunks.c.lines)).where(mine)
    ).one()
    connection.execute(
        insert(log_chunks).values(
            subject=subject,
            seq=0 if seq is None else seq + 1,
            first_line=first or 0,
            lines=len(lines),
            data=zlib.compress("\n".join(lines).encode()),
            at=now,
        )
    )


def read(connection: Connection, subject: str, first_line: int = 0, limit: int = READ_LIMIT) -> list[str]:
    """At most `limit` lines from `first_line` (0 is the first) on."""
    found = (
        select(log_chunks.c.first_line, log_chunks.c.data)
        .where(log_chunks.c.subject == subject, log_chunks.c.first_line + log_chunks.c.lines > first_line)
        .where(log_chunks.c.first_line < first_line + limit)
        .order_by(log_chunks.c.seq)
    )
    lines: list[str] = []
    for row in connection.execute(found):
        chunk = zlib.decompress(row.data).decode().split("\n")
        lines += chunk[max(0, first_line - row.first_line) :]
    return lines[:limit]


def count(connection: Connection, subject: str) -> int:
    """How many lines the log has."""
    ends = select(func.max(log_chunks.c.first_line + log_chunks.c.lines)).where(log_chunks.c.subject == subject)
    return connection.execute(ends).scalar_one_or_none() or 0


def tail(connection: Connection, subject: str, lines: int) -> list[str]:
    """The last `lines` lines."""
    return read(connection, subject, max(0, count(connection, subject) - lines), lines)
