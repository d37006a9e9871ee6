"""The App's JSON web tokens, refused for the reasons and in the words GitHub uses."""

from typing import Any

import jwt

from playground.hub import Hub
from playground.refusals import BadCredentials, NotFound

MOST_SECONDS_AHEAD = 600
#: Clients count from the `Date` we answer, which has whole seconds only.
ROUNDING = 1

UNREADABLE = "A JSON web token could not be decoded"
BAD_EXPIRY = (
    "'Expiration time' claim ('exp') must be a numeric value "
    "representing the future time at which the assertion expires"
)
FAR_EXPIRY = "'Expiration time' claim ('exp') is too far in the future"
BAD_ISSUED = "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
NO_ISSUER = "Missing 'issuer' claim ('iss') in assertion"
UNKNOWN_ISSUER = "Integration not found"


def check_json_web_token(hub: Hub, text: str) -> None:
    """Returns when the token is the App's own and its times are right; refuses otherwise."""
    claims = _decoded(hub, text)
    now = hub.clock()
    expires, issued, issuer = _number(claims.get("exp")), _number(claims.get("iat")), claims.get("iss")
    if expires is None or expires <= now:
        raise BadCredentials(BAD_EXPIRY)
    if expires > now + MOST_SECONDS_AHEAD + ROUNDING:
        raise BadCredentials(FAR_EXPIRY)
    if issued is None or issued > now + ROUNDING:
        raise BadCredentials(BAD_ISSUED)
    if issuer is None or issuer == "":
        raise BadCredentials(NO_ISSUER)
    if str(issuer) not in (str(hub.application.app_id), hub.application.client_id):
        raise NotFound(UNKNOWN_ISSUER)


def _decoded(hub: Hub, text: str) -> dict[str, Any]:
    # The issuer is looked at before the times, which GitHub names one by one: so PyJWT checks the signature alone.
    only_signature = {
        "verify_exp": False,
        "verify_iat": False,
        "verify_nbf": False,
        "verify_iss": False,
        "verify_aud": False,
        "verify_sub": False,
        "verify_jti": False,
    }
    try:
        claims: dict[str, Any] = jwt.decode(
            text,
            hub.application.public_key,
            algorithms=["RS256"],
            options=only_signature,  # type: ignore[arg-type]
        )
    except jwt.InvalidTokenError as problem:
        raise BadCredentials(UNREADABLE) from problem
    return claims


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
