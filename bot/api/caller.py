"""Who calls the API: the holder of a token, or somebody signed in whose own page sent the request."""

from dataclasses import dataclass, field

from starlette.requests import Request

from bot.api.allowance import Allowance
from bot.api.problem import FORGED, SIGN_IN_FIRST, Problem, Refused
from bot.signin.deps import Deps
from bot.signin.own_page import proven
from engine.access import tokens
from engine.access.tokens import Scope


@dataclass(frozen=True)
class Caller:
    """Who it is and how far their key goes; their permission on the repository still counts."""

    login: str
    scopes: frozenset[Scope]
    #: The API token; empty for whoever came with a cookie.
    token: str = field(default="", repr=False)


def caller_of(request: Request, deps: Deps, allowance: Allowance) -> Caller:
    """The caller. Raises Refused: 401 without a good key, 403 for a forged request, 429 after too many bad ones."""
    found = _by_token(request, deps) if "authorization" in request.headers else _by_cookie(request, deps)
    if found is not None:
        # A good key passes however many bad ones came from its address, which may be a proxy's.
        return found
    address = request.client.host if request.client else ""
    wait = allowance.wait(address)
    if wait:
        raise Refused(Problem(429, "too_many", "Too many requests without a good token.", "Wait, then send one.", wait))
    allowance.spend(address)
    raise Refused(SIGN_IN_FIRST)


def _by_token(request: Request, deps: Deps) -> Caller | None:
    kind, _, token = request.headers["authorization"].partition(" ")
    if kind.lower() != "bearer":
        return None
    with deps.database.read() as connection:
        holder = tokens.who(connection, token.strip(), deps.clock())
    return None if holder is None else Caller(holder.login, holder.scopes, token.strip())


def _by_cookie(request: Request, deps: Deps) -> Caller | None:
    session = deps.signed_in(request)
    if session is None:
        return None
    if request.method not in ("GET", "HEAD") and not proven(session, request.headers.get("x-slipway-csrf", "")):
        raise Refused(FORGED)
    return Caller(session.login, frozenset(Scope))
