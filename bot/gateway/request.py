"""The head of a visitor's request, read strictly. llhttp has found it well-formed before."""

import re

from bot.gateway.fields import Fields, read_fields
from bot.gateway.framing import BadMessage

#: Bytes of a head, its address included.
HEAD_LIMIT = 65_536

_VERSIONS = frozenset({b"HTTP/1.1", b"HTTP/1.0"})
_NEVER = frozenset({b"CONNECT", b"TRACE"})
_SUSPICIOUS = re.compile(rb"[%\\#]|\.\.|//|/\./")
_ENCODED_TWICE = re.compile(rb"%25(?:2[ef5]|5c|00)", re.IGNORECASE)
_HOST = re.compile(rb"([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)\.?(?::([0-9]{1,5}))?", re.IGNORECASE)
SAFE_METHODS = frozenset({b"GET", b"HEAD", b"OPTIONS"})


class Request:
    """One request's head."""

    __slots__ = ("body", "fields", "keep_alive", "method", "target", "upgrade", "version")

    def __init__(self, head: bytes) -> None:
        """Reads a whole head. Raises BadMessage for what is malformed, and for what is lawful and yet not wanted."""
        end = head.index(b"\r\n")
        words = head[:end].split(b" ")
        if len(words) != 3 or words[2] not in _VERSIONS:
            raise BadMessage("the request line is not METHOD /path HTTP/1.1")
        self.method, self.target, version = words
        if self.method in _NEVER:
            raise BadMessage("previews answer neither CONNECT nor TRACE")
        if self.target[:1] != b"/" or _SUSPICIOUS.search(self.target):
            _check_target(self.target)
        #: True for HTTP/1.1.
        self.version = version == b"HTTP/1.1"
        fields: Fields = read_fields(head[end:-4])
        self.fields = fields
        self.body = fields.body
        self.keep_alive = self.version and not fields.closing
        #: True when it asks for a WebSocket; other upgrades are not passed on, and the request is answered without.
        self.upgrade = fields.upgrade == b"websocket" and self.method == b"GET" and self.version
        if fields.chunked and not self.version:
            raise BadMessage("HTTP/1.0 has no chunked bodies")

    @property
    def path(self) -> bytes:
        """The path without its query."""
        return self.target.partition(b"?")[0]

    @property
    def safe(self) -> bool:
        """True for methods that change nothing."""
        return self.method in SAFE_METHODS

    @property
    def replayable(self) -> bool:
        """True when it can be sent again if the upstream hung up before it answered."""
        return not self.body and not self.upgrade and self.method in SAFE_METHODS

    def value(self, name: str) -> bytes:
        """The first value of a field that passes."""
        found = re.search(rb"\r\n(?i:%b):[ \t]*([^\r]*)" % re.escape(name.encode()), self.fields.kept)
        return found[1].rstrip(b" \t") if found else b""

    @property
    def navigation(self) -> bool:
        """True when a person opens a page: their browser says so, or says nothing and wants HTML."""
        if self.method not in (b"GET", b"HEAD"):
            return False
        mode = self.value("Sec-Fetch-Mode")
        return mode == b"navigate" if mode else b"text/html" in self.value("Accept")


def read_host(raw: bytes) -> tuple[str, int | None]:
    """The name, in lower case, and the port of a Host field. Raises BadMessage."""
    found = _HOST.fullmatch(raw)
    if found is None:
        raise BadMessage("the request names no host, or not as name:port")
    return found[1].lower().decode(), int(found[2]) if found[2] else None


def _check_target(target: bytes) -> None:
    """Refuses paths that two readers understand in two ways. Queries may hold what they like."""
    if not target.startswith(b"/") or b"#" in target:
        raise BadMessage("the request names no path")
    path = target.partition(b"?")[0]
    if b"\\" in path or _ENCODED_TWICE.search(path):
        raise BadMessage("the path is encoded twice or has a backslash in it")
    plain = re.sub(rb"%([0-9a-fA-F]{2})", lambda found: bytes([int(found[1], 16)]), path)
    if b"%" in re.sub(rb"%[0-9a-fA-F]{2}", b"", path) or b"\0" in plain or b"\\" in plain:
        raise BadMessage("the path holds a character that paths don't have")
    segments = plain.split(b"/")
    if b".." in segments or b"." in segments:
        raise BadMessage("the path climbs; write it without dots")
    first = next((segment for segment in segments if segment), b"")
    if first.lower() == b".slipway" and not path.startswith(b"/.slipway"):
        raise BadMessage("the path is written in a roundabout way")
