"""Rotation: whatever is stored sealed goes into a seal of the newest key, while everything goes on."""

from collections.abc import Callable
from dataclasses import dataclass

from engine.errors import Refusal
from engine.store.database import Database
from engine.variables.sealed_rows import SHELVES, SealedRow, Shelf
from engine.variables.vault import Vault

#: Rows that are read and written at a time.
BATCH = 100
#: Passes, at most: rooms that seal with the older key may add rows behind us.
PASSES = 5


@dataclass(frozen=True)
class Rotated:
    """How a rotation ended."""

    #: Sealed values of all environments and versions, and tokens of Slack's workspaces.
    total: int
    #: How many of them this run put into a new seal.
    changed: int
    #: One sentence for each that no key of ours opens; they are as they were.
    unreadable: tuple[str, ...]


def rotate(database: Database, vault: Vault, told: Callable[[int], object] = int) -> Rotated:
    """Seals everything with the vault's first key; `told` hears how many more are done.

    A value is in its old seal or in its new one at any moment, and whoever has both keys opens either. A run that was
    cut off is gone on with by the next.
    """
    changed = 0
    for _ in range(PASSES):
        found = _Pass(database, vault)
        found.run(told)
        changed += found.changed
        if not found.changed:
            break
    return Rotated(found.total, changed, tuple(found.unreadable))


@dataclass(frozen=True)
class Check:
    """How what is stored stands to the keys."""

    total: int
    #: Sealed with another key than the first.
    old: int
    unreadable: tuple[str, ...]


def check(database: Database, vault: Vault) -> Check:
    """Tries to open everything; nothing is written."""
    found = _Pass(database, vault, writes=False)
    found.run(int)
    return Check(found.total, found.changed, tuple(found.unreadable))


class _Pass:
    """One walk over all rows."""

    def __init__(self, database: Database, vault: Vault, *, writes: bool = True) -> None:
        self.total = 0
        self.changed = 0
        self.unreadable: list[str] = []
        self._database = database
        self._vault = vault
        self._writes = writes

    def run(self, told: Callable[[int], object]) -> None:
        """Walks once."""
        for shelf in SHELVES:
            last: SealedRow | None = None
            while batch := self._next(shelf, last):
                last = batch[-1]
                self.total += len(batch)
                fresh = [(row, sealed) for row in batch if (sealed := self._resealed(row)) is not None]
                if not self._writes:
                    self.changed += len(fresh)
                elif fresh:
                    with self._database.write(serial=False) as connection:
                        self.changed += sum(row.reseal(connection, sealed) for row, sealed in fresh)
                    told(len(fresh))

    def _next(self, shelf: Shelf, last: SealedRow | None) -> list[SealedRow]:
        with self._database.read() as connection:
            return shelf(connection, last, BATCH)

    def _resealed(self, row: SealedRow) -> bytes | None:
        """The same value in a new seal; None when it is in one already, or can't be opened."""
        try:
            value = self._vault.open(row.identity, row.sealed)
        except Refusal as error:
            self.unreadable.append(str(error))
            return None
        return None if self._vault.is_newest(row.sealed) else self._vault.seal(row.identity, value)
