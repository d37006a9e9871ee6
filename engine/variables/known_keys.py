"""Which keys each room started with, so that nothing is put into a seal that a room which runs could not open."""

import json
import socket
from collections.abc import Sequence

from engine.errors import ConfigurationError
from engine.settings import Secret
from engine.store import meta
from engine.store.database import Database
from engine.variables.vault import fingerprint

KEPT_AS = "secret_keys:"


def tell(database: Database, room: str, keys: Sequence[Secret]) -> None:
    """A room starts with these keys, on this machine. Only their fingerprints are kept."""
    name = f"{KEPT_AS}{room} on {socket.gethostname()}"
    value = json.dumps([fingerprint(key) for key in keys])
    with database.read() as connection:
        told = meta.read(connection, name)
    if told != value:
        with database.write(serial=False) as connection:
            meta.keep(connection, name, value)


def require_known(database: Database, newest: Secret) -> None:
    """Refuses a newest key that a room started without. Raises ConfigurationError that names those rooms."""
    with database.read() as connection:
        rooms = meta.named(connection, KEPT_AS)
    lacking = sorted(room for room, told in rooms.items() if fingerprint(newest) not in json.loads(told))
    if lacking:
        raise ConfigurationError(
            [
                f"SECRET_KEYS: started without the newest key: {', '.join(lacking)}. They could read nothing that it "
                "seals: start them again with it. Of a machine that is gone for good: --although-unknown."
            ]
        )
