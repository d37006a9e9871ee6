"""Everything that is stored sealed: variables of environments, and bot tokens of Slack's workspaces."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from engine.slack import bot_token
from engine.store import slack_workspaces
from engine.store import variables as variables_rows
from engine.variables.variables import identity_of
from engine.variables.vault import Identity


@dataclass(frozen=True)
class SealedRow:
    """A row with something sealed in it."""

    identity: Identity
    sealed: bytes = field(repr=False)
    #: Where it stands among its like.
    place: tuple[str, str, int]
    #: (connection, other seal) → False when the row changed meanwhile.
    reseal: Callable[[Connection, bytes], bool]


#: The rows behind the last one, so many at most.
Shelf = Callable[[Connection, SealedRow | None, int], list[SealedRow]]


def variables(connection: Connection, last: SealedRow | None, limit: int) -> list[SealedRow]:
    """Values of every environment and version."""
    found = variables_rows.after(connection, last.place if last is not None else ("", "", 0), limit)

    def sealed_row(row: variables_rows.StoredVariable) -> SealedRow:
        assert row.sealed is not None
        return SealedRow(
            identity_of(row),
            row.sealed,
            row.place,
            lambda connection, sealed: variables_rows.reseal(connection, row, sealed),
        )

    return [sealed_row(row) for row in found]


def tokens(connection: Connection, last: SealedRow | None, limit: int) -> list[SealedRow]:
    """Tokens of workspaces that have the app installed."""
    found = slack_workspaces.sealed_after(connection, last.place[2] if last is not None else 0, limit)

    def sealed_row(row: slack_workspaces.Workspace) -> SealedRow:
        assert row.sealed_token is not None
        return SealedRow(
            bot_token.identity_of(row.team_id),
            row.sealed_token,
            ("", "", row.id),
            lambda connection, sealed: slack_workspaces.reseal(connection, row, sealed),
        )

    return [sealed_row(row) for row in found]


SHELVES: Sequence[Shelf] = (variables, tokens)
