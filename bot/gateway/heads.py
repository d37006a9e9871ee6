"""Both heads, written anew: what the application hears from a visitor, and what the visitor hears from it."""

from functools import lru_cache

from bot.gateway.address import Address, TcpAddress
from bot.gateway.answer import Answer
from bot.gateway.request import Request

_UPGRADE = b"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
_CLOSE = b"\r\nConnection: close\r\n\r\n"
_STAY = b"\r\n\r\n"


def request_head(request: Request, address: bytes, scheme: bytes, upstream: Address) -> bytes:
    """The head that goes upstream. `address` is the visitor's, `scheme` the one that our links carry."""
    return b"".join(
        (
            request.method,
            b" ",
            request.target,
            b" HTTP/1.1" if request.version else b" HTTP/1.0",
            _said_by_us(request.fields.host, address, scheme, upstream),
            request.fields.kept,
            b"\r\nCookie: " + request.fields.cookie if request.fields.cookie else b"",
            _UPGRADE if request.upgrade else _STAY if request.version else _CLOSE,
        )
    )


@lru_cache(maxsize=4096)
def _said_by_us(raw_host: bytes, address: bytes, scheme: bytes, upstream: Address) -> bytes:
    host, token = raw_host, b""
    if isinstance(upstream, TcpAddress) and upstream.tls:
        host = f"{upstream.host}:{upstream.port}".encode() if upstream.port != 443 else upstream.host.encode()
        token = b"\r\ne2b-traffic-access-token: " + upstream.token.encode()
    return (b"\r\nHost: %b\r\nX-Forwarded-For: %b\r\nX-Forwarded-Proto: %b\r\nX-Forwarded-Host: %b%b") % (
        host,
        address,
        scheme,
        raw_host,
        token,
    )


def answer_head(answer: Answer, release: str, *, closing: bool, indexed: bool = False) -> bytes:
    """The head that goes to the visitor; `closing` when the connection ends with this answer.

    `indexed` when the application itself says what search engines may do; nothing else is theirs to show.
    """
    end = _UPGRADE if answer.status == 101 else _CLOSE if closing else _STAY
    stamp = _stamp(release, indexed) + (answer.robots if indexed else b"") if answer.status >= 200 else b""
    return b"".join((answer.said, stamp, end))


@lru_cache(maxsize=4096)
def _stamp(release: str, indexed: bool) -> bytes:
    robots = "" if indexed else "\r\nX-Robots-Tag: noindex"
    return f"\r\nX-Slipway-Release: {release}{robots}".encode()
