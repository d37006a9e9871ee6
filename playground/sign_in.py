"""Signing in to the bot through this GitHub: one-time codes, and the tokens that they become."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from playground.accounts import Account, account_by_id
from playground.hub import Hub
from playground.tokens import digest_of, mint_sign_in_token

CODE_SECONDS = 600


@dataclass(frozen=True)
class Code:
    """A code that waits to be exchanged."""

    digest: str
    account_id: int
    redirect_uri: str
    code_challenge: str | None
    expires_at: float


@dataclass(frozen=True)
class Exchange:
    """What the bot presents for a token."""

    client_id: str
    client_secret: str
    code: str
    redirect_uri: str | None
    code_verifier: str | None


@dataclass(frozen=True)
class Granted:
    """A token that acts for the person who signed in."""

    token: str


@dataclass(frozen=True)
class Denied:
    """GitHub's word for what was wrong, and its sentence."""

    error: str
    description: str


BAD_CLIENT = Denied("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.")
BAD_CODE = Denied("bad_verification_code", "The code passed is incorrect or expired.")
BAD_REDIRECT = Denied(
    "redirect_uri_mismatch", "The redirect_uri MUST match the registered callback URL for this application."
)


def may_return_to(hub: Hub, redirect_uri: str) -> bool:
    """Whether an address lies below the bot's: same scheme, host and port, and the bot's path or one below it."""
    try:
        asked, own = urlsplit(redirect_uri), urlsplit(hub.settings.bot_url)
        same_place = (asked.scheme, asked.hostname, asked.port) == (own.scheme, own.hostname, own.port)
    except ValueError:
        return False
    # Browsers read a backslash as a slash and drop control characters, so neither may decide where a path ends.
    plain = redirect_uri.isprintable() and "\\" not in redirect_uri and "/../" not in f"{asked.path}/"
    below = asked.path == own.path or asked.path.startswith(own.path.rstrip("/") + "/")
    return same_place and plain and below and asked.username is None


def issue_code(hub: Hub, account: Account, redirect_uri: str, code_challenge: str | None) -> str:
    """A code for one exchange within ten minutes."""
    code = secrets.token_hex(10)
    hub.database.execute("DELETE FROM sign_in_codes WHERE expires_at < ?", hub.clock())
    hub.database.insert(
        "sign_in_codes",
        digest=digest_of(code),
        account_id=account.id,
        redirect_uri=redirect_uri,
        code_challenge=code_challenge,
        expires_at=hub.clock() + CODE_SECONDS,
    )
    return code


def exchange_code(hub: Hub, exchange: Exchange) -> Granted | Denied:
    """The token for a code; a code is spent by being presented, whatever comes of it."""
    application = hub.application
    known = hmac.compare_digest(exchange.client_secret.encode(), application.client_secret.encode())
    if exchange.client_id != application.client_id or not known:
        return BAD_CLIENT
    code = _spend(hub, exchange.code)
    if code is None or code.expires_at <= hub.clock():
        return BAD_CODE
    if exchange.redirect_uri is not None and exchange.redirect_uri != code.redirect_uri:
        return BAD_REDIRECT
    if code.code_challenge is not None and code.code_challenge != _challenge(exchange.code_verifier or ""):
        return BAD_CODE
    return Granted(mint_sign_in_token(hub, account_by_id(hub.database, code.account_id)))


def _spend(hub: Hub, code: str) -> Code | None:
    with hub.database.writing():
        found = hub.database.one(Code, "SELECT * FROM sign_in_codes WHERE digest = ?", digest_of(code))
        hub.database.execute("DELETE FROM sign_in_codes WHERE digest = ?", digest_of(code))
    return found


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
