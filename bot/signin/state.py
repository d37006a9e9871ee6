"""The state of a sign-in under way: kept by the browser in a cookie that we signed, so that strangers cost no rows."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from engine.access.hashes import fresh
from engine.access.paths import own_path
from engine.settings import Secret

#: Seconds in which somebody must come back from GitHub.
LIFETIME = 600.0


@dataclass(frozen=True)
class SignInState:
    """One sign-in under way."""

    #: The random text that GitHub hands back.
    nonce: str
    #: Where the person wanted to go.
    path: str
    #: Unix seconds.
    expires_at: float


def begin(path: str, now: float) -> SignInState:
    """A new sign-in that ends at `path`."""
    return SignInState(fresh(), own_path(path), now + LIFETIME)


def seal(state: SignInState, key: Secret) -> str:
    """The cookie's value."""
    said = f"{state.nonce}.{state.expires_at:.0f}.{urlsafe_b64encode(state.path.encode()).decode().rstrip('=')}"
    return f"{said}.{_mark(said, key)}"


def unseal(cookie: str, key: Secret, now: float) -> SignInState | None:
    """The state in a cookie; None when it isn't ours, was changed, or is too old."""
    said, _, mark = cookie.rpartition(".")
    if not hmac.compare_digest(mark.encode(), _mark(said, key).encode()):
        return None
    # We wrote it ourselves: the mark says so.
    nonce, expires_at, path = said.split(".")
    if float(expires_at) <= now:
        return None
    return SignInState(nonce, own_path(urlsafe_b64decode(path + "=" * (-len(path) % 4)).decode()), float(expires_at))


def _mark(said: str, key: Secret) -> str:
    return hmac.new(f"sign-in:{key.reveal()}".encode(), said.encode(), hashlib.sha256).hexdigest()
