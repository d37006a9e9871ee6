"""API tokens: `slp_…`, made by `slipway admin token LOGIN`, scoped and expiring."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update

from engine.access.hashes import fresh, hash_of
from engine.store.schema import api_tokens

PREFIX = "slp_"


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


def revoke(connection: Connection, token: str, now: float) -> bool:
    """Ends a token at once; False when it was no living token."""
    changed = connection.execute(
        update(api_tokens)
        .where(api_tokens.c.token_hash == hash_of(token), api_tokens.c.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    return changed.rowcount == 1
