"""Whether variables can be sealed, and what is sealed can be opened."""

from contextlib import closing
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from cli.doctor.finding import Finding, Health
from cli.keys import keys_of
from engine.errors import ConfigurationError
from engine.settings import Settings
from engine.store.database import Database
from engine.store.revision import require_current
from engine.variables.rotation import Check, check
from engine.variables.vault import Vault

NAME = "Keys"
MAKE_ONE = "`slipway admin new-key` makes one for SECRET_KEYS; `slipway up` makes and keeps its own."


def look_at_keys(settings: Settings) -> Finding:
    """The keys, tried on everything that is stored. Nothing is written."""
    try:
        keys = keys_of(settings)
    except ConfigurationError as error:
        return Finding(NAME, Health.MISSING, str(error))
    stored = _stored(settings, Vault(keys))
    count = f"{len(keys)} {'key' if len(keys) == 1 else 'keys'} for variables"
    if stored is None:
        return Finding(NAME, Health.OK, count) if keys else Finding(NAME, Health.WARNING, "none yet", MAKE_ONE)
    if stored.unreadable:
        words = f"{count}, which open {stored.total - len(stored.unreadable)} of {stored.total} values"
        return Finding(NAME, Health.MISSING, words, "Give SECRET_KEYS the key that sealed the others back.")
    if not keys:
        return Finding(NAME, Health.WARNING, "none: variables can't be set", MAKE_ONE)
    if stored.old:
        words = f"{count}; {stored.old} of {stored.total} values are sealed with an older one"
        return Finding(NAME, Health.WARNING, words, "Run `slipway admin rotate-keys`.")
    return Finding(NAME, Health.OK, f"{count}, which open all {stored.total} values")


def _stored(settings: Settings, vault: Vault) -> Check | None:
    """None while there is no database to look into; what is wrong with it is told elsewhere."""
    kind, _, path = settings.database_url.partition(":///")
    if kind == "sqlite" and not Path(path).exists():
        return None
    try:
        with closing(Database(settings.database_url)) as database:
            require_current(database)
            return check(database, vault)
    except (ConfigurationError, SQLAlchemyError):
        return None
