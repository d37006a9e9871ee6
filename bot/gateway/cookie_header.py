"""Cookies on their way through: ours never reach an application, an application never sets one of ours."""

from functools import lru_cache

from engine.access.cookies import RESERVED

_RESERVED = tuple(prefix.encode() for prefix in RESERVED)
#: Values of one cookie that are tried: a sibling's script can add some of its own in front of ours.
TRIED = 8

Tokens = tuple[tuple[bytes, bytes], ...]


def split_cookies(value: bytes) -> tuple[bytes, Tokens]:
    """A Cookie header's value → what the application gets, and (name, value) of the cookies that are Slipway's."""
    return _split_again(value) if len(value) < 2048 else _split(value)


def _split(value: bytes) -> tuple[bytes, Tokens]:
    if b"slipway_" not in value.lower():
        return value, ()
    kept: list[bytes] = []
    ours: list[tuple[bytes, bytes]] = []
    for part in value.split(b";"):
        cookie = part.strip(b" \t")
        if cookie.lower().lstrip(b"= \t").startswith(_RESERVED):
            name, _, content = cookie.partition(b"=")
            ours.append((name.strip(b" \t"), content.strip(b' \t"')))
        elif cookie:
            kept.append(cookie)
    return b"; ".join(kept), tuple(ours[:TRIED])


#: A visitor sends the same cookies with every request.
_split_again = lru_cache(maxsize=1024)(_split)


def admit_set_cookie(line: bytes) -> bytes:
    """A whole Set-Cookie line of an application, without `Domain`; nothing when it names a cookie of ours.

    Without `Domain` a cookie stays on the preview's own host, so that previews can't reach each other's.
    """
    field, _, value = line.partition(b":")
    # A cookie without a name is sent back as its bare value: `=slipway_…=x` would come back as ours.
    if value.lower().lstrip(b"= \t;").startswith(_RESERVED):
        return b""
    cookie, *attributes = value.split(b";")
    kept = [text for text in attributes if text.partition(b"=")[0].strip(b" \t").lower() != b"domain"]
    return line if len(kept) == len(attributes) else field + b":" + b";".join([cookie, *kept])
