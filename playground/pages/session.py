"""Who somebody is on the pages: a signed cookie, and a form token that only its holder knows."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from playground.accounts import Account, account_by_login
from playground.hub import Hub
from playground.refusals import Forbidden

DEFAULT_LOGIN = "writer"


@dataclass(frozen=True)
class Session:
    """One browser, acting as one account."""

    account: Account
    nonce: str
    form_token: str


def cookie_name(hub: Hub) -> str:
    """Cookies don't know ports, so two playgrounds side by side need two names."""
    return f"playground_{hub.addresses.port}"


def read_session(hub: Hub, request: Request) -> Session:
    """The browser's session, or a new one that acts as the default account."""
    login, _, rest = request.cookies.get(cookie_name(hub), "").partition(":")
    nonce, _, seal = rest.partition(":")
    account = account_by_login(hub.database, login)
    if account is None or account.type != "User" or not _equal(seal, _seal(hub, f"{login}:{nonce}")):
        account, nonce = _default_account(hub), secrets.token_hex(16)
    return Session(account, nonce, _seal(hub, f"form:{nonce}"))


def keep_session(hub: Hub, response: Response, session: Session, account: Account | None = None) -> None:
    """Sets the cookie, for another account if one was chosen."""
    content = f"{(account or session.account).login}:{session.nonce}"
    response.set_cookie(cookie_name(hub), f"{content}:{_seal(hub, content)}", httponly=True, samesite="lax", path="/")


def check_form(session: Session, form_token: str) -> None:
    """Refuses a form that didn't come from a page of this session."""
    if not _equal(form_token, session.form_token):
        raise Forbidden("This form is not from a page that was opened here. Go back, load the page again, and retry.")


def _default_account(hub: Hub) -> Account:
    account = account_by_login(hub.database, DEFAULT_LOGIN)
    if account is None:
        raise LookupError(f"opening a session: the database has no account {DEFAULT_LOGIN}; delete the data folder")
    return account


def _seal(hub: Hub, content: str) -> str:
    key = hub.application.client_secret.encode()
    return hmac.new(key, b"pages:" + content.encode(errors="replace"), hashlib.sha256).hexdigest()


def _equal(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), expected.encode())
