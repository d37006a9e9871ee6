"""What a new connection to PostgreSQL is told, and how text goes over it."""

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.types.string import StrDumperUnknown


class WithoutNul(StrDumperUnknown):
    """Shows NUL, which programs print and people paste but PostgreSQL's text can't hold, as U+FFFD."""

    def dump(self, obj: str) -> Buffer | None:
        """The text in the connection's encoding."""
        return super().dump(obj.replace("\x00", "\ufffd"))


def prepare(connection: psycopg.Connection[Any], limits: Mapping[str, int]) -> None:
    """Sets the session's limits, by the server's names for them, outside any transaction."""
    connection.adapters.register_dumper(str, WithoutNul)
    connection.autocommit = True
    for name, value in limits.items():
        connection.execute("SELECT set_config(%s, %s, false)", (name, str(value)))
    connection.autocommit = False
