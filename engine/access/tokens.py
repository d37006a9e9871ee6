"""API tokens: `slp_…`, made by `slipway admin token LOGIN`, scoped and expiring."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update

from engine.access.hashes import fresh, hash_of
from engine.access.sessions import Renewed
from engine.store.access_schema import api_tokens

PREFIX = "slp_"
#: Seconds after it was made when a token ends, however often it was refreshed; one made for longer isn't cut.
LONGEST = 365 * 86400.0


class Scope(StrEnum):
    """What a token may be used for; its holder's permission on the repository still counts."""

    READ = "read"
    WRITE = "write"


@dataclass(frozen=True)
class TokenHolder:
    """Who speaks through a token, and how far it goes."""

    login: str
    scopes: frozenset[Scope]


def mint(connection: Connection, login: str, scopes: Collection[Scope], ttl: float, now: float) -> str:
    """A new token for `login`, good for `ttl` seconds; nothing keeps the token itself."""
    token = fresh(PREFIX)
    connection.execute(
        insert(api_tokens).values(
            id=fresh("tok_")[:20],
            token_hash=hash_of(token),
            login=login,
            scopes=" ".join(sorted(scopes)),
            created_at=now,
            expires_at=now + ttl,
        )
    )
    return token


def who(connection: Connection, token: str, now: float) -> TokenHolder | None:
    """The holder of a living token; None for any other text."""
    if not token.startswith(PREFIX):
        return None
    row = connection.execute(
        select(api_tokens.c.login, api_tokens.c.scopes).where(
            api_tokens.c.token_hash == hash_of(token),
            api_tokens.c.expires_at > now,
            api_tokens.c.revoked_at.is_(None),
        )
    ).one_or_none()
    return None if row is None else TokenHolder(row.login, frozenset(Scope(scope) for scope in row.scopes.split()))


def refresh(connection: Connection, token: str, now: float) -> Renewed | None:
    """A new value for a living token, good for its whole lifetime anew; the old one is dead at once.

    None for what is no living token. However often it is refreshed, it ends a year after it was made.
    """
    living = (
        api_tokens.c.token_hash == hash_of(token),
        api_tokens.c.expires_at > now,
        api_tokens.c.revoked_at.is_(None),
    )
    row = connection.execute(select(api_tokens).where(*living)).one_or_none()
    if row is None:
        return None
    lifetime = row.lifetime or row.expires_at - row.created_at
    renewed = Renewed(fresh(PREFIX), min(now + lifetime, row.created_at + max(LONGEST, lifetime)))
    values = {"token_hash": hash_of(renewed.token), "expires_at": renewed.expires_at, "lifetime": lifetime}
    changed = connection.execute(update(api_tokens).where(*living).values(**values)).rowcount
    return renewed if changed else None


def revoke(connection: Connection, token: str, now: float) -> bool:
    """Ends a token at once; False when it was no living token."""
    changed = connection.execute(
        update(api_tokens)
        .where(api_tokens.c.token_hash == hash_of(token), api_tokens.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return changed.rowcount == 1
