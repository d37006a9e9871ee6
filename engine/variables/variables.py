"""Variables of environments: set, unset, told, and opened for the application that runs with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from engine.deploy.asks import NewVariable
from engine.domain.environment import Environment
from engine.errors import Refusal
from engine.reasons import Reason
from engine.settings import Secret, Settings
from engine.store import variables as rows
from engine.store.variables import StoredVariable
from engine.variables import rules
from engine.variables.vault import Identity, Unreadable, Vault
from engine.variables.worked_with import WORKED_WITH


@dataclass(frozen=True)
class Shown:
    """A variable as every surface may show it."""

    key: str
    #: Empty of a secret.
    value: str
    is_secret: bool
    guard: bool
    set_by: str
    #: Unix seconds.
    set_at: float
    version: int
    #: Why a plain value can't be shown; empty: it can.
    problem: str = ""


@dataclass(frozen=True)
class Bundle:
    """What an application runs with."""

    values: dict[str, Secret] = field(default_factory=dict)
    #: What no log, report or error may show: the values that are secret.
    hidden: tuple[Secret, ...] = ()


class Variables:
    """The variables of all environments, behind a vault. Call `set` and `unset` within `database.write()`."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault

    def set(
        self, connection: Connection, environment: Environment, news: Sequence[NewVariable], by: str, now: float
    ) -> int:
        """Sets all of `news` in one new version and answers it; the version of now when nothing would change.

        A guard stays on a key until that is unset. Raises Refusal with every problem, and nothing is changed.
        """
        WORKED_WITH.remember(new.value for new in news if new.is_secret)
        rules.require_none(rules.problems_of(news))
        known = {row.key: row for row in self._rows(connection, environment.id)}
        wanted = [replace(new, guard=new.guard or (new.key in known and known[new.key].guard)) for new in news]
        changed = [new for new in wanted if not self._is(known.get(new.key), new)]
        self._require_room(known, wanted)
        if not changed:
            return rows.version_of(connection, environment.id)
        version = rows.next_version(connection, environment.id)
        rows.add(connection, [self._sealed(environment.id, version, new, by, now) for new in changed])
        return version

    def unset(self, connection: Connection, environment: Environment, key: str, by: str, now: float) -> int:
        """Takes a key away in one new version and answers it. Raises Refusal when it isn't set."""
        known = {row.key: row for row in self._rows(connection, environment.id)}
        if key not in known:
            raise Refusal(Reason.NO_SUCH_VARIABLE, f"Unsetting a variable: {environment.name} has none of that name")
        version = rows.next_version(connection, environment.id)
        gone = replace(known[key], version=version, sealed=None, guard=False, set_by=by, set_at=now)
        rows.add(connection, [gone])
        return version

    def listing(self, connection: Connection, environment_id: str) -> list[Shown]:
        """The variables of now, by name; secrets without their value."""
        return [self._shown(row) for row in self._rows(connection, environment_id)]

    def at(self, connection: Connection, environment_id: str, version: int) -> dict[str, Secret]:
        """Every value of a version, byte for byte as it was set. Raises Refusal when one can't be opened."""
        return self.bundle(connection, environment_id, version).values

    def bundle(self, connection: Connection, environment_id: str, version: int) -> Bundle:
        """The values of a version, and which of them must not be shown. Raises Refusal when one can't be opened."""
        found = rows.at(connection, environment_id, version)
        values = {row.key: self._open(row) for row in found}
        hidden = tuple(values[row.key] for row in found if row.is_secret)
        WORKED_WITH.remember(hidden)
        return Bundle(values, hidden)

    def changed(self, connection: Connection, environment_id: str, before: int, after: int) -> tuple[str, ...]:
        """The keys that have other values at version `after` than at `before`, or are set at one of them only."""
        old = {row.key: row for row in rows.at(connection, environment_id, before)}
        new = {row.key: row for row in rows.at(connection, environment_id, after)}
        return tuple(key for key in sorted(old.keys() | new.keys()) if not self._same(old.get(key), new.get(key)))

    def guarded(
        self, connection: Connection, environment_id: str, version: int, also: Sequence[str] = ()
    ) -> dict[str, Secret]:
        """The values at a version of keys that carry a guard, or are named in `also`. Raises Refusal."""
        found = rows.at(connection, environment_id, version)
        return {row.key: self._open(row) for row in found if row.guard or row.key in also}

    def _rows(self, connection: Connection, environment_id: str) -> list[StoredVariable]:
        return rows.at(connection, environment_id, rows.version_of(connection, environment_id))

    def _sealed(self, environment_id: str, version: int, new: NewVariable, by: str, now: float) -> StoredVariable:
        identity = Identity(environment_id, new.key, version, new.is_secret, new.guard)
        sealed = self.vault.seal(identity, new.value)
        return StoredVariable(environment_id, new.key, version, sealed, new.is_secret, new.guard, by, now)

    def _open(self, row: StoredVariable) -> Secret:
        assert row.sealed is not None
        return self.vault.open(identity_of(row), row.sealed)

    def _is(self, row: StoredVariable | None, new: NewVariable) -> bool:
        """True when the key already is as it is to be; what can't be read is something else."""
        if row is None or (row.is_secret, row.guard) != (new.is_secret, new.guard):
            return False
        try:
            return self._open(row) == new.value
        except Unreadable:
            return False

    def _same(self, before: StoredVariable | None, after: StoredVariable | None) -> bool:
        if before is None or after is None:
            return before is after
        if before == after:
            return True
        try:
            return self._open(before) == self._open(after)
        except Refusal:
            return False

    def _shown(self, row: StoredVariable) -> Shown:
        shown = Shown(row.key, "", row.is_secret, row.guard, row.set_by, row.set_at, row.version)
        if row.is_secret:
            return shown
        try:
            return replace(shown, value=self._open(row).reveal())
        except Refusal as error:
            return replace(shown, problem=str(error))

    def _require_room(self, known: dict[str, StoredVariable], news: Sequence[NewVariable]) -> None:
        values = {new.key: new.value.reveal() for new in news}
        for key, row in known.items():
            if key not in values:
                try:
                    values[key] = self._open(row).reveal()
                except Unreadable:
                    values[key] = ""
        rules.require_none(rules.problems_of_all(list(values.values())))


def identity_of(row: StoredVariable) -> Identity:
    """Which row a stored value was sealed for."""
    return Identity(row.environment_id, row.key, row.version, row.is_secret, row.guard)


def variables_of(settings: Settings) -> Variables:
    """The variables behind this Slipway's keys; without keys nothing can be set or opened, only listed."""
    return Variables(Vault(settings.secret_keys))
