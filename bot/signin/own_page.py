"""Whether a request that changes something was sent by a page of ours."""

import hmac
from urllib.parse import urlsplit

from starlette.requests import Request

from engine.access.sessions import Session


def proven(session: Session, given: str) -> bool:
    """True when `given` is the session's own token, which other sites' pages can't read."""
    return bool(session.csrf) and hmac.compare_digest(given.encode(), session.csrf.encode())


def sent_by_own_page(request: Request) -> bool:
    """True when the browser says that a page of this very host sent it: Origin is not for scripts to choose."""
    netloc = urlsplit(request.headers.get("origin", "")).netloc
    return bool(netloc) and netloc == request.headers.get("host")
