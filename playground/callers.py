"""Who is asking: nobody, the App itself, one of its installations, or a person."""

import base64
import binascii
from dataclasses import dataclass

from playground.accounts import Account, account_by_id
from playground.hub import Hub
from playground.installations import Installation, installation_by_id
from playground.json_web_token import check_json_web_token
from playground.refusals import BadCredentials, Forbidden
from playground.tokens import Token, find_token


@dataclass(frozen=True)
class Anonymous:
    """Nobody: sees what is public."""


@dataclass(frozen=True)
class TheApp:
    """The App, by a JSON web token: may look after its installations and nothing else."""


@dataclass(frozen=True)
class AnInstallation:
    """The App on one account, with these permissions, on these repositories or on all it covers."""

    installation: Installation
    permissions: dict[str, str]
    repository_ids: list[int] | None
    secret: str


@dataclass(frozen=True)
class APerson:
    """Somebody by a token of their own, or by one with which the App acts for them."""

    account: Account
    through_app: bool


Caller = Anonymous | TheApp | AnInstallation | APerson


def identify(hub: Hub, authorization: str | None) -> Caller:
    """The caller of a REST request by its Authorization header; a bad one is refused, none is nobody."""
    if authorization is None:
        return Anonymous()
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() == "basic":
        return by_token(hub, basic_secret(rest))
    if scheme.lower() not in ("bearer", "token"):
        raise BadCredentials()
    secret = rest.strip()
    if secret.count(".") == 2:
        check_json_web_token(hub, secret)
        return TheApp()
    return by_token(hub, secret)


def by_token(hub: Hub, secret: str) -> Caller:
    """Whoever a token stands for; an unknown or expired one is refused."""
    token = find_token(hub, secret)
    if token is None:
        raise BadCredentials()
    return _bearer(hub, token, secret)


def basic_secret(encoded: str) -> str:
    """The token of a Basic header: the password, or the user name where there is no password."""
    try:
        user, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as problem:
        raise BadCredentials() from problem
    return user if password in ("", "x-oauth-basic") else password


def _bearer(hub: Hub, token: Token, secret: str) -> Caller:
    if token.installation_id is not None:
        installation = installation_by_id(hub, token.installation_id)
        if installation.suspended_at is not None:
            raise Forbidden("This installation has been suspended")
        return AnInstallation(installation, token.permissions or {}, token.repository_ids, secret)
    if token.account_id is None:
        raise BadCredentials()
    return APerson(account_by_id(hub.database, token.account_id), through_app=token.kind == "ghu")
