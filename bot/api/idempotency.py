"""The same request sent twice makes one deployment: `Idempotency-Key` becomes a part of the ask's id."""

import hashlib
import re

from sqlalchemy import Connection, select

from bot.api.call import Asked
from bot.api.problem import Problem, Refused, bad_arguments
from engine.access.hashes import fresh, hash_of
from engine.store.deploy_schema import releases
from engine.store.history_schema import asks

HEADER = "idempotency-key"
KEY = re.compile(r"[!-~]{1,255}")

REUSED = Problem(
    422,
    "idempotency_key_reused",
    "This Idempotency-Key was sent before with another request.",
    "Send a new key with each new request.",
)


def ask_id(asked: Asked) -> str:
    """The ask's id: made of the caller, the key and the request; without a key at random. Raises Refused."""
    request = asked.request
    key = request.headers.get(HEADER)
    if key is None:
        return f"api:{fresh()}"
    if not KEY.fullmatch(key):
        raise bad_arguments("`Idempotency-Key` is 1 to 255 visible ASCII characters.")
    said = hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + asked.raw).hexdigest()
    # A login has no colon, so that nobody's key can look like another's.
    return f"api:{hash_of(f'{asked.caller.login.lower()}:{key}')[:32]}:{said[:16]}"


def made_before(connection: Connection, repository_id: int, ask: str) -> str:
    """The deployment that this very request made, also when its branch has moved since; empty: none. Raises Refused."""
    key, _, said = ask.rpartition(":")
    if key == "api":
        return ""
    mine = (releases.c.repository_id == repository_id, releases.c.ask.startswith(f"{key}:", autoescape=True))
    row = connection.execute(select(releases.c.id, releases.c.ask).where(*mine).limit(1)).one_or_none()
    if row is None:
        return ""
    if row.ask.rpartition(":")[2] != said:
        raise Refused(REUSED)
    return str(row.id)


def require_new(connection: Connection, repository_id: int, ask: str) -> None:
    """Raises Refused when the key of this command was sent before with something else."""
    made_before(connection, repository_id, ask)
    key, _, _ = ask.rpartition(":")
    if key == "api":
        return
    mine = (asks.c.repository_id == repository_id, asks.c.delivery.startswith(f"{key}:", autoescape=True))
    sent = connection.execute(select(asks.c.delivery).where(*mine)).scalars().all()
    if any(delivery != ask for delivery in sent):
        raise Refused(REUSED)
