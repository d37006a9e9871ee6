"""Tokens: minted once, kept only as digests, refused once they are over."""

import hashlib
import secrets
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from playground.accounts import Account
from playground.faults.effects import record
from playground.hub import Hub
from playground.installations import Installation

ALPHABET = string.ascii_letters + string.digits
INSTALLATION_TOKEN_SECONDS = 3600


@dataclass(frozen=True)
class Token:
    """What a token stands for: a person (ghp), a person through the App (ghu), or an installation (ghs)."""

    digest: str
    kind: str
    account_id: int | None
    installation_id: int | None
    permissions: dict[str, str] | None
    repository_ids: list[int] | None
    expires_at: float | None


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


def mint_personal_token(hub: Hub, account: Account) -> str:
    """A token that acts as the person, for as long as the data folder lives."""
    return _mint(hub, "ghp", account_id=account.id)


def mint_sign_in_token(hub: Hub, account: Account) -> str:
    """A token with which the App acts for a person who signed in."""
    return _mint(hub, "ghu", account_id=account.id)


def mint_installation_token(
    hub: Hub, installation: Installation, permissions: Mapping[str, str], repository_ids: Sequence[int] | None
) -> tuple[str, float]:
    """A token of one installation and the moment, in seconds since the epoch, when it ends."""
    expires_at = hub.clock() + INSTALLATION_TOKEN_SECONDS
    with hub.database.writing():
        hub.database.execute("DELETE FROM tokens WHERE expires_at < ?", hub.clock())
        secret = _mint(
            hub,
            "ghs",
            installation_id=installation.id,
            permissions=orjson.dumps(dict(permissions)).decode(),
            repository_ids=None if repository_ids is None else orjson.dumps(list(repository_ids)).decode(),
            expires_at=expires_at,
        )
        ids = None if repository_ids is None else list(repository_ids)
        kept = dict(permissions)
        record(hub, "token_minted", installation_id=installation.id, permissions=kept, repository_ids=ids)
    return secret, expires_at


def find_token(hub: Hub, secret: str) -> Token | None:
    """What a presented token stands for, or nothing when it is unknown or over."""
    token = hub.database.one(Token, "SELECT * FROM tokens WHERE digest = ?", digest_of(secret))
    if token is None or (token.expires_at is not None and token.expires_at <= hub.clock()):
        return None
    return token


def revoke_token(hub: Hub, secret: str) -> None:
    hub.database.execute("DELETE FROM tokens WHERE digest = ?", digest_of(secret))


def revoke_personal_tokens(hub: Hub, account: Account) -> None:
    hub.database.execute("DELETE FROM tokens WHERE kind = 'ghp' AND account_id = ?", account.id)


def _mint(hub: Hub, kind: str, **values: str | int | float | None) -> str:
    secret = f"{kind}_" + "".join(secrets.choice(ALPHABET) for _ in range(36))
    hub.database.insert("tokens", digest=digest_of(secret), kind=kind, **values)
    return secret
